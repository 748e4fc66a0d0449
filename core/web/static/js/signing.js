// A signature by passkey, in the dialog of an action: the device answers a question about the very records, and the form is sent with the answer.
import { each, on } from "./dom.js";
import { answer, hasPasskeys } from "./webauthn.js";

async function sign(form, button) {
  const { _ticket: ticket, _credential: credential } = form.elements;
  const problem = form.querySelector("[data-passkey-problem]");
  button.setAttribute("aria-busy", "true");
  const answered = await answer(form, button.dataset.question, "get", { ticket, credential, problem });
  button.removeAttribute("aria-busy");
  if (!answered) return;
  form.noValidate = true; // neither login nor password is asked for now
  form.requestSubmit();
}

export function startSigning() {
  if (!hasPasskeys()) return;
  each("[data-sign-absent]", (words) => { words.hidden = true; });
  each("[data-sign-passkey]", (button) => { button.hidden = false; });
  on("click", "[data-sign-passkey]", (event, button) => sign(button.form, button));
}
