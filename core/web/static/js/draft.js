// Drafts: what was typed and not saved stays in this browser, and is offered back when the form is opened again.
import { debounce, kept, notice, text } from "./dom.js";

const SKIPPED = new Set(["csrf_token", "_version"]);
const AGE = 14 * 24 * 3600 * 1000;

const storeKey = (form) => `dt-draft:${form.dataset.draftKey}`;

function entries(form) {
  return [...new FormData(form)].filter(([name, value]) => !SKIPPED.has(name) && typeof value === "string");
}

const clock = (stamp) => new Date(stamp).toLocaleString(document.documentElement.lang, { weekday: "short", hour: "2-digit", minute: "2-digit" });

export function draftKeeper(form) {
  const later = debounce(() => {
    const stored = kept.write(storeKey(form), JSON.stringify({ at: Date.now(), entries: entries(form) }));
    const words = document.querySelector("[data-savebar] [data-draft]");
    if (words && stored && !navigator.onLine) {
      words.hidden = false;
      words.textContent = text("offline");
    }
  }, 800);
  return { keep: later, drop: () => { later.cancel(); kept.drop(storeKey(form)); } };
}

/** Offer an older draft once; `take(entries)` puts it into the form. */
export function offerDraft(form, take) {
  const stored = JSON.parse(kept.read(storeKey(form)) ?? "null");
  if (!stored) return;
  const now = JSON.stringify(entries(form));
  if (Date.now() - stored.at > AGE || JSON.stringify(stored.entries) === now) {
    kept.drop(storeKey(form));
    return;
  }
  notice(text("restore", clock(stored.at)), "warn", [
    { label: text("restore-do"), run: () => take(stored.entries) },
    { label: text("restore-drop"), run: () => kept.drop(storeKey(form)) },
  ]);
}
