// How does a copy reach the reader? By the clipboard, and as a file where the browser has none for this page.

import { announce } from "./announce";
import { say } from "./say";

const REVOKE_AFTER_MS = 10_000;

/** Copies a text, or saves it as a file when asked to or when the clipboard refuses. */
export async function deliverText(text: string, type: string, file: string, asFile: boolean): Promise<void> {
  if (!asFile && (await copied(() => navigator.clipboard.writeText(text)))) announce(say("copied", file));
  // With its mark, spreadsheets read the file as UTF-8.
  else save(new Blob([type === "text/csv" ? "\ufeff" : "", text], { type: `${type};charset=utf-8` }), file);
}

/** As [`deliverText`] for a picture. */
export async function deliverPicture(picture: Blob, file: string, asFile: boolean): Promise<void> {
  const write = (): Promise<void> => navigator.clipboard.write([new ClipboardItem({ [picture.type]: picture })]);
  if (!asFile && (await copied(write))) announce(say("copied", file));
  else save(picture, file);
}

async function copied(write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch {
    return false;
  }
}

function save(content: Blob, file: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = file;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), REVOKE_AFTER_MS);
  announce(say("saved", file));
}
