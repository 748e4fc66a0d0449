// Live form: counts what is unsaved, evaluates conditions, asks the server for proposals while one types, guards against leaving.
// POST <data-preview-url> with the whole form and _changed=<input name> for each input that changed answers {"values": {name: {"raw", "text"}}, "errors": {name:
// {"text", "label", "value"}}, "warnings": {name: ...}, "fragments": {element id: html}}; a name without an input is a cell of a line; errors of untouched fields are not shown.
import { debounce, each, fill, icon, notice, on, postJson, say, text } from "./dom.js";
import { holds } from "./conditions.js";
import { draftKeeper, offerDraft } from "./draft.js";
import { bind } from "./keyboard.js";

const wrapper = (form, name) => form.querySelector(`[data-field="${CSS.escape(name)}"]`);

function control(form, name) {
  const found = form.elements.namedItem(name);
  if (!found) return null;
  if (!(found instanceof RadioNodeList)) return found;
  const named = [...found].filter((one) => one.name === name); // a label's id finds its input as well
  return named.find((one) => one.type === "checkbox") ?? (named.length === 1 ? named[0] : found);
}

function read(form, name) {
  const [lines, column] = name.split(">");
  if (column && form.querySelector(`[data-lines="${CSS.escape(lines)}"]`)) {
    const cells = form.querySelectorAll(`[data-lines="${CSS.escape(lines)}"] tr[data-line]:not([hidden]) [name$=".${CSS.escape(column)}"]`);
    return [...cells].map((cell) => cell.value);
  }
  const input = control(form, name);
  if (!input) return JSON.parse(form.dataset.record || "{}")[name] ?? null;
  if (input.type === "checkbox") return input.checked ? "1" : "0";
  return input.value;
}

/** A cell of a line that has no input: "lines.10.amount". */
function showCell(form, name, words) {
  const [, lines, line, column] = name.match(/^(.+)\.([^.]+)\.([^.]+)$/) ?? [];
  const cell = lines && form.querySelector(`[data-lines="${CSS.escape(lines)}"] [data-line="${CSS.escape(line)}"] [data-cell="${CSS.escape(column)}"]`);
  if (!cell) return false;
  const place = cell.querySelector(":scope > span, :scope > a") ?? cell.appendChild(document.createElement("span"));
  place.textContent = words;
  return true;
}

function show(form, name, { raw, text: title }) {
  const input = control(form, name);
  if (!input) return showCell(form, name, title ?? raw);
  if (input.type === "checkbox") input.checked = raw === "1";
  else input.value = raw;
  const shown = form.elements.namedItem(`${name}.text`);
  if (shown) shown.value = title ?? raw;
  return true;
}

function applyConditions(form) {
  for (const field of form.querySelectorAll("[data-when]")) {
    const when = JSON.parse(field.dataset.when);
    const inputs = field.querySelectorAll("input:not([type=hidden]), select, textarea");
    const test = (node) => holds(node, (path) => read(form, path));
    if (when.visible) field.hidden = !test(when.visible);
    if (when.required) {
      const required = test(when.required) && !field.hidden;
      for (const input of inputs) input.required = required;
      field.querySelector(".dt-required")?.toggleAttribute("hidden", !required);
    }
    if (when.readonly) for (const input of inputs) input.readOnly = test(when.readonly);
  }
}

/** What is wrong in a cell stands in a row below its line. */
function messageOfCell(input, name, found, tone) {
  const line = input.closest("tr[data-line]");
  if (!line) return;
  const key = line.dataset.line;
  const lines = line.closest("[data-lines]");
  let row = lines.querySelector(`tr.dt-line-error[data-of="${CSS.escape(key)}"]`);
  row?.querySelector(`[data-message="${CSS.escape(name)}"]`)?.remove();
  if (found) {
    if (!row) {
      row = Object.assign(document.createElement("tr"), { className: "dt-line-error" });
      row.dataset.of = key;
      row.append(document.createElement("td"), Object.assign(document.createElement("td"), { colSpan: line.cells.length - 1 }));
      line.after(row);
    }
    const sentence = Object.assign(document.createElement("span"), { id: `${name}-msg`, className: `dt-message dt-${tone}` });
    sentence.dataset.message = name;
    const words = document.createElement("span");
    words.append(Object.assign(document.createElement("b"), { textContent: input.ariaLabel }), ` ${found.text}`);
    sentence.append(icon(tone === "bad" ? "alert-circle" : "alert-triangle"), words);
    row.lastElementChild.append(sentence);
  } else if (row && !row.querySelector(".dt-message")) row.remove();
}

function describe(input, name, found, tone) {
  const wrong = Boolean(found) && tone === "bad";
  input.classList.toggle("dt-wrong", wrong);
  if (wrong) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== `${name}-msg`);
  const ids = found ? [`${name}-msg`, ...others] : others;
  if (ids.length) input.setAttribute("aria-describedby", ids.join(" "));
  else input.removeAttribute("aria-describedby");
}

/** The sentence under a field, with its fix as a button. */
export function message(form, name, found, tone) {
  const field = wrapper(form, name);
  const input = control(form, `${name}.text`) ?? control(form, name);
  if (input instanceof Element) {
    describe(input, name, found, tone);
    if (!field) messageOfCell(input, name, found, tone);
  }
  const place = field?.querySelector("[data-message]");
  if (!place) return;
  place.hidden = !found;
  place.className = `dt-message dt-${tone}`;
  if (!found) return;
  const words = document.createElement("span");
  words.append(found.text);
  if (found.label) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "dt-linkbtn", textContent: found.label });
    button.dataset.fix = name;
    button.dataset.value = found.value;
    words.append(" ", button);
  }
  place.replaceChildren(icon(tone === "bad" ? "alert-circle" : "alert-triangle"), words);
}

class LiveForm {
  constructor(form) {
    this.form = form;
    this.initial = this.snapshot();
    this.touched = new Set();
    this.sending = false;
    this.asked = null;
    this.draft = draftKeeper(form);
    this.waiting = new Set(); // changed inputs that no preview was asked about yet
    this.asking = []; // those that one was asked about and has not answered
    this.later = debounce(() => this.preview(), 350);
    form.addEventListener("input", (event) => this.changed(event));
    form.addEventListener("change", (event) => this.changed(event));
    form.addEventListener("dt:lines", () => this.changed({ target: form.querySelector("[data-lines] input") ?? form }));
    form.addEventListener("submit", (event) => this.submit(event));
    applyConditions(form);
    this.count();
    offerDraft(form, (entries) => this.restore(entries));
    const first = "fresh" in form.dataset ? ", input:not([type=hidden]):not([readonly]), select, textarea" : "";
    form.querySelector(`.dt-wrong, [autofocus]${first}`)?.focus();
  }

  snapshot() {
    const values = new Map();
    for (const [name, value] of new FormData(this.form)) {
      if (name === "csrf_token" || name.endsWith(".text")) continue;
      values.set(name, `${values.get(name) ?? ""}\u0000${typeof value === "string" ? value : value.name}`);
    }
    for (const lines of this.form.querySelectorAll("[data-lines]")) {
      values.set(`${lines.dataset.lines}.order`, [...lines.querySelectorAll("tr[data-line]")].map((row) => row.dataset.line).join());
    }
    return values;
  }

  /** Names of fields that differ; all of one line count once. */
  changes() {
    const now = this.snapshot();
    const names = [...new Set([...now.keys(), ...this.initial.keys()])].filter((name) => now.get(name) !== this.initial.get(name));
    const line = (name) => this.form.querySelector(`[name="${CSS.escape(name)}"]`)?.closest("tr[data-line]")?.dataset.line;
    const changed = new Set(names.map((name) => line(name) ?? name));
    if (changed.size > 1) for (const lines of this.form.querySelectorAll("[data-lines]")) changed.delete(`${lines.dataset.lines}.order`);
    return [...changed];
  }

  changed(event) {
    const name = event.target?.dataset?.for ?? event.target?.name ?? "";
    if (name && event.isTrusted !== undefined) this.touched.add(name);
    if (event.target?.classList) event.target.classList.add("dt-dirty");
    wrapper(this.form, name)?.classList.remove("dt-proposed");
    applyConditions(this.form);
    this.count();
    this.draft.keep();
    if (name && !name.endsWith(".text")) {
      this.waiting.add(name);
      this.later();
    }
  }

  async preview() {
    if (!this.form.dataset.previewUrl) return;
    this.asked?.abort();
    this.asked = new AbortController();
    this.asking = [...new Set([...this.asking, ...this.waiting])];
    this.waiting.clear();
    const body = new FormData(this.form);
    for (const name of this.asking) body.append("_changed", name);
    for (const [key, value] of [...body]) if (typeof value !== "string") body.delete(key); // files wait for the save
    try {
      const answer = await postJson(this.form.dataset.previewUrl, body, this.asked.signal);
      if (!answer.ok) return;
      const said = await answer.json();
      this.asking = [];
      this.apply(said);
    } catch (error) {
      if (error.name !== "AbortError") this.draft.keep(); // offline: the draft says so
    }
  }

  apply({ values = {}, errors = {}, warnings = {}, fragments = {} }) {
    for (const [name, value] of Object.entries(values)) {
      const input = control(this.form, name);
      if (document.activeElement === input || document.activeElement?.dataset?.for === name) continue;
      if (read(this.form, name) === value.raw) continue;
      if (show(this.form, name, value)) wrapper(this.form, name)?.classList.add("dt-proposed");
    }
    for (const name of this.touched) message(this.form, name, errors[name] ?? warnings[name], errors[name] ? "bad" : "warn");
    for (const [name, found] of Object.entries(warnings)) message(this.form, name, found, "warn");
    for (const [id, html] of Object.entries(fragments)) {
      const place = document.getElementById(id);
      if (place) fill(place, html);
    }
    applyConditions(this.form);
    this.count();
  }

  count() {
    for (const input of this.form.querySelectorAll("input[type=date], input[type=datetime-local], input[type=time]")) input.toggleAttribute("data-empty", !input.value);
    const bar = document.querySelector("[data-savebar]");
    if (!bar) return;
    const changes = this.unsaved;
    const errors = this.form.querySelectorAll('[aria-invalid]:not([aria-invalid="false"])').length;
    bar.toggleAttribute("data-idle", !changes && !errors && !("new" in this.form.dataset));
    const sentence = (place, number) => (number === 1 ? place.dataset.one : place.dataset.many.replace("#", number));
    const wrong = bar.querySelector("[data-errors]");
    wrong.hidden = !errors;
    if (errors) wrong.lastElementChild.textContent = sentence(wrong, errors);
    const unsaved = bar.querySelector("[data-changes]");
    unsaved.textContent = changes ? sentence(unsaved, changes) : "";
  }

  restore(entries) {
    const lines = new Set(entries.map(([name]) => name.match(/^(.+)\.(n[a-z0-9]+)\./)?.slice(1, 3).join("|")).filter(Boolean));
    for (const line of lines) this.form.dispatchEvent(new CustomEvent("dt:line-wanted", { detail: line.split("|") }));
    for (const [name, raw] of entries) {
      const input = this.form.elements.namedItem(name);
      if (input instanceof RadioNodeList || input?.type === "hidden" || !input) {
        if (input) show(this.form, name, { raw, text: entries.find(([other]) => other === `${name}.text`)?.[1] });
      } else if (input.type === "checkbox") input.checked = true;
      else input.value = raw;
    }
    applyConditions(this.form);
    this.count();
    this.later();
  }

  missing() {
    return [...this.form.elements].filter((input) => input.required && !input.value && !input.closest("[hidden]"));
  }

  submit(event) {
    const empty = event.submitter?.formNoValidate ? [] : this.missing();
    if (empty.length) {
      event.preventDefault();
      for (const input of empty) message(this.form, input.dataset.for ?? input.name, { text: text("required") }, "bad");
      this.count();
      this.reveal(empty[0]);
      return;
    }
    this.sending = true;
    const button = event.submitter?.closest("[data-save-new]") ?? document.querySelector("[data-save]");
    if (button) {
      button.setAttribute("aria-busy", "true");
      button.textContent = button.dataset.busy;
    }
    sessionStorage.setItem("dt-sent", this.form.dataset.draftKey);
  }

  /** A wrong field may stand in a tab that is not shown. */
  reveal(input) {
    const panel = input.closest("[role=tabpanel][hidden]");
    if (panel) document.querySelector(`[aria-controls="${panel.id}"]`)?.click();
    input.focus();
  }

  /** A form that the server gave back holds what was typed before it was sent. */
  get unsaved() {
    return this.changes().length || ("unsaved" in this.form.dataset ? 1 : 0);
  }

  get dirty() {
    return !this.sending && this.unsaved > 0;
  }

  discard() {
    const changes = this.unsaved;
    if (changes && !window.confirm(text("discard", changes))) return;
    this.draft.drop();
    this.sending = true;
    location.assign(document.querySelector("[data-discard]").href);
  }
}

let current = null;

/** The draft of a form that was saved is of no use any more. */
function forgetSaved() {
  const sent = sessionStorage.getItem("dt-sent");
  const form = document.querySelector("[data-live-form]");
  if (!sent || (form?.dataset.draftKey === sent && !("fresh" in form.dataset))) return;
  localStorage.removeItem(`dt-draft:${sent}`);
  sessionStorage.removeItem("dt-sent");
}

export function startLive() {
  try {
    forgetSaved();
  } catch {
    // storage is blocked: there is no draft to forget
  }
  each("[data-live-form]", (form) => { current = new LiveForm(form); });
  addEventListener("beforeunload", (event) => {
    if (current?.dirty && current.form.isConnected) event.preventDefault();
  });
  on("click", "[data-fix]", (event, button) => {
    const name = button.dataset.fix;
    if (!current || !show(current.form, name, { raw: button.dataset.value, text: button.textContent })) return;
    message(current.form, name, null, "bad");
    control(current.form, name).dispatchEvent(new Event("change", { bubbles: true }));
    say(button.textContent);
  });
  on("click", "[data-discard]", (event) => {
    if (!current) return;
    event.preventDefault();
    current.discard();
  });
  bind("Ctrl+s", () => {
    const form = document.querySelector("[data-live-form]");
    if (!form) return false;
    form.requestSubmit(document.querySelector("[data-save]"));
    return true;
  }, { everywhere: true });
  bind("Ctrl+Shift+s", () => {
    const button = document.querySelector("[data-save-new]");
    if (!button) return false;
    button.form.requestSubmit(button);
    return true;
  }, { everywhere: true });
  bind("Escape", (event) => {
    if (!current?.form.isConnected || event.target.closest("dialog")) return false;
    current.discard();
    return true;
  });
  addEventListener("offline", () => notice(text("offline"), "warn"));
}
