// What floats: dialogs opened by data-open (their content loaded by data-load), drawers, menus. Esc closes the top one.
import { each, fill, get, on, refused } from "./dom.js";
import { bind } from "./keyboard.js";

export async function open(dialog, url) {
  if (url) {
    const answer = await get(url).catch(() => null);
    if (!answer?.ok) {
      await refused(answer);
      return;
    }
    fill(dialog, await answer.text());
  }
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[autofocus], input:not([type=hidden]), select, textarea")?.focus();
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== except) menu.open = false;
}

export function drawer(target, opened) {
  const panel = document.getElementById(target);
  if (!panel) return;
  panel.toggleAttribute("data-open", opened);
  for (const button of document.querySelectorAll(`[data-drawer="${target}"]`)) button.setAttribute("aria-expanded", String(opened));
  if (opened) panel.querySelector("a, input, button, textarea")?.focus();
}

/** Closes what is on top; false when there was nothing. */
function closeTop() {
  const menu = document.querySelector("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    return true;
  }
  const panel = document.querySelector(".dt-facets[data-open], .dt-side[data-open], .dt-nav[data-open]");
  if (!panel) return false;
  drawer(panel.id, false);
  document.querySelector(`[data-drawer="${panel.id}"]`)?.focus();
  return true;
}

function stepInMenu(event, menu) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  menu.open = true;
  const items = [...menu.querySelectorAll("a.dt-item, button.dt-item")];
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length]?.focus();
}

export function startLayers() {
  on("click", "[data-open]", (event, button) => {
    const dialog = document.querySelector(button.dataset.open);
    if (!dialog || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open(dialog, button.dataset.load);
  });
  on("click", "dialog", (event, dialog) => {
    if (event.target === dialog) dialog.close(); // the backdrop belongs to the dialog
  });
  on("click", "[data-drawer]", (event, button) => {
    event.preventDefault();
    drawer(button.dataset.drawer, !document.getElementById(button.dataset.drawer)?.hasAttribute("data-open"));
  });
  document.addEventListener("click", (event) => {
    const inside = event.target instanceof Element ? event.target.closest("details[data-menu]") : null;
    closeMenus(inside);
    const panel = document.querySelector(".dt-facets[data-open], .dt-side[data-open], .dt-nav[data-open]");
    if (panel && !panel.contains(event.target) && !event.target.closest("[data-drawer]")) drawer(panel.id, false);
  });
  on("keydown", "details[data-menu]", stepInMenu);
  // A toast stays until it is closed, or another page comes.
  on("click", "[data-dismiss]", (event, button) => button.closest("[data-toast]").remove());
  each("dialog.dt-dialog", (dialog) => dialog.addEventListener("close", () => dialog.dispatchEvent(new CustomEvent("dt:closed", { bubbles: true }))));
  bind("Escape", () => closeTop(), { everywhere: false });
  bind("?", () => {
    const button = document.querySelector('[data-open="#dt-keys"]');
    if (!button) return false;
    button.click();
    return true;
  });
}
