// Passkeys: a form with data-passkey="get" or "create" asks the server for a question when it is sent, has the device answer it,
// and goes on with the answer. Forms stay hidden where the browser has no passkeys. A file of its own: pages before sign-in load it alone.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const written = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const described = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

/** The options with bytes where WebAuthn wants bytes. */
function read(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (options.user) publicKey.user = { ...options.user, id: bytes(options.user.id) };
  publicKey.excludeCredentials = described(options.excludeCredentials);
  publicKey.allowCredentials = described(options.allowCredentials);
  return { publicKey };
}

/** The answer as the server reads it. */
function plain(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: written(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) answer[name] = written(response[name]);
  }
  if (response.getTransports) answer.transports = response.getTransports();
  return { id: credential.id, rawId: written(credential.rawId), type: credential.type, response: answer };
}

async function question(form) {
  const answer = await fetch(form.dataset.question, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error((await answer.json()).detail ?? "");
  return answer.json();
}

async function answerAndGoOn(form) {
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  try {
    const { ticket, options } = await question(form);
    form.elements.ticket.value = ticket;
    form.elements.credential.value = JSON.stringify(plain(await navigator.credentials[form.dataset.passkey](read(options))));
    form.submit();
  } catch (error) {
    // The person turned the device's question down, or the device has no passkey of this site: which of them a browser does not tell.
    problem.textContent = error instanceof DOMException || !error.message ? problem.dataset.passkeyProblem : error.message;
    problem.hidden = false;
  }
}

function start() {
  if (!window.PublicKeyCredential) return;
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
