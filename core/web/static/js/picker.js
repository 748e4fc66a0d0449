// Link field: a combobox over data-pick-url. GET ?q= answers {"items": [{"id", "text", "sub"}], "recent": bool, "more": bool};
// "" gives the recent ones. data-create-url: POST text= answers {"id", "text"}, or {"form": url} when more than a name is needed.
import { debounce, each, getJson, postJson, refused, text, withQuery } from "./dom.js";
import { nothing, Suggest } from "./suggest.js";

function list(field) {
  const made = document.createElement("ul");
  made.className = "dt-suggest";
  made.setAttribute("role", "listbox");
  field.append(made);
  return made;
}

function choose(field, id, title) {
  const hidden = field.querySelector("[data-pick-value]");
  const input = field.querySelector("[role=combobox]");
  input.value = title;
  field.dataset.title = title;
  if (hidden.value === String(id)) return;
  hidden.value = id;
  hidden.dispatchEvent(new Event("change", { bubbles: true }));
}

async function create(field, title) {
  const answer = await postJson(field.dataset.createUrl, new URLSearchParams({ text: title })).catch(() => null);
  const made = answer?.ok ? await answer.json() : null;
  if (made?.id) choose(field, made.id, made.text);
  else if (made?.form) window.open(made.form, "_blank", "noopener");
  else await refused(answer);
}

function rows(answer, typed, field) {
  const found = answer.items.map((item) => ({ text: item.text, sub: item.sub, id: item.id }));
  if (answer.recent && found.length) found.unshift({ text: text("recent"), heading: true });
  if (answer.more) found.push({ text: text("more"), heading: true });
  const exact = answer.items.some((item) => item.text.toLocaleLowerCase() === typed.toLocaleLowerCase());
  if (field.dataset.createUrl && typed && !exact) found.push({ text: text("create", `“${typed}”`), create: typed });
  return found.length ? found : nothing();
}

export function startPick(field) {
  const input = field.querySelector("[role=combobox]");
  if (input.readOnly) return;
  field.dataset.title = input.value;
  let asked = null;
  const suggest = new Suggest(input, list(field), (item) => (item.create ? create(field, item.create) : choose(field, item.id, item.text)));
  const ask = async (typed) => {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await getJson(withQuery(field.dataset.pickUrl, { q: typed }), asked.signal);
      if (answer.ok && document.activeElement === input) suggest.show(rows(await answer.json(), typed, field));
    } catch (error) {
      if (error.name !== "AbortError") suggest.close();
    }
  };
  const later = debounce(ask, 140);
  input.addEventListener("input", () => later(input.value.trim()));
  input.addEventListener("click", () => !suggest.opened && ask(""));
  input.addEventListener("keydown", (event) => {
    if ((event.key === "ArrowDown" || event.key === "F4") && !suggest.opened && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      ask(input.value === field.dataset.title ? "" : input.value.trim());
    }
  });
  input.addEventListener("blur", () => {
    later.cancel();
    if (!input.value.trim()) choose(field, "", "");
    else if (input.value !== field.dataset.title) field.querySelector("[data-pick-value]").value = ""; // the server finds it by its text
  });
}

export function startPicker() {
  each("[data-pick]", startPick);
}
