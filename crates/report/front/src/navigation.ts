// Where is the reader? The navigation marks the section that is being read, and holds the page's own controls.

import { controls } from "./make";
import { helpButton } from "./help";
import { schemeButton } from "./scheme";

/** Marks the section whose heading passed the upper part of the window last. */
export function followSections(): void {
  const links = new Map<string, HTMLAnchorElement>();
  for (const link of document.querySelectorAll<HTMLAnchorElement>("nav ul a[href^='#']")) links.set(link.hash.slice(1), link);
  const visible = new Set<Element>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) isIntersecting ? visible.add(target) : visible.delete(target);
      const first = [...document.querySelectorAll("main > section")].find((section) => visible.has(section));
      if (first) mark(links, first.id);
    },
    { rootMargin: "-20% 0px -70% 0px" },
  );
  for (const section of document.querySelectorAll("main > section")) observer.observe(section);
}

function mark(links: ReadonlyMap<string, HTMLAnchorElement>, id: string): void {
  for (const [other, link] of links) {
    if (other !== id) link.removeAttribute("aria-current");
    else if (!link.hasAttribute("aria-current")) {
      link.setAttribute("aria-current", "true");
      keepInView(link);
    }
  }
}

/** Scrolls the navigation, never the page. */
function keepInView(link: HTMLElement): void {
  const bar = link.closest("nav ul");
  if (!bar) return;
  const [inside, outside] = [link.getBoundingClientRect(), bar.getBoundingClientRect()];
  if (inside.left < outside.left || inside.right > outside.right) bar.scrollLeft += inside.left - outside.left - 16;
  if (inside.top < outside.top || inside.bottom > outside.bottom) bar.scrollTop += inside.top - outside.top - 16;
}

/** Adds the choice of colours and the list of keys. */
export function addPageControls(): void {
  document.querySelector("nav")?.append(controls("page-controls", schemeButton(), helpButton()));
}
