// Board: cards are lifted by the pointer or with Space, and dropped into a column that takes them. The server runs the action or writes the
// field; a refusal stands on the card, which is back in its place. Touch and browsers without scripts use the menu of the card.
import { show } from "./actions.js";
import { each, on, postJson, say, text } from "./dom.js";

const FAR = 5;
const board = () => document.getElementById("dt-board");
const lanes = () => [...document.querySelectorAll(".dt-lane")];
const laneOf = (card) => card.closest(".dt-lane");
const nameOf = (card) => card.querySelector(".dt-key").textContent;
const wayTo = (card, lane) => JSON.parse(laneOf(card).dataset.ways)[lane.dataset.value];

let lifted = null; // { card, target, ghost }
let focused = "";

/** The board as the server has it now. */
export function reload() {
  const place = board();
  if (place) window.htmx.ajax("GET", place.dataset.liveUrl, { source: place, target: place, select: "#dt-board", swap: "outerHTML" });
}

function refuse(card, words) {
  card.querySelector(".dt-card-refused")?.remove();
  const note = document.createElement("p");
  note.className = "dt-card-refused";
  note.setAttribute("role", "alert");
  note.textContent = words;
  card.append(note);
}

function whyNot(card, lane) {
  if (lane === laneOf(card)) return "";
  const way = wayTo(card, lane);
  return way ? way.refused : text("no-way");
}

async function send(card, lane) {
  const place = board();
  const body = new FormData();
  const fields = { id: card.dataset.id, version: card.dataset.version, by: place.dataset.by, to: lane.dataset.value, back: place.dataset.back };
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return postJson(place.dataset.moveUrl, body).catch(() => null);
}

/** The card goes to its new place at once, and back where the server says no. */
async function move(card, lane) {
  const why = whyNot(card, lane);
  if (why) {
    refuse(card, why);
    return;
  }
  const [from, next] = [card.parentElement, card.nextElementSibling];
  const words = text("moved", nameOf(card));
  lane.querySelector(".dt-cards").prepend(card);
  card.querySelector(".dt-key").focus();
  const answer = await send(card, lane);
  if (answer?.status === 204) {
    say(`${words} ${lane.dataset.label}`);
    reload();
    return;
  }
  from.insertBefore(card, next);
  card.querySelector(".dt-key").focus();
  if (answer?.ok) await show(answer); // the action asks for something first
  else refuse(card, answer ? await reason(answer) : text("failed"));
}

async function reason(answer) {
  const said = await answer.json().catch(() => null);
  return said?.error?.message ?? text("refused");
}

function mark(card) {
  for (const lane of lanes()) {
    const why = whyNot(card, lane);
    const line = lane.querySelector(".dt-lane-why");
    lane.toggleAttribute("data-closed", Boolean(why));
    line.hidden = !why;
    line.textContent = why;
  }
}

function aim(lane) {
  if (!lifted || lifted.target === lane) return;
  lifted.target = lane;
  for (const other of lanes()) other.toggleAttribute("data-target", other === lane && !other.hasAttribute("data-closed"));
  document.querySelector(".dt-drop")?.remove();
  if (!lane || lane === laneOf(lifted.card) || lane.hasAttribute("data-closed")) return;
  const slot = document.createElement("div");
  slot.className = "dt-drop";
  slot.textContent = text("drop", wayTo(lifted.card, lane).say);
  lane.querySelector(".dt-cards").prepend(slot);
}

function lift(card) {
  card.querySelector(".dt-card-refused")?.remove();
  lifted = { card, target: null };
  card.setAttribute("data-lifted", "");
  mark(card);
}

function putDown() {
  if (!lifted) return;
  lifted.card.removeAttribute("data-lifted");
  lifted.ghost?.remove();
  board()?.removeAttribute("data-dragging");
  aim(null);
  for (const lane of lanes()) {
    lane.removeAttribute("data-closed");
    lane.querySelector(".dt-lane-why").hidden = true;
  }
  lifted = null;
}

function drop() {
  const { card, target } = lifted;
  putDown();
  if (target && target !== laneOf(card)) move(card, target);
}

/** Follows the pointer once it has moved a little, so that a click stays a click. */
function drag(event, card) {
  if (event.pointerType === "touch" || event.button !== 0 || event.target.closest("button, summary, input, .dt-pop")) return;
  const start = { x: event.clientX, y: event.clientY };
  const box = card.getBoundingClientRect();
  const follow = (moved) => {
    if (!lifted) {
      if (Math.hypot(moved.clientX - start.x, moved.clientY - start.y) < FAR) return;
      lift(card);
      lifted.ghost = card.cloneNode(true);
      lifted.ghost.classList.add("dt-ghost-card");
      lifted.ghost.style.width = `${box.width}px`;
      board().dataset.dragging = "";
      board().append(lifted.ghost);
    }
    lifted.ghost.style.left = `${box.left + moved.clientX - start.x}px`;
    lifted.ghost.style.top = `${box.top + moved.clientY - start.y}px`;
    aim(document.elementFromPoint(moved.clientX, moved.clientY)?.closest(".dt-lane") ?? null);
  };
  const finish = (up) => {
    document.removeEventListener("pointermove", follow);
    document.removeEventListener("pointerup", finish);
    document.removeEventListener("pointercancel", finish);
    if (!lifted?.ghost) return;
    const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
    addEventListener("click", swallow, true);
    setTimeout(() => removeEventListener("click", swallow, true), 0);
    if (up.type === "pointerup") drop();
    else putDown();
  };
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", finish);
  document.addEventListener("pointercancel", finish);
}

function step(card, event) {
  const all = lanes();
  const at = all.indexOf(lifted?.target ?? laneOf(card));
  const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (lifted && side) {
    const lane = all[Math.max(0, Math.min(all.length - 1, at + side))];
    aim(lane);
    lane.scrollIntoView({ block: "nearest", inline: "nearest" });
    say(`${lane.dataset.label}: ${lane.hasAttribute("data-closed") ? whyNot(card, lane) : wayTo(card, lane)?.say ?? ""}`);
    return;
  }
  if (lifted) return;
  const down = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
  const cards = [...laneOf(card).querySelectorAll(".dt-card-rec")];
  let next = cards[cards.indexOf(card) + down];
  for (let lane = at + side; side && all[lane] && !(next = all[lane].querySelector(".dt-card-rec")); lane += side);
  next?.querySelector(".dt-key").focus();
}

function press(event, link) {
  const card = link.closest(".dt-card-rec");
  if (!card || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key.startsWith("Arrow")) step(card, event);
  else if (event.key === " " || (lifted && event.key === "Enter")) {
    if (lifted) drop();
    else {
      lift(card);
      say(text("lifted", nameOf(card)));
    }
  } else if (event.key === "Escape" && lifted) {
    putDown();
    say(text("put-back", nameOf(card)));
  } else return;
  event.preventDefault();
}

/** The menu of a card makes the same move; its refusal stands on the card as well. */
function choose(event, form) {
  event.preventDefault();
  const card = form.closest(".dt-card-rec");
  form.closest("details").open = false;
  const lane = lanes().find((other) => other.dataset.value === event.submitter.value);
  if (lane) move(card, lane);
}

export function startBoard() {
  on("pointerdown", ".dt-card-rec", drag);
  on("dragstart", ".dt-card-rec a", (event) => event.preventDefault());
  on("keydown", ".dt-card-rec .dt-key", press);
  on("submit", "form[data-move]", choose);
  on("focusin", ".dt-card-rec", (event, card) => { focused = card.dataset.id; });
  // A board that was loaded anew keeps the focus where it was.
  each("[data-board]", (place) => {
    lifted = null;
    if (document.activeElement && document.activeElement !== document.body) return;
    place.querySelector(`.dt-card-rec[data-id="${CSS.escape(focused)}"] .dt-key`)?.focus();
  });
}
