// Theme, density, folded navigation: shown at once, kept on the server (POST /-/preferences) and in this browser for the first paint.
import { kept, on, post } from "./dom.js";
import { bind } from "./keyboard.js";

const root = document.documentElement;

function store(name, value) {
  if (value === "auto") kept.drop(`dt-${name}`);
  else kept.write(`dt-${name}`, value);
  post("/-/preferences", new URLSearchParams({ [name]: value })).catch(() => {}); // this browser has it; the server gets it next time
}

const shown = {
  theme: (value) => { root.dataset.bsTheme = value === "auto" ? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light") : value; },
  density: (value) => { root.dataset.density = value; },
};

/** Show a preference at once and keep it. */
export function prefer(name, value) {
  shown[name]?.(value);
  store(name, value);
}

const toggles = {
  theme: () => prefer("theme", root.dataset.bsTheme === "dark" ? "light" : "dark"),
  density: () => prefer("density", root.dataset.density === "roomy" ? "compact" : "roomy"),
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
