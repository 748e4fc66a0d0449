// One record: tabs without a request, a clicked value becomes an input where it stands, keys of the form.
import { each, fill, get, notice, on, refused, text } from "./dom.js";
import { bind } from "./keyboard.js";

function select(tab) {
  const list = tab.closest("[data-tabs]");
  for (const other of list.querySelectorAll("[role=tab]")) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls"))?.toggleAttribute("hidden", !chosen);
  }
  history.replaceState(history.state, "", tab.href);
}

function stepTab(event, tab) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || event.altKey) return;
  event.preventDefault();
  const tabs = [...tab.closest("[data-tabs]").querySelectorAll("[role=tab]")];
  const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
  next.focus();
  next.click();
}

/** The same page in edit mode, put in place of the read one; `name` gets the focus, the rest keeps its quiet look. */
async function edit(name) {
  const record = document.getElementById("dt-record");
  const url = record?.dataset.editUrl;
  if (!url) return false;
  const answer = await get(url).catch(() => null);
  if (!answer?.ok) {
    await refused(answer);
    return true;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("dt-record");
  if (!fresh) {
    location.assign(url);
    return true;
  }
  const scrolled = record.querySelector(".dt-sheet")?.scrollTop ?? 0;
  const holder = record.parentElement;
  record.replaceWith(fresh);
  fill(fresh, fresh.innerHTML);
  history.pushState(history.state, "", url);
  if (name) fresh.querySelector("[data-mode]").dataset.mode = "inline";
  const sheet = fresh.querySelector(".dt-sheet");
  sheet.scrollTop = scrolled;
  const wanted = name ? fresh.querySelector(`#${CSS.escape(name)}`) : null;
  (wanted || sheet.querySelector("input:not([type=hidden]):not([readonly]), select, textarea"))?.focus();
  holder.dispatchEvent(new CustomEvent("dt:loaded", { bubbles: true }));
  return true;
}

function follow(selector) {
  const link = document.querySelector(`#dt-record ${selector}`);
  if (!link?.href) return false;
  location.assign(link.href);
  return true;
}

function primary() {
  const record = document.getElementById("dt-record");
  const button = record?.querySelector("button[data-primary], a[data-primary]");
  if (!button || document.querySelector("[data-live-form]")) return false;
  button.click();
  return true;
}

/** Without a connection the browser would leave the page for one of its own; the entries stay, and so does the page. */
function keepOffline(event) {
  if (navigator.onLine) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  notice(text("offline"), "warn");
}

export function startRecord() {
  on("submit", "form[data-live-form]", keepOffline, true);
  on("click", "[data-tabs] [role=tab]", (event, tab) => {
    if (event.ctrlKey || event.metaKey || !document.getElementById(tab.getAttribute("aria-controls"))) return;
    event.preventDefault();
    select(tab);
  });
  on("keydown", "[data-tabs] [role=tab]", stepTab);
  on("click", "[data-edit]", (event, value) => {
    if (event.target.closest("a") || String(getSelection())) return;
    edit(value.dataset.edit);
  });
  on("click", "[data-edit-button]", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    edit("");
  });
  each("[data-edit]", (value) => { value.tabIndex = 0; });
  on("keydown", "[data-edit]", (event, value) => {
    if (event.key !== "Enter" || event.target !== value) return;
    event.preventDefault();
    edit(value.dataset.edit);
  });
  addEventListener("popstate", () => {
    if (document.getElementById("dt-record") && !history.state?.htmx) location.reload();
  });
  bind("e", () => {
    if (!document.getElementById("dt-record")?.dataset.editUrl || document.querySelector("[data-live-form]")) return false;
    edit("");
    return true;
  });
  bind("Alt+ArrowLeft", () => follow("[data-previous]"));
  bind("Alt+ArrowRight", () => follow("[data-next]"));
  bind("Ctrl+Enter", primary);
  bind("Ctrl+p", () => follow("[data-print]"));
  bind("m", () => {
    const field = document.querySelector("[data-composer] textarea");
    if (!field) return false;
    document.querySelector("#side-tab-timeline")?.click();
    field.focus();
    return true;
  });
  bind("a", () => {
    const field = document.querySelector("[data-drop] input[type=file]");
    if (!field) return false;
    document.querySelector("#side-tab-files")?.click();
    field.click();
    return true;
  });
}
