// What time alone changes: how long something lasts (data-since="instant"), an offer that ends (data-expires="seconds"), and T for the table of a chart.
import { each } from "./dom.js";
import { bind } from "./keyboard.js";

const TICK = 5_000;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/** The same words as the server writes: 40 s, 23 min, 1 h 04, 2 d 3 h. */
function lasted(seconds) {
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ${String(Math.floor((seconds % HOUR) / MINUTE)).padStart(2, "0")}`;
  return `${Math.floor(seconds / DAY)} d ${Math.floor((seconds % DAY) / HOUR)} h`;
}

function tick() {
  for (const shown of document.querySelectorAll("[data-since]")) {
    const words = lasted(Math.max(Math.floor((Date.now() - Date.parse(shown.dataset.since)) / 1000), 0));
    if (shown.textContent !== words) shown.textContent = words;
  }
}

export function startPassing() {
  setInterval(tick, TICK);
  each("[data-expires]", (offer) => setTimeout(() => offer.remove(), Number(offer.dataset.expires) * 1000));
  bind("t", () => {
    const table = document.querySelector("details[data-table]");
    if (!table) return false;
    table.open = !table.open;
    if (table.open) table.querySelector("summary").focus();
    return true;
  });
}
