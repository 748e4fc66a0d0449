// Calendar: chips are dragged to another day or by their end, with the pointer or with Alt and arrows (Shift as well: the end alone). The
// server shifts the dates; what it refuses stays, and what it does can be undone in place.
import { each, notice, on, postJson, say, text } from "./dom.js";
import { bind } from "./keyboard.js";

const FAR = 5;
const DAY = 86_400_000;
const calendar = () => document.getElementById("dt-calendar");
const chips = () => [...document.querySelectorAll(".dt-cal-grid .dt-chip")];
const plus = (iso, days) => new Date(Date.parse(`${iso}T00:00Z`) + days * DAY).toISOString().slice(0, 10);
const between = (from, to) => Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / DAY);

let focused = "";

function reload() {
  const place = calendar();
  if (place) window.htmx.ajax("GET", place.dataset.liveUrl, { source: place, target: place, select: "#dt-calendar", swap: "outerHTML" });
}

async function send(chip, day, edge) {
  const place = calendar();
  const body = new FormData();
  for (const [name, value] of Object.entries({ id: chip.id, version: chip.version, by: place.dataset.by, day, edge: edge ? "1" : "" })) body.set(name, value);
  return postJson(place.dataset.shiftUrl, body).catch(() => null);
}

/** Moves by `days`; an undo is the same move back, of the version that the move made. */
async function shift(chip, days, edge, undone = false) {
  if (!days) return;
  const from = edge ? chip.last : chip.first;
  const to = plus(from, days);
  const answer = await send(chip, to, edge);
  if (answer?.status !== 204) {
    const said = await answer?.json().catch(() => null);
    notice(`${chip.key}: ${said?.error?.message ?? text(answer ? "refused" : "failed")}`);
    return;
  }
  focused = chip.id;
  say(`${text("moved", chip.key)} ${to}`);
  reload();
  const moved = { ...chip, version: Number(chip.version) + 1, first: edge ? chip.first : plus(chip.first, days), last: plus(chip.last, days) };
  const label = document.querySelector(`[data-day="${to}"] .dt-cal-number .dt-sr`)?.textContent ?? to;
  const actions = undone ? [] : [{ label: text("undo"), run: () => shift(moved, -days, edge, true) }];
  notice(`${text("moved", chip.key)} ${label}`, "know", actions);
}

const known = (element) => ({ ...element.dataset });
const dayAt = (event) => document.elementsFromPoint(event.clientX, event.clientY).find((element) => element.matches(".dt-cal-day"));

function drag(event, chip) {
  if (event.pointerType === "touch" || event.button !== 0 || !calendar().hasAttribute("data-movable")) return;
  const edge = Boolean(event.target.closest(".dt-edge"));
  const start = { x: event.clientX, y: event.clientY, day: dayAt(event)?.dataset.day };
  let target = null;
  let moving = false;
  const follow = (moved) => {
    if (!moving && Math.hypot(moved.clientX - start.x, moved.clientY - start.y) < FAR) return;
    moving = true;
    chip.setAttribute("data-lifted", "");
    const over = dayAt(moved);
    if (over === target) return;
    target?.removeAttribute("data-target");
    over?.setAttribute("data-target", "");
    target = over;
  };
  const finish = (up) => {
    document.removeEventListener("pointermove", follow);
    document.removeEventListener("pointerup", finish);
    document.removeEventListener("pointercancel", finish);
    chip.removeAttribute("data-lifted");
    target?.removeAttribute("data-target");
    if (!moving) return;
    const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
    addEventListener("click", swallow, true);
    setTimeout(() => removeEventListener("click", swallow, true), 0);
    if (up.type === "pointerup" && target && start.day) shift(known(chip), between(edge ? chip.dataset.last : start.day, target.dataset.day), edge);
  };
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", finish);
  document.addEventListener("pointercancel", finish);
}

function press(event, chip) {
  const days = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
  if (!days || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (event.altKey) {
    if (calendar().hasAttribute("data-movable")) shift(known(chip), days, event.shiftKey && calendar().hasAttribute("data-has-end"));
    return;
  }
  const all = chips();
  all[all.indexOf(chip) + Math.sign(days)]?.focus();
}

function turn(selector) {
  const link = calendar()?.querySelector(selector);
  if (!link) return false;
  link.click();
  return true;
}

export function startCalendar() {
  on("pointerdown", ".dt-cal-grid .dt-chip", drag);
  on("dragstart", ".dt-chip", (event) => event.preventDefault());
  on("keydown", ".dt-cal-grid .dt-chip", press);
  bind("0", () => turn("[data-today]"));
  bind("PageUp", () => turn(".dt-cal-bar [rel=prev]"));
  bind("PageDown", () => turn(".dt-cal-bar [rel=next]"));
  each("[data-calendar]", (place) => {
    if (!focused) return;
    place.querySelector(`.dt-chip[data-id="${CSS.escape(focused)}"]`)?.focus();
    focused = "";
  });
}
