// Keys: one table, asked in order. A single letter works outside inputs only, and not at all when the user turned it off.
const bindings = [];

const typing = (target) => target instanceof Element && target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
const layered = () => document.querySelector("dialog[open]");

/** `keys` such as "j", "Ctrl+k", "Shift+J"; `run(event)` returns false when it does not apply here. */
export function bind(keys, run, { everywhere = false } = {}) {
  for (const combo of keys.split(" ")) bindings.push({ combo, run, everywhere });
}

function comboOf(event) {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  const named = event.key.length > 1;
  if (event.shiftKey && (named || /\p{L}/u.test(event.key))) parts.push("Shift");
  parts.push(named ? event.key : event.key.toLowerCase());
  return parts.join("+");
}

function applies({ combo, everywhere }, event) {
  const chord = combo.includes("Ctrl+") || combo.includes("Alt+") || combo === "Escape";
  if (everywhere) return true;
  if (layered()) return false;
  if (chord) return true;
  return document.documentElement.dataset.keys !== "chords" && !typing(event.target);
}

let leading = "";

/** After G the next letter names a place. */
function goTo(event) {
  const places = JSON.parse(document.body.dataset.go || "{}");
  const place = leading === "g" && places[event.key.toLowerCase()];
  leading = "";
  if (!place) return false;
  location.assign(place);
  return true;
}

export function startKeyboard() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const combo = comboOf(event);
    if (leading && goTo(event)) {
      event.preventDefault();
      return;
    }
    if (combo === "g" && applies({ combo }, event)) {
      leading = "g";
      setTimeout(() => { leading = ""; }, 1200);
      return;
    }
    for (const binding of bindings) {
      if (binding.combo !== combo || !applies(binding, event)) continue;
      if (binding.run(event) === false) continue;
      event.preventDefault();
      return;
    }
  });
}
