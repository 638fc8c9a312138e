// In which language does the script speak? That of the page.

import { TEXTS, type Language } from "./texts";

const LANGUAGES: readonly string[] = ["en", "sv", "nb", "de"] satisfies Language[];

function pageLanguage(): Language {
  const language = document.documentElement.lang.slice(0, 2);
  return LANGUAGES.includes(language) ? (language as Language) : "en";
}

export const LANGUAGE = pageLanguage();

/** A text with its places `{0}`, `{1}`, … filled. */
export function say(text: keyof typeof TEXTS, ...values: readonly (string | number)[]): string {
  return TEXTS[text][LANGUAGE].replace(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)] ?? ""));
}

const NUMBER = new Intl.NumberFormat(LANGUAGE);

/** A whole number with its digits grouped. */
export function count(number: number): string {
  return NUMBER.format(number);
}

/** Compares names as readers of the page's language expect, numbers in them by size. */
export const compareNames = new Intl.Collator(LANGUAGE, { numeric: true }).compare;
