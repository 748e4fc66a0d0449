// Command palette: Ctrl K. GET <data-url>?q=&type= answers the results as HTML (palette.html.jinja); Tab narrows to the type of
// the chosen hit, ">" asks for actions alone. Without scripts the same field is the page /-/search.
import { debounce, fill, get, on, say, text } from "./dom.js";
import { bind } from "./keyboard.js";
import { prefer } from "./preferences.js";

let asked = null;

const options = (dialog) => [...dialog.querySelectorAll("[role=option]:not(.dt-off)")];

function choose(dialog, option) {
  for (const other of options(dialog)) other.setAttribute("aria-selected", String(other === option));
  if (!option) return;
  dialog.querySelector("input[name=q]").setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

async function search(dialog) {
  const input = dialog.querySelector("input[name=q]");
  asked?.abort();
  asked = new AbortController();
  const query = new URLSearchParams({ q: input.value, type: dialog.dataset.type ?? "", at: location.pathname });
  try {
    const answer = await get(`${dialog.dataset.url}?${query}`, asked.signal);
    if (!answer.ok) throw new Error(String(answer.status));
    fill(dialog.querySelector(".dt-results"), await answer.text());
    const found = options(dialog);
    dialog.querySelector("[data-hits]").textContent = dialog.querySelector("[data-summary]")?.dataset.summary ?? "";
    choose(dialog, found[0]);
    if (!found.length) say(text("nothing"));
  } catch (error) {
    if (error.name !== "AbortError") dialog.querySelector("[data-hits]").textContent = text("failed");
  }
}

function narrow(dialog, type, label = "") {
  dialog.dataset.type = type;
  const scope = dialog.querySelector("[data-scope]");
  scope.hidden = !type;
  scope.textContent = label;
  search(dialog);
}

function go(option, newTab) {
  if (!option) return;
  if (option.dataset.preference) {
    prefer(option.dataset.preference, option.dataset.value);
    option.closest("dialog")?.close();
    return;
  }
  if (option.dataset.post) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = option.dataset.post;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "csrf_token", value: document.querySelector('meta[name="csrf-token"]').content }));
    document.body.append(form);
    form.submit();
    return;
  }
  if (newTab) window.open(option.href, "_blank", "noopener");
  else location.assign(option.href);
}

function key(event, dialog) {
  const found = options(dialog);
  const at = found.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const input = dialog.querySelector("input[name=q]");
  const moves = {
    ArrowDown: () => choose(dialog, found[(at + 1) % found.length]),
    ArrowUp: () => choose(dialog, found[(at - 1 + found.length) % found.length]),
    Enter: () => go(found[at], event.ctrlKey || event.metaKey),
    Tab: () => found[at]?.dataset.type && narrow(dialog, found[at].dataset.type, found[at].dataset.typeLabel),
    Backspace: () => input.value === "" && dialog.dataset.type && narrow(dialog, ""),
  };
  if (!moves[event.key]) return;
  if (event.key === "Backspace" && input.value) return;
  event.preventDefault();
  moves[event.key]();
}

export function startPalette() {
  const dialog = document.getElementById("dt-palette");
  if (!dialog) return;
  const openIt = () => {
    dialog.showModal();
    dialog.querySelector("input[name=q]").select();
    search(dialog);
  };
  const later = debounce(() => search(dialog), 90);
  on("click", "[data-palette]", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openIt();
  });
  dialog.addEventListener("input", later);
  dialog.addEventListener("keydown", (event) => key(event, dialog));
  dialog.addEventListener("submit", (event) => event.preventDefault());
  on("click", ".dt-palette :is([data-post], [data-preference])", (event, option) => {
    event.preventDefault();
    go(option, false);
  });
  bind("Ctrl+k", () => (dialog.open ? dialog.close() : openIt()), { everywhere: true });
  bind("/", () => {
    const field = document.querySelector(".dt-tokens input[name=q]");
    if (field) field.focus();
    else openIt();
  });
}
