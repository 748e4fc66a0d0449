// Token box: what is typed is offered "in Number", "in Supplier"; the choice becomes a filter of that field, Enter alone a search in all.
// data-fields: [{name: path of the field, label}]. Backspace in the empty box takes the last token away.
import { each, text } from "./dom.js";
import { visit } from "./listing.js";
import { Suggest } from "./suggest.js";

function query(form) {
  const pairs = new URLSearchParams(new FormData(form));
  for (const name of ["q", "after"]) pairs.delete(name);
  return pairs;
}

const address = (pairs) => `${location.pathname}?${pairs}`;

/** The text everywhere is `q`; in one field it is one more condition of the filter. */
function chosen(form, { path, value }) {
  const pairs = query(form);
  if (!path) {
    if (value) pairs.set("q", value);
    return address(pairs);
  }
  const test = { path, op: "contains", value };
  const old = JSON.parse(pairs.get("filter") || "null");
  pairs.set("filter", JSON.stringify(old ? { op: "all", of: [...(old.op === "all" ? old.of : [old]), test] } : test));
  return address(pairs);
}

function offers(fields, typed) {
  const everywhere = { text: text("search", `“${typed}”`), value: typed };
  return [everywhere, ...fields.map((field) => ({ text: `“${typed}”`, sub: text("in", field.label), path: field.name, value: typed }))];
}

function start(form) {
  const input = form.querySelector("input[name=q]");
  const fields = JSON.parse(form.dataset.fields || "[]");
  const suggest = new Suggest(input, form.querySelector(".dt-suggest"), (item) => visit(chosen(form, item)));
  input.addEventListener("input", () => {
    const typed = input.value.trim();
    if (typed) suggest.show(offers(fields, typed));
    else suggest.close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && !input.value) form.querySelector(".dt-token:last-of-type a")?.click();
    if (event.key === "Escape" && !suggest.opened) input.blur();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    visit(chosen(form, { value: input.value.trim() }));
  });
}

export function startTokens() {
  each("[data-tokens]", start);
}
