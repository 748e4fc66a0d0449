// Actions of a record or of selected ones, without leaving the page: what the action asks comes as a dialog, a refusal stands where it
// happened, and what was done is where the server leads. Without scripts the same forms post and the answers are pages.
import { fill, on, post, refused } from "./dom.js";

const target = (form, button) => button?.getAttribute("formaction") || form.getAttribute("action") || "";

/** What an action asks, as a dialog. */
export async function show(answer) {
  const html = await answer.text();
  if (!html.includes("dt-dialog-body")) {
    location.reload();
    return;
  }
  const dialog = document.getElementById("dt-sheet");
  fill(dialog, html);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector(".dt-wrong, [autofocus], .dt-field input:not([type=hidden]), .dt-field select, .dt-field textarea")?.focus();
}

async function run(form, button) {
  const body = new FormData(form, button);
  button?.setAttribute("aria-busy", "true");
  try {
    const answer = await post(target(form, button), body).catch(() => null);
    if (answer?.headers.get("HX-Redirect")) return; // on its way there
    const asks = answer?.headers.get("Content-Type")?.includes("html") && (answer.ok || answer.status === 422);
    if (asks && !answer.headers.get("HX-Retarget")) await show(answer);
    else await refused(answer);
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

export function startActions() {
  on("submit", "form", (event, form) => {
    if (event.defaultPrevented || !/\/-\/(action\/|delete$|mail$)/.test(target(form, event.submitter))) return;
    event.preventDefault();
    run(form, event.submitter);
  });
}
