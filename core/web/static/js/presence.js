// Who else has the record open: its page says that it is there, hears from the event stream when others come or go, and says when it leaves.
import { debounce, each, fill, headers, post } from "./dom.js";

/** How often a page says that it is still there; the server forgets who has not for three of these. */
const BEAT = 30_000;
/** A record that is only passed by is not told of. */
const FIRST = 600;
/** Who saves leaves one page for the next: it is waited for them there. */
const NEWS = 1_500;
/** Who has not touched the page for so long is not there. */
const AWAY = 10 * 60_000;

const names = new Map();
let place = null;
let timer;
let touched = Date.now();

/** The name of somebody who was seen on this record since the page was opened; "" of anybody else. */
export const nameOf = (id) => names.get(Number(id)) ?? "";

function said(what) {
  const body = new FormData();
  for (const [name, value] of Object.entries(what)) body.append(name, value);
  return body;
}

const isEditing = () => (document.querySelector("form#dt-edit") ? "1" : "0");

function show(html) {
  if (place.innerHTML === html) return;
  fill(place, html);
  for (const { dataset } of place.querySelectorAll("[data-person]")) names.set(Number(dataset.person), dataset.name);
}

async function beat() {
  clearTimeout(timer);
  if (!place?.isConnected || document.hidden || Date.now() - touched > AWAY) return;
  const answer = await post(place.dataset.presence, said({ editing: isEditing() })).catch(() => null);
  if (answer && !answer.ok) return; // it is gone, or no longer this person's to see
  if (answer) show((await answer.text()).trim());
  timer = setTimeout(beat, BEAT);
}

const heard = debounce(beat, NEWS);

function touch() {
  const wasAway = Date.now() - touched > AWAY;
  touched = Date.now();
  if (wasAway) beat();
}

function leave() {
  if (!place?.isConnected) return;
  const body = said({ leave: "1", csrf_token: headers()["X-CSRF-Token"] });
  navigator.sendBeacon(place.dataset.presence, body);
}

export function startPresence() {
  each("[data-presence]", (found) => {
    const again = place !== null; // the same record, now edited or read
    place = found;
    place.addEventListener("dt:live", heard);
    clearTimeout(timer);
    timer = setTimeout(beat, again ? 0 : FIRST);
  });
  if (!place) return;
  addEventListener("pagehide", leave);
  addEventListener("pageshow", ({ persisted }) => persisted && beat());
  document.addEventListener("visibilitychange", () => beat());
  for (const kind of ["pointermove", "keydown", "scroll"]) addEventListener(kind, touch, { passive: true, capture: true });
}
