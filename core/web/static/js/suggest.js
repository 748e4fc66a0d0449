// A list of suggestions under an input: a listbox in the top layer, placed through the CSSOM, moved in by arrow keys.
import { text } from "./dom.js";

export class Suggest {
  /** `choose(item)` when one is taken; items are {text, sub, value, heading}. */
  constructor(input, list, choose) {
    this.input = input;
    this.list = list;
    this.choose = choose;
    this.items = [];
    this.at = -1;
    if (!list.id) list.id = `${input.id || input.name}-list`;
    list.popover = "manual";
    input.setAttribute("aria-controls", list.id);
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the input keeps the focus
      const option = event.target.closest("[role=option]");
      if (option) this.take(Number(option.dataset.at));
    });
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
  }

  get opened() {
    return this.list.matches(":popover-open");
  }

  show(items, first = 0) {
    this.items = items;
    this.list.replaceChildren(...items.map((item, index) => this.row(item, index)));
    if (!items.length) {
      this.close();
      return;
    }
    if (!this.opened) this.list.showPopover();
    this.place();
    this.input.setAttribute("aria-expanded", "true");
    this.move(items.findIndex((item, index) => index >= first && !item.heading));
  }

  row(item, index) {
    const row = document.createElement("li");
    row.id = `${this.list.id}-${index}`;
    row.dataset.at = index;
    row.setAttribute("role", item.heading ? "presentation" : "option");
    row.append(item.text);
    if (item.sub) {
      const sub = document.createElement("span");
      sub.className = "dt-sub";
      sub.textContent = item.sub;
      row.append(sub);
    }
    return row;
  }

  place() {
    const box = (this.input.closest(".dt-tokens, .dt-composer") ?? this.input).getBoundingClientRect();
    const height = this.list.offsetHeight;
    const below = box.bottom + height + 8 < innerHeight || box.top < height;
    this.list.style.left = `${Math.min(box.left, innerWidth - this.list.offsetWidth - 8)}px`;
    this.list.style.top = `${below ? box.bottom + 3 : box.top - height - 3}px`;
    this.list.style.minWidth = `${Math.min(box.width, 480)}px`;
  }

  move(index) {
    this.at = index;
    for (const row of this.list.children) {
      const here = Number(row.dataset.at) === index;
      if (row.getAttribute("role") === "option") row.setAttribute("aria-selected", String(here));
      if (here) {
        row.scrollIntoView({ block: "nearest" });
        this.input.setAttribute("aria-activedescendant", row.id);
      }
    }
  }

  step(by) {
    let next = this.at;
    do next = (next + by + this.items.length) % this.items.length;
    while (this.items[next].heading && next !== this.at);
    this.move(next);
  }

  take(index) {
    const item = this.items[index];
    if (!item || item.heading) return;
    this.close();
    this.choose(item);
  }

  close() {
    if (this.opened) this.list.hidePopover();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (!this.opened) return;
    const moves = {
      ArrowDown: () => this.step(1),
      ArrowUp: () => this.step(-1),
      Enter: () => this.take(this.at),
      Tab: () => this.take(this.at),
      Escape: () => this.close(),
    };
    const move = moves[event.key];
    if (!move || event.altKey || event.ctrlKey) return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
    move();
  }
}

/** What to show when the server found nothing. */
export const nothing = () => [{ text: text("nothing"), heading: true }];
