// Drafts: what was typed and not saved stays in this browser, and is offered back when the form is opened again. They end with the session: at sign-out, when another
// person signs in, and after as long as a session lasts. What asks for a role or is personal (data-private) is never kept.
import { debounce, kept, notice, on, text } from "./dom.js";

const PREFIX = "dt-draft:";
// `_opened` is the record as it is in the database, with all that is in it.
const SKIPPED = new Set(["csrf_token", "_version", "_opened"]);
const AGE = 12 * 3600 * 1000;

const storeKey = (form) => PREFIX + form.dataset.draftKey;

function entries(form) {
  const left = new Set([...form.elements].filter((input) => "private" in input.dataset || input.type === "password").map((input) => input.name));
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !SKIPPED.has(name) && !left.has(name.replace(/\.text$/, "")));
}

const isOver = (stored) => !(Date.now() - stored?.at <= AGE);

/** Forget all drafts, or those that are too old or of others than `user`. */
function forget(user) {
  for (const key of kept.keys(PREFIX)) {
    const [owner] = key.slice(PREFIX.length).split(":");
    if (owner !== user || isOver(JSON.parse(kept.read(key) ?? "null"))) kept.drop(key);
  }
}

export function startDrafts() {
  forget(document.body.dataset.user);
  on("submit", "[data-sign-out]", () => forget());
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
  if (JSON.stringify(stored.entries) === now) {
    kept.drop(storeKey(form));
    return;
  }
  notice(text("restore", clock(stored.at)), "warn", [
    { label: text("restore-do"), run: () => take(stored.entries) },
    { label: text("restore-drop"), run: () => kept.drop(storeKey(form)) },
  ]);
}
