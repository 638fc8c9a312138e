// Prints a log whose event names, pages, campaigns and ids are chosen by an attacker, as CSV.

import { HOSTILE } from "./fixture.mjs";

const field = (text) => `"${text.replaceAll('"', '""')}"`;
const rows = HOSTILE.flatMap((name, actor) =>
  HOSTILE.map((next, step) => {
    const time = new Date(Date.UTC(2024, 2, 1 + (actor % 9), 10, step)).toISOString();
    const event = step % 5 === 4 ? "purchase" : step % 3 === 2 ? "add_to_cart" : next;
    return [time, `${actor} ${name}`, event, `/${next}`, name, step % 5 === 4 ? `${actor}-${step}` : ""].map(field).join(",");
  }),
);
console.log(["time,client_id,event,page_url,source,order_id", ...rows].join("\n"));
