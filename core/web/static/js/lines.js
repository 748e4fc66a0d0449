// Lines: Tab next cell, Enter row below (new at the end), Esc restores the row, Alt arrows move, Ctrl D copies, Ctrl Delete removes
// with undo, paste of rows from a spreadsheet fills by column order. Rows post in the order in which they stand.
import { each, on, say, text } from "./dom.js";

const INPUTS = "input:not([type=hidden]):not([disabled]), select, textarea";
const place = (inside) => inside.closest("[data-lines]");
const rowsOf = (lines) => [...lines.querySelectorAll("tr[data-line]:not([hidden])")];
const inputsOf = (row) => [...row.querySelectorAll(INPUTS)];

let made = 0;

function tell(lines) {
  const number = lines.dataset.number;
  if (number) rowsOf(lines).forEach((row, at) => {
    const cell = row.querySelector(`[data-cell="${number}"]`);
    if (cell) (cell.querySelector(".dt-num") ?? cell).textContent = 10 * (at + 1);
  });
  for (const note of lines.querySelectorAll("tr.dt-line-error[data-of]")) {
    const row = lines.querySelector(`tr[data-line="${CSS.escape(note.dataset.of)}"]`);
    row?.after(note);
    note.hidden = row?.hidden ?? true;
  }
  lines.closest("form")?.dispatchEvent(new CustomEvent("dt:lines"));
}

function add(lines, before = null, key = `n${Date.now().toString(36)}${made += 1}`) {
  const blank = lines.querySelector("template[data-line-template]").content.querySelector("tr");
  const holder = document.createElement("tbody");
  holder.append(blank.cloneNode(true));
  for (const element of holder.querySelectorAll("*")) {
    for (const attribute of [...element.attributes]) {
      if (attribute.value.includes("__key__")) element.setAttribute(attribute.name, attribute.value.replaceAll("__key__", key));
    }
  }
  const row = holder.firstElementChild;
  lines.querySelector("tbody").insertBefore(row, before ?? lines.querySelector("tr.dt-add"));
  row.dispatchEvent(new CustomEvent("dt:loaded", { bubbles: true }));
  return row;
}

const values = (row) => [...row.querySelectorAll("input, select, textarea")].map((input) => (input.type === "checkbox" ? input.checked : input.value));

function setValues(row, all) {
  [...row.querySelectorAll("input, select, textarea")].forEach((input, at) => {
    if (input.name.endsWith(".id") || input.name.endsWith("._delete")) return;
    if (input.type === "checkbox") input.checked = all[at];
    else input.value = all[at];
  });
}

function remove(row) {
  const lines = place(row);
  const next = rowsOf(lines)[rowsOf(lines).indexOf(row) + 1] ?? rowsOf(lines).at(-2);
  row.hidden = true;
  row.querySelector("[data-delete]").value = "1";
  if (next) inputsOf(next)[0]?.focus();
  const undo = lines.parentElement.querySelector("[data-line-undo]");
  if (undo) {
    undo.hidden = false;
    undo.querySelector("button").onclick = () => {
      row.hidden = false;
      row.querySelector("[data-delete]").value = "";
      undo.hidden = true;
      inputsOf(row)[0]?.focus();
      tell(lines);
    };
    say(undo.firstElementChild.textContent);
  }
  tell(lines);
}

function move(row, step) {
  const rows = rowsOf(place(row));
  const other = rows[rows.indexOf(row) + step];
  if (!other) return;
  const focused = document.activeElement;
  if (step < 0) other.before(row);
  else other.after(row);
  focused?.focus();
  tell(place(row));
}

function below(row, column) {
  const lines = place(row);
  const rows = rowsOf(lines);
  const known = rows[rows.indexOf(row) + 1];
  const next = known ?? (lines.querySelector("tr.dt-add") ? add(lines) : null);
  if (next && !known) tell(lines);
  if (next) (inputsOf(next)[column] ?? inputsOf(next)[0])?.focus();
}

function copy(row) {
  const lines = place(row);
  const twin = add(lines, row.nextElementSibling);
  setValues(twin, values(row));
  inputsOf(twin)[0]?.focus();
  tell(lines);
}

function key(event, input) {
  const row = input.closest("tr[data-line]");
  if (!row || event.defaultPrevented) return;
  const column = inputsOf(row).indexOf(input);
  const ctrl = event.ctrlKey || event.metaKey;
  const moves = [
    [event.key === "Enter" && !ctrl && !event.shiftKey && input.tagName !== "TEXTAREA", () => below(row, column)],
    [event.key === "Escape" && row.dtBefore && JSON.stringify(values(row)) !== row.dtBefore, () => { setValues(row, JSON.parse(row.dtBefore)); tell(place(row)); }],
    [event.altKey && event.key === "ArrowUp", () => move(row, -1)],
    [event.altKey && event.key === "ArrowDown", () => move(row, 1)],
    [ctrl && event.key.toLowerCase() === "d", () => copy(row)],
    [ctrl && event.key === "Delete", () => remove(row)],
  ];
  const found = moves.find(([applies]) => applies);
  if (!found) return;
  event.preventDefault();
  event.stopPropagation();
  found[1]();
}

function put(input, raw) {
  if (input.type === "checkbox") input.checked = /^(1|x|yes|true)$/i.test(raw.trim());
  else input.value = raw.trim();
  const hidden = input.closest("[data-pick]")?.querySelector("[data-pick-value]");
  if (hidden) hidden.value = ""; // the server finds the record by the pasted text
}

function paste(event, input) {
  const clip = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
  if (!/[\t\n]/.test(clip)) return;
  event.preventDefault();
  const lines = place(input);
  const column = inputsOf(input.closest("tr")).indexOf(input);
  let row = input.closest("tr[data-line]");
  const grid = clip.split("\n");
  grid.forEach((line, at) => {
    const inputs = inputsOf(row);
    line.split("\t").forEach((cell, offset) => inputs[column + offset] && put(inputs[column + offset], cell));
    if (at < grid.length - 1) row = rowsOf(lines)[rowsOf(lines).indexOf(row) + 1] ?? add(lines);
  });
  say(text("pasted", grid.length));
  tell(lines);
}

export function startLines() {
  on("focusin", "tr[data-line] input", (event, input) => {
    const row = input.closest("tr");
    if (row.contains(event.relatedTarget)) return;
    row.dtBefore = JSON.stringify(values(row));
  });
  on("keydown", "tr[data-line] :is(input, select, textarea)", key);
  on("paste", "tr[data-line] input", paste);
  on("click", "[data-line-add]", (event, button) => {
    event.preventDefault();
    inputsOf(add(place(button)))[0]?.focus();
    tell(place(button));
  });
  on("click", "[data-line-remove]", (event, button) => {
    event.preventDefault();
    remove(button.closest("tr"));
  });
  each("form[data-live-form]", (form) => form.addEventListener("dt:line-wanted", (event) => {
    const [name, wanted] = event.detail;
    const lines = form.querySelector(`[data-lines="${CSS.escape(name)}"]`);
    if (lines && !lines.querySelector(`[data-line="${CSS.escape(wanted)}"]`)) add(lines, null, wanted);
  }));
}
