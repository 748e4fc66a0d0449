// Editing in a list: a click, Enter or F2 opens the cell, Tab saves and goes on, Enter saves, Esc leaves. What is refused is said at the cell.
// Each cell is a link (a[data-cell]) to a page of its one input; here the same page is fetched into the cell and posted as JSON.
import { fill, get, headers, on, refused, say, text } from "./dom.js";
import { bind } from "./keyboard.js";
import { visit } from "./listing.js";

const links = () => [...document.querySelectorAll("table[data-list] a[data-cell]")].filter((link) => link.closest("td").offsetParent);
const narrow = window.matchMedia("(max-width: 640px)");

/** The cell that is open: {cell, link, form, before}. */
let editing = null;

const named = (link) => ({ row: link.closest("tr").dataset.id, cell: link.dataset.cell });
const found = ({ row, cell }) => document.querySelector(`table[data-list] tr[data-id="${CSS.escape(row)}"] a[data-cell="${CSS.escape(cell)}"]`);
const said = (form) => new URLSearchParams(new FormData(form)).toString();

function control(form) {
  return form.querySelector(".dt-control input:not([type=hidden]), .dt-control select, .dt-control textarea");
}

/** Whether an input is on its way: what is typed meanwhile is no shortcut. */
let opening = false;

async function open(link) {
  if (opening) return;
  if (editing) leave();
  opening = true;
  const answer = await get(link.href).catch(() => null);
  opening = false;
  if (!answer?.ok) {
    await refused(answer);
    return;
  }
  const place = document.createElement("div");
  place.className = "dt-cell-open";
  link.hidden = true;
  link.after(place);
  fill(place, await answer.text());
  const form = place.querySelector("[data-cell-form]");
  editing = { link, place, form, before: said(form), busy: false };
  const input = control(form);
  input.focus();
  if (input.matches("input[type=text]")) input.select();
}

/** Back to what the list says. */
function leave() {
  const { link, place } = editing;
  editing = null;
  place.remove();
  link.hidden = false;
  return link;
}

function complain(form, sentence) {
  const message = form.querySelector("[data-message]");
  message.textContent = sentence;
  message.hidden = false;
  control(form).setAttribute("aria-invalid", "true");
}

/** Saves what is open; true when the list may go on. */
async function save() {
  const { form, link, before } = editing;
  if (said(form) === before) {
    leave();
    return true;
  }
  if (editing.busy) return false;
  editing.busy = true;
  const answer = await fetch(form.action, { method: "POST", headers: { ...headers(), Accept: "application/json" }, body: new FormData(form) }).catch(() => null);
  if (editing) editing.busy = false;
  if (answer?.headers.get("HX-Redirect")) {
    location.assign(answer.headers.get("HX-Redirect"));
    return false;
  }
  const told = await answer?.json().catch(() => null);
  if (!answer?.ok) {
    const { fields = {}, message } = told?.error ?? {};
    complain(form, fields[link.dataset.cell] ?? Object.values(fields)[0] ?? message ?? text(answer ? "refused" : "failed"));
    return false;
  }
  say(text("saved"));
  leave();
  return true;
}

/** Saves; then the list anew, since totals, marks and order may follow from the value; then the cell that comes next, or this one. */
async function finish(step) {
  const places = links().map(named);
  const at = places.findIndex((one) => found(one) === editing.link);
  const wanted = places[at + step] ?? places[at];
  const changed = said(editing.form) !== editing.before;
  if (!(await save())) return;
  const go = () => {
    const link = found(wanted);
    if (link && step && wanted !== places[at]) open(link);
    else link?.focus();
  };
  if (!changed) go();
  else {
    document.addEventListener("htmx:after:swap", () => setTimeout(go), { once: true });
    visit(location.pathname + location.search);
  }
}

export function startInline() {
  document.addEventListener("keydown", (event) => {
    if (!opening) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  on("click", "a[data-cell]", (event, link) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || narrow.matches) return;
    event.preventDefault();
    open(link);
  });
  on("submit", "[data-cell-form]", (event) => {
    event.preventDefault();
    finish(0);
  });
  on("keydown", "[data-cell-form]", (event) => {
    if (event.key === "Escape" && !event.target.closest("[aria-expanded=true]")) {
      event.preventDefault();
      event.stopPropagation();
      leave().focus();
    } else if (event.key === "Tab") {
      event.preventDefault();
      finish(event.shiftKey ? -1 : 1);
    } else if (event.key === "Enter" && !event.target.matches("textarea, [aria-expanded=true]")) {
      event.preventDefault();
      finish(0);
    }
  });
  on("focusout", "[data-cell-form]", (event, form) => {
    if (!editing || editing.form !== form || form.contains(event.relatedTarget) || !event.relatedTarget) return;
    if (said(form) === editing.before) leave();
  });
  bind("F2", () => {
    const focused = document.activeElement?.closest("a[data-cell]");
    const link = focused ?? document.querySelector("table[data-list] tr.dt-cursor a[data-cell]");
    if (!link) return false;
    open(link);
    return true;
  });
}
