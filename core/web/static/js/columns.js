// Column chooser: tick, width, pin, order by drag (pointer), by Alt arrows on a row, or by its buttons. The form works without this.
import { each, on, say } from "./dom.js";

function shift(row, step) {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  const focused = document.activeElement;
  if (step < 0) other.before(row);
  else other.after(row);
  focused?.focus();
  say(`${row.dataset.label}: ${[...row.parentElement.children].indexOf(row) + 1}`);
}

function drag(event, grip) {
  if (event.button !== 0) return;
  event.preventDefault();
  const row = grip.closest("li");
  row.dataset.lifted = "";
  const follow = (moved) => {
    const over = document.elementFromPoint(moved.clientX, moved.clientY)?.closest("[data-columns] > li");
    if (!over || over === row || over.parentElement !== row.parentElement) return;
    const box = over.getBoundingClientRect();
    const above = moved.clientY < box.top + box.height / 2;
    if (above && over.previousElementSibling !== row) over.before(row);
    if (!above && over.nextElementSibling !== row) over.after(row);
  };
  const drop = () => {
    delete row.dataset.lifted;
    document.removeEventListener("pointermove", follow);
  };
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", drop, { once: true });
  document.addEventListener("pointercancel", drop, { once: true });
}

export function startColumns() {
  on("pointerdown", "[data-columns] .dt-grip", drag);
  on("keydown", "[data-columns] li", (event, row) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.altKey) return;
    event.preventDefault();
    shift(row, step);
  });
  on("click", "[data-columns] [data-step]", (event, button) => {
    event.preventDefault();
    shift(button.closest("li"), Number(button.dataset.step));
  });
  each("form[data-column-form]", (form) => form.addEventListener("submit", () => {
    const query = form.querySelector("[data-current-query]");
    if (query) query.value = location.search.slice(1);
  }));
}
