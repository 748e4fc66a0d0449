// List: cursor (j k arrows), selection (x, Shift extends, Ctrl A, all that match), facets that submit themselves, skeleton when slow.
import { debounce, each, on, say, text } from "./dom.js";
import { bind } from "./keyboard.js";

const table = () => document.querySelector("table[data-list]");
const rows = () => [...(table()?.querySelectorAll("tbody tr[data-id]") ?? [])];
const box = (row) => row.querySelector('input[name="ids"]');

let cursor = "";
let anchor = "";

/** Show another state of the list: its URL is the state. */
export function visit(url) {
  if (!window.htmx || !document.getElementById("dt-listing")) {
    location.assign(url);
    return;
  }
  window.htmx.ajax("GET", url, { source: "#dt-listing", target: "#dt-listing", select: "#dt-listing", swap: "outerMorph", push: "true" });
}

function place(row) {
  for (const other of rows()) other.classList.toggle("dt-cursor", other === row);
  cursor = row.dataset.id;
  row.scrollIntoView({ block: "nearest" });
}

function move(step, extend) {
  const all = rows();
  if (!all.length) return false;
  const at = all.findIndex((row) => row.dataset.id === cursor);
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  if (extend && at >= 0) {
    mark(all[at], true);
    mark(next, true);
    count();
  }
  place(next);
  return true;
}

function mark(row, selected) {
  const tick = box(row);
  if (!tick) return;
  tick.checked = selected;
  row.setAttribute("aria-selected", String(selected));
}

function count() {
  const bar = document.getElementById("dt-bulk");
  if (!bar) return;
  const all = rows();
  const chosen = all.filter((row) => box(row)?.checked).length;
  const everything = bar.querySelector("[data-bulk-all]").value === "1";
  bar.hidden = !chosen && !everything;
  const words = text("selected", everything ? bar.dataset.total : chosen);
  bar.querySelector("[data-bulk-count]").textContent = words;
  bar.querySelector("[data-select-all]").hidden = everything || String(chosen) === bar.dataset.total;
  const page = table().querySelector("[data-select-page]");
  if (page) {
    page.checked = chosen > 0 && chosen === all.length;
    page.indeterminate = chosen > 0 && chosen < all.length;
  }
  if (!bar.hidden) say(words);
}

function everything(on_) {
  const bar = document.getElementById("dt-bulk");
  if (bar) bar.querySelector("[data-bulk-all]").value = on_ ? "1" : "";
}

function all(selected) {
  everything(false);
  for (const row of rows()) mark(row, selected);
  count();
}

/** Shift on a box takes all rows between it and the last one. */
function tick(event, input) {
  const row = input.closest("tr");
  everything(false);
  const list = rows();
  const from = list.findIndex((other) => other.dataset.id === anchor);
  const to = list.indexOf(row);
  if (event.shiftKey && from >= 0) for (const between of list.slice(Math.min(from, to), Math.max(from, to) + 1)) mark(between, input.checked);
  mark(row, input.checked);
  anchor = row.dataset.id;
  place(row);
  count();
}

function openRow(newTab) {
  const row = rows().find((other) => other.dataset.id === cursor);
  if (!row) return false;
  if (newTab) window.open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
  return true;
}

/** After a swap what was typed and ticked is what the server says: the morph keeps elements, and with them their live state. */
function settle() {
  const listing = document.getElementById("dt-listing");
  for (const input of listing.querySelectorAll("input[type=checkbox]")) input.checked = input.defaultChecked;
  for (const input of listing.querySelectorAll("input[name=q]")) if (input !== document.activeElement) input.value = input.defaultValue;
  for (const head of listing.querySelectorAll("thead")) widths(head);
  anchor = "";
  everything(false);
  const row = rows().find((other) => other.dataset.id === cursor);
  if (row) row.classList.add("dt-cursor");
  count();
}

function startFacets(form) {
  const send = debounce(() => visit(`${location.pathname}?${new URLSearchParams(new FormData(form))}`), 150);
  form.addEventListener("change", send);
}

/** Bars in the shape of the rows, after 200 ms and not before. */
function watchSlowness() {
  let timer;
  document.addEventListener("htmx:before:request", (event) => {
    if (event.detail.ctx.target?.id !== "dt-listing") return;
    timer = setTimeout(() => document.getElementById("dt-listing")?.setAttribute("aria-busy", "true"), 200);
  });
  document.addEventListener("htmx:finally:request", () => {
    clearTimeout(timer);
    document.getElementById("dt-listing")?.removeAttribute("aria-busy");
  });
  document.addEventListener("htmx:after:swap", (event) => event.detail.ctx.target?.id === "dt-listing" && settle());
}

/** Widths chosen in the column chooser: geometry goes through the CSSOM, the policy allows no style attribute. */
function widths(head) {
  for (const cell of head.querySelectorAll("[data-width]")) cell.style.width = `${cell.dataset.width}px`;
}

function bindKeys() {
  bind("j ArrowDown", (event) => (event.key === "ArrowDown" && event.target.closest("input, select, textarea, [role=tab]") ? false : move(1, false)));
  bind("k ArrowUp", (event) => (event.key === "ArrowUp" && event.target.closest("input, select, textarea, [role=tab]") ? false : move(-1, false)));
  bind("Shift+j Shift+ArrowDown", () => move(1, true));
  bind("Shift+k Shift+ArrowUp", () => move(-1, true));
  bind("x", () => {
    const row = rows().find((other) => other.dataset.id === cursor);
    if (!row || !box(row)) return false;
    mark(row, !box(row).checked);
    anchor = cursor;
    count();
    return true;
  });
  bind("Ctrl+a", (event) => {
    if (!table() || event.target.closest("input:not([type=checkbox]), textarea")) return false;
    all(true);
    return true;
  });
  bind("Enter", (event) => (event.target.closest("a, button, summary, [role=button]") ? false : openRow(false)));
  bind("Ctrl+Enter", () => (table() ? openRow(true) : false));
  bind("Escape", () => {
    if (document.getElementById("dt-bulk")?.hidden !== false) return false;
    all(false);
    return true;
  });
  for (const letter of ["f", "c"]) {
    bind(letter, () => {
      const button = document.querySelector(`#dt-listing [data-key="${letter}"]`);
      if (!button) return false;
      button.click();
      return true;
    });
  }
  bind("v", () => {
    const views = document.querySelector(".dt-views a[aria-current], .dt-views a");
    if (!views) return false;
    views.focus();
    return true;
  });
  bind("o", () => {
    const menu = document.querySelector("#dt-sort summary");
    if (!menu) return false;
    menu.click();
    return true;
  });
  bind("Ctrl+e", () => {
    const link = document.querySelector('.dt-head a[href*="/-/export"]');
    if (!link) return false;
    link.click();
    return true;
  });
}

export function startListing() {
  each("[data-facets]", startFacets);
  each("table[data-list] thead", widths);
  each("table[data-list]", count);
  on("click", 'table[data-list] input[name="ids"]', tick);
  on("change", "[data-select-page]", (event, input) => all(input.checked));
  on("click", "[data-select-all]", () => {
    all(true);
    everything(true);
    count();
  });
  on("click", "[data-select-none]", () => all(false));
  on("click", "table[data-list] tbody tr[data-id]", (event, row) => {
    if (!event.target.closest("a, button, input, label")) place(row);
  });
  // Shift, with the pointer or with Enter: this column after those that are sorted by already.
  on("click", "thead a[data-also]", (event, link) => {
    if (!event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    visit(link.dataset.also);
  }, true);
  on("submit", "[data-bulk], [data-save-view]", (event, form) => {
    const query = form.querySelector("[data-current-query]");
    if (query) query.value = location.search.slice(1);
  });
  document.addEventListener("htmx:config:request", (event) => Object.assign(event.detail.ctx.request.headers, { "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]')?.content ?? "" }));
  watchSlowness();
  bindKeys();
}

