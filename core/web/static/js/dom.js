// The few moves every module makes: delegated events, requests with the CSRF token, a spoken line, an icon.
const texts = new Map();

/** A translated sentence of templates/texts.html.jinja; "#" in it stands for `value`. */
export function text(key, value = "") {
  if (!texts.size) {
    const store = document.getElementById("dt-texts");
    for (const node of store?.content.querySelectorAll("[data-text]") ?? []) texts.set(node.dataset.text, node.textContent);
  }
  return (texts.get(key) ?? key).replace("#", value);
}

/** One listener on the document for all elements that match, those swapped in later included. */
export function on(type, selector, handle, capture = false) {
  document.addEventListener(type, (event) => {
    const target = event.target instanceof Element ? event.target.closest(selector) : null;
    if (target) handle(event, target);
  }, capture);
}

/** Now, and again for what htmx or a module puts into the page. */
export function each(selector, start) {
  const begin = (root) => {
    for (const element of root.querySelectorAll(selector)) {
      if (element.dtStarted?.has(start)) continue;
      element.dtStarted = (element.dtStarted ?? new Set()).add(start);
      start(element);
    }
  };
  begin(document);
  document.addEventListener("htmx:after:swap", () => begin(document));
  document.addEventListener("dt:loaded", (event) => begin(event.target));
}

export function debounce(run, wait) {
  let timer;
  const later = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(run, wait, ...args);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

export const headers = () => ({ "X-CSRF-Token": token(), "HX-Request": "true" });

async function ask(url, options) {
  const answer = await fetch(url, options);
  const elsewhere = answer.headers.get("HX-Redirect"); // the session has ended, for one
  if (elsewhere) location.assign(elsewhere);
  return answer;
}

export const get = (url, signal) => ask(url, { headers: headers(), signal });

export const post = (url, body, signal) => ask(url, { method: "POST", headers: headers(), body, signal });

const asJson = () => ({ ...headers(), Accept: "application/json" });

export const getJson = (url, signal) => ask(url, { headers: asJson(), signal });

export const postJson = (url, body, signal) => ask(url, { method: "POST", headers: asJson(), body, signal });

/** Say why a request did not do what was asked; the server's own words where it gave some. */
export async function refused(answer) {
  const body = answer ? await answer.text().catch(() => "") : "";
  if (answer?.headers.get("Content-Type")?.includes("json")) {
    notice(JSON.parse(body).error?.message ?? text("refused"));
    return;
  }
  const notes = new DOMParser().parseFromString(body, "text/html").getElementById("dt-notices");
  const place = notesPlace();
  if (notes?.childElementCount && place) place.replaceChildren(...notes.children);
  else notice(text(answer ? "refused" : "failed"));
}

/** `url` with `pairs` set in its query. */
export function withQuery(url, pairs) {
  const whole = new URL(url, location.href);
  for (const [name, value] of Object.entries(pairs)) whole.searchParams.set(name, value);
  return whole.pathname + whole.search;
}

/** Put server HTML into an element and let every module and htmx see it. */
export function fill(element, html) {
  element.innerHTML = html;
  window.htmx?.process(element);
  element.dispatchEvent(new CustomEvent("dt:loaded", { bubbles: true }));
}

/** Said to screen readers; nothing on the page moves. */
export function say(sentence) {
  const line = document.getElementById("dt-say");
  if (line) line.textContent = sentence;
}

/** Where notes go: into the dialog that is open, else to the top of the page. */
function notesPlace() {
  const dialog = document.querySelector("dialog[open] .dt-dialog-body");
  if (!dialog) return document.getElementById("dt-notices");
  const place = dialog.querySelector(".dt-notices") ?? document.createElement("div");
  place.className = "dt-notices";
  dialog.prepend(place);
  return place;
}

/** A note at the top of the page that stays until the next page. */
export function notice(sentence, tone = "bad", actions = []) {
  const place = notesPlace();
  if (!place) return null;
  const note = document.createElement("div");
  note.className = `dt-note dt-${tone}`;
  const words = document.createElement("span");
  words.textContent = sentence;
  note.append(icon(tone === "bad" ? "alert-circle" : "info-circle"), words);
  for (const { label, run } of actions) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "dt-btn dt-small";
    button.textContent = label;
    button.addEventListener("click", () => {
      note.remove();
      run?.();
    });
    note.append(button);
  }
  place.replaceChildren(note);
  return note;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "dt-icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export const kept = {
  read(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage is blocked in this browser: nothing is remembered
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(key, value);
      return true;
    } catch {
      return false;
    }
  },
  keys(prefix) {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    } catch {
      return [];
    }
  },
  drop(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // nothing was kept
    }
  },
};
