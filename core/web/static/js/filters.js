// Filter builder: an AND/OR tree made of plain inputs. <form data-filter> holds data-fields [{path, label, kind, options?, pick_url?}], data-operators
// {kind: [{op, label}]}, the tree as JSON in input[name=filter]; submitting goes to the list with filter=<json>.
// A field of a form that keeps a condition has the same inside <div data-condition>, the tree in its textarea, and tells how many records match.
import { debounce, each, icon, text } from "./dom.js";
import { visit } from "./listing.js";
import { startPick } from "./picker.js";

const BARE = new Set(["empty", "not_empty"]);
const INPUT = { date: "date", datetime: "date", number: "text", money: "text", quantity: "text" };

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const choice = (label, options, value, change) => {
  const select = make("select", { className: "dt-input", ariaLabel: label }, ...options.map(([key, words]) => make("option", { value: key }, words)));
  select.value = value ?? options[0]?.[0];
  select.addEventListener("change", () => change(select.value));
  return select;
};

class Builder {
  constructor(holder, input, empty) {
    this.holder = holder;
    this.input = input;
    this.fields = JSON.parse(holder.dataset.fields);
    this.operators = JSON.parse(holder.dataset.operators);
    const stored = JSON.parse(input.value || "null");
    this.tree = !stored ? { op: "all", of: empty ? [] : [this.fresh()] } : stored.of ? stored : { op: "all", of: [stored] };
    this.draw();
  }

  fresh() {
    const field = this.fields.find(({ kind }) => kind === "text") ?? this.fields[0];
    return { path: field.path, op: this.operatorsOf(field)[0].op, value: "" };
  }

  field(path) {
    return this.fields.find((field) => field.path === path) ?? { path, label: path, kind: "text" };
  }

  operatorsOf(field) {
    return this.operators[field.kind] ?? this.operators.text;
  }

  draw() {
    this.holder.querySelector("[data-tree]").replaceChildren(this.group(this.tree, null));
  }

  group(node, parent) {
    const words = [["all", text("and")], ["any", text("or")], ["not", text("not")]];
    const head = make("div", { className: "dt-row" }, choice(text("operator"), words, node.op, (op) => { node.op = op; }));
    if (parent) head.append(this.remover(parent, node));
    const add = (label, made) => {
      const button = make("button", { type: "button", className: "dt-linkbtn" }, label);
      button.addEventListener("click", () => {
        node.of.push(made());
        this.draw();
      });
      return button;
    };
    const foot = make("div", { className: "dt-row" }, add(text("add-condition"), () => this.fresh()), add(text("add-group"), () => ({ op: "any", of: [this.fresh()] })));
    return make("div", { className: "dt-tree", role: "group" }, head, ...node.of.map((part) => (part.of ? this.group(part, node) : this.rule(part, node))), foot);
  }

  rule(node, parent) {
    const field = this.field(node.path);
    const paths = this.fields.map(({ path, label }) => [path, label]);
    const path = choice(text("field"), paths, node.path, (value) => {
      Object.assign(node, { path: value, op: this.operatorsOf(this.field(value))[0].op, value: "" });
      this.draw();
    });
    const op = choice(text("operator"), this.operatorsOf(field).map((one) => [one.op, one.label]), node.op, (value) => {
      node.op = value;
      this.draw();
    });
    return make("div", { className: "dt-rule" }, path, op, this.value(node, field), this.remover(parent, node));
  }

  value(node, field) {
    if (BARE.has(node.op)) return make("span");
    const many = node.op === "in" || node.op === "not_in";
    if (field.options) {
      const select = make("select", { className: many ? "dt-input dt-area" : "dt-input", ariaLabel: text("value"), multiple: many }, ...field.options.map((one) => make("option", { value: one.value, selected: [node.value].flat().includes(one.value) }, one.label)));
      if (!many && !node.value) node.value = select.value;
      select.addEventListener("change", () => { node.value = many ? [...select.selectedOptions].map((one) => one.value) : select.value; });
      return select;
    }
    if (field.pick_url) return this.picked(node, field, many);
    const input = make("input", { className: "dt-input", ariaLabel: text("value"), type: many ? "text" : INPUT[field.kind] ?? "text", value: [node.value].flat().map((one) => (typeof one === "object" ? JSON.stringify(one) : one)).join(", ") });
    input.addEventListener("input", () => { node.value = many ? input.value.split(",").map((one) => one.trim()).filter(Boolean) : input.value; });
    return input;
  }

  /** A record, chosen as in a form; the tree keeps its id. */
  picked(node, field, many) {
    const id = [node.value].flat()[0] ?? "";
    const hidden = make("input", { type: "hidden", value: id });
    hidden.setAttribute("data-pick-value", "");
    const input = make("input", { className: "dt-input", ariaLabel: text("value"), autocomplete: "off", value: node.title ?? (id ? `#${id}` : "") });
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "false");
    const holder = make("span", { className: "dt-pick" }, hidden, input, icon("selector"));
    holder.dataset.pick = "";
    holder.dataset.pickUrl = field.pick_url;
    hidden.addEventListener("change", () => {
      node.title = input.value;
      node.value = many ? [Number(hidden.value)] : Number(hidden.value);
    });
    startPick(holder);
    return holder;
  }

  remover(parent, node) {
    const button = make("button", { type: "button", className: "dt-btn dt-ghost dt-square dt-small", ariaLabel: text("remove") }, icon("x"));
    button.addEventListener("click", () => {
      parent.of.splice(parent.of.indexOf(node), 1);
      this.draw();
    });
    return button;
  }

  /** Conditions without a value are not sent. */
  pruned({ title, ...node }) {
    if (!node.of) return BARE.has(node.op) || [node.value].flat().some((one) => one !== "" && one !== undefined) ? node : null;
    const of = node.of.map((part) => this.pruned(part)).filter(Boolean);
    if (node.op === "not" && of.length > 1) return { op: "not", of: [{ op: "any", of }] };
    return of.length ? { op: node.op, of } : null;
  }

  get json() {
    const tree = this.pruned(this.tree);
    return tree ? JSON.stringify(tree) : "";
  }
}

function submit(builder, event) {
  builder.input.value = builder.json;
  if (!document.getElementById("dt-listing")) return;
  event.preventDefault();
  builder.holder.closest("dialog")?.close();
  const query = new URLSearchParams(location.search);
  for (const name of ["filter", "after"]) query.delete(name);
  if (builder.input.value) query.set("filter", builder.input.value);
  visit(`${location.pathname}?${query}`);
}

/** The builder as the input of a field: its textarea holds what is sent, and is hidden while scripts draw it. */
function startCondition(holder) {
  const input = holder.querySelector("textarea");
  const words = holder.querySelector("[data-matching]");
  const builder = new Builder(holder, input, true);
  input.hidden = true;
  const count = debounce(async () => {
    const answer = await fetch(`${holder.dataset.count}?${new URLSearchParams(input.value ? { filter: input.value } : {})}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    words.textContent = answer?.ok ? await answer.text() : "";
  }, 300);
  const changed = () => {
    if (input.value === builder.json) return;
    input.value = builder.json;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    count();
  };
  for (const name of ["input", "change", "click"]) {
    holder.addEventListener(name, (event) => { if (event.target !== input) changed(); });
  }
  count();
}

export function startFilters() {
  each("form[data-filter]", (form) => {
    const builder = new Builder(form, form.elements.filter);
    form.addEventListener("submit", (event) => submit(builder, event));
  });
  each("[data-condition]", startCondition);
}
