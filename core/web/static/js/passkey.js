// Passkeys: a form with data-passkey="get" or "create" asks the server for a question when it is sent, has the device answer it,
// and goes on with the answer. Forms stay hidden where the browser has no passkeys. A file of its own: pages before sign-in load it alone.
import { answer, hasPasskeys } from "./webauthn.js";

async function answerAndGoOn(form) {
  const { ticket, credential } = form.elements;
  const problem = form.querySelector("[data-passkey-problem]");
  if (await answer(form, form.dataset.question, form.dataset.passkey, { ticket, credential, problem })) form.submit();
}

function start() {
  if (!hasPasskeys()) return;
  for (const words of document.querySelectorAll("[data-passkey-absent]")) words.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answerAndGoOn(form);
    });
  }
}

start();
