// Theme, density, folded navigation: shown at once, kept on the server (POST /-/preferences) and in this browser for the first paint.
import { kept, on, post } from "./dom.js";
import { bind } from "./keyboard.js";

const root = document.documentElement;

function store(name, value) {
  kept.write(`dt-${name}`, value);
  post("/-/preferences", new URLSearchParams({ [name]: value })).catch(() => {}); // this browser has it; the server gets it next time
}

const toggles = {
  theme() {
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = next;
    store("theme", next);
  },
  density() {
    const next = root.dataset.density === "roomy" ? "compact" : "roomy";
    root.dataset.density = next;
    store("density", next);
  },
  folded() {
    const folded = root.toggleAttribute("data-folded");
    store("folded", folded ? "1" : "0");
  },
};

export function startPreferences() {
  on("click", "[data-toggle]", (event, button) => {
    event.preventDefault();
    toggles[button.dataset.toggle]?.();
  });
  bind("[", toggles.density);
  bind("Ctrl+b", toggles.folded);
  bind("n", () => {
    const url = document.body.dataset.newUrl;
    if (!url) return false;
    location.assign(url);
    return true;
  });
}
