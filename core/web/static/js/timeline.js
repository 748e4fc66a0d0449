// Comments with @ mentions, files by drop, choice or camera. The server answers the fresh fragment (#dt-timeline, #dt-files, #dt-todos).
// data-mention-url: GET ?q= answers {"items": [{"text", "sub"}]}.
import { debounce, each, fill, getJson, on, post, refused, say, text, withQuery } from "./dom.js";
import { Suggest } from "./suggest.js";

/** Put the fragments that the answer holds in place of their namesakes. */
function replace(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  let count = 0;
  for (const id of ["dt-timeline", "dt-files", "dt-todos"]) {
    const fresh = page.getElementById(id);
    const old = document.getElementById(id);
    if (!fresh || !old) continue;
    old.replaceWith(fresh);
    fill(fresh, fresh.innerHTML);
    count += 1;
  }
  return count > 0;
}

async function send(form, body) {
  const answer = await post(form.action, body).catch(() => null);
  if (!answer?.ok) {
    await refused(answer);
    return false;
  }
  if (!replace(await answer.text())) location.reload();
  return true;
}

/** The word after the last @ before the caret, or null. */
function mentioned(field) {
  return field.value.slice(0, field.selectionStart).match(/(?:^|\s)@([\p{L}\p{N}._-]*)$/u)?.[1] ?? null;
}

function startComposer(form) {
  const field = form.querySelector("textarea");
  const suggest = new Suggest(field, form.querySelector(".dt-suggest"), (item) => {
    const start = field.value.slice(0, field.selectionStart).lastIndexOf("@");
    field.setRangeText(`@${item.text} `, start, field.selectionStart, "end");
    field.focus();
  });
  const ask = debounce(async () => {
    const word = mentioned(field);
    if (word === null || !form.dataset.mentionUrl) {
      suggest.close();
      return;
    }
    const answer = await getJson(withQuery(form.dataset.mentionUrl, { q: word })).catch(() => null);
    if (answer?.ok) suggest.show((await answer.json()).items);
  }, 120);
  field.addEventListener("input", ask);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      form.requestSubmit();
    }
    if (event.key === "Escape" && !suggest.opened) {
      event.stopPropagation();
      field.blur();
    }
  });
  form.querySelector("[data-mention]")?.addEventListener("click", () => {
    field.setRangeText("@", field.selectionStart, field.selectionEnd, "end");
    field.focus();
    ask();
  });
  form.querySelector("[data-attach]")?.addEventListener("click", () => document.querySelector("[data-drop] input[type=file]")?.click());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.setAttribute("aria-busy", "true");
    if (await send(form, new FormData(form))) field.value = "";
    button.removeAttribute("aria-busy");
  });
}

async function upload(files) {
  const form = document.querySelector("[data-drop]");
  if (!form || !files.length) return;
  const body = new FormData();
  for (const file of files) body.append("files", file);
  say(text("uploading", [...files].map((file) => file.name).join(", ")));
  await send(form, body);
}

function startDrop() {
  const over = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  document.addEventListener("dragover", (event) => {
    const form = document.querySelector("[data-drop]");
    if (!form || !over(event)) return;
    event.preventDefault();
    document.querySelector("#side-tab-files")?.click();
    form.setAttribute("data-over", "");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.querySelector("[data-drop]")?.removeAttribute("data-over");
  });
  document.addEventListener("drop", (event) => {
    const form = document.querySelector("[data-drop]");
    if (!form || !over(event)) return;
    event.preventDefault();
    form.removeAttribute("data-over");
    upload(event.dataTransfer.files);
  });
  on("change", "[data-drop] input[type=file]", (event, input) => upload(input.files));
}

export function startTimeline() {
  each("[data-composer]", startComposer);
  startDrop();
  on("submit", "#dt-todos form, .dt-filelist form", (event, form) => {
    event.preventDefault();
    send(form, new FormData(form));
  });
}
