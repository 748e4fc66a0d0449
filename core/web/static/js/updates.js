// What the event stream does to a page: the live mark, elements with data-live, and the quiet word that others changed what is shown. Nothing moves by itself.
//   data-live="topic ..."   topics of the element (a record's topic is its model's name); data-live-ids="1 2" narrows them to these records
//   data-live-url="/..."    where its fresh HTML is (the element with its id, or all of it); without one it gets the DOM event "dt:live" with the message
import { debounce, on, say, text } from "./dom.js";
import { visit } from "./listing.js";
import { nameOf } from "./presence.js";
import { follow } from "./source.js";

const WAIT = 250;
const mark = () => document.getElementById("dt-live");
const user = () => Number(document.body.dataset.user);
const places = () => document.querySelectorAll("[data-live]");
const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

const changed = new Set();
let changer = ""; // who changed the record of this page last, where they were seen on it
let up = true;
let lost = 0;

const age = () => (lost ? text("age", Math.round((Date.now() - lost) / 60_000)) : "");

/** Last values stay; what shows them says since when nothing was heard. */
function showLine(line) {
  const shown = mark();
  const words = line.up ? text("live") : text("no-connection", clock(line.since));
  shown.hidden = false;
  shown.textContent = words;
  lost = line.up ? 0 : line.since;
  shown.title = age();
  shown.classList.toggle("dt-stale", !line.up);
  for (const place of places()) {
    place.classList.toggle("dt-stale-value", !line.up && !place.hasAttribute("data-live-steady"));
    if (line.up) place.removeAttribute("data-signal");
    else place.dataset.signal = text("no-signal", clock(line.since));
  }
  if (up && !line.up) say(words);
  if (!up && line.up) say(words);
  up = line.up;
}

const words = (value) => (value ?? "").split(" ").filter(Boolean);

function concerns(place, event) {
  if (!words(place.dataset.live).includes(event.topic)) return false;
  const ids = words(place.dataset.liveIds);
  return !ids.length || event.count > event.records.length || event.records.some((id) => ids.includes(String(id)));
}

function refresh(place) {
  place.dtRefresh ??= debounce(() => {
    if (!place.isConnected || !window.htmx) return;
    if (place.querySelector("[data-lifted], details[open]")) {
      place.dtRefresh(); // somebody has it in hand
      return;
    }
    const select = place.id ? `#${CSS.escape(place.id)}` : undefined;
    window.htmx.ajax("GET", place.dataset.liveUrl, { source: place, target: place, select, swap: place.id ? "outerHTML" : "innerHTML" });
  }, WAIT);
  place.dtRefresh();
}

function showIn(place, event) {
  if (place.dataset.liveUrl) refresh(place);
  else place.dispatchEvent(new CustomEvent("dt:live", { bubbles: true, detail: event }));
}

function ofRecord(editing) {
  if (changer) return text(editing ? "changed-meanwhile-by" : "changed-record-by", changer);
  return text(editing ? "changed-meanwhile" : "changed-record");
}

/** The head of the page has room for it, so that nothing is pushed away. */
function showNews() {
  const page = document.querySelector("#dt-listing, #dt-record");
  const head = document.querySelector(".dt-main .dt-head");
  head?.querySelector("[data-news]")?.remove();
  if (!page || !head || !changed.size) return;
  const editing = page.querySelector("form#dt-edit");
  const news = document.createElement(editing ? "span" : "button");
  news.className = editing ? "dt-quiet" : "dt-linkbtn dt-news";
  news.dataset.news = "";
  if (!editing) news.type = "button";
  news.textContent = page.id === "dt-listing" ? text("changed-here", changed.size) : ofRecord(editing);
  head.querySelector(".dt-actions").before(news);
}

/** Records of this page that somebody else changed; what was made may belong into the list. */
function note(event) {
  const page = document.querySelector("#dt-listing, #dt-record");
  if (!page || event.by === user() || event.topic !== page.dataset.model) return;
  if ([...page.querySelectorAll("[data-live]")].some((place) => words(place.dataset.live).includes(event.topic))) return; // it follows by itself
  const record = page.dataset.id;
  const shown = (id) => (record ? record === String(id) : page.querySelector(`tr[data-id="${id}"]`));
  const happened = event.data.event;
  const before = changed.size;
  for (const id of event.records) if (shown(id) || (happened === "created" && !record)) changed.add(id);
  const isThis = event.records.some((id) => record === String(id));
  if (isThis) changer = nameOf(event.by);
  if (isThis || changed.size !== before) showNews();
}

function take(event) {
  for (const place of places()) if (concerns(place, event)) showIn(place, event);
  note(event);
}

/** Too much was missed to say what: all that can be loaded again is. */
function reset() {
  for (const place of places()) if (place.dataset.liveUrl) refresh(place);
}

function hear(news) {
  if (news.line) showLine(news.line);
  if (news.event) take(news.event);
  if (news.reset) reset();
}

function share(from) {
  const worker = new SharedWorker(from.worker, { type: "module", name: `dovetail ${user()}` });
  const hello = () => worker.port.postMessage({ url: from.stream, after: Number(from.after) });
  worker.port.addEventListener("message", ({ data }) => hear(data));
  worker.port.start();
  hello();
  addEventListener("pagehide", () => worker.port.postMessage({ bye: true }));
  addEventListener("pageshow", ({ persisted }) => persisted && hello());
}

export function startUpdates() {
  const from = mark()?.dataset;
  if (!from) return;
  on("pointerover", "#dt-live", (event, shown) => { shown.title = age(); });
  on("click", "button[data-news]", () => {
    changed.clear();
    showNews();
    if (document.getElementById("dt-listing")) visit(location.pathname + location.search);
    else location.reload();
  });
  document.addEventListener("htmx:after:swap", ({ target }) => {
    if (target instanceof Element && target.closest("#dt-listing")) changed.clear();
    showNews();
  });
  addEventListener("offline", () => showLine({ up: false, since: Date.now() })); // told at once; the stream says when it is back
  if (window.SharedWorker) share(from);
  else follow(from.stream, Number(from.after), hear);
}
