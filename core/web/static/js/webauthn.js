// A question to a passkey: fetched for a form, answered by the device, and put into two of the form's inputs.
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

async function question(form, url) {
  const answer = await fetch(url, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
  if (!answer.ok) {
    const told = await answer.json();
    throw new Error(told.detail ?? told.error?.message ?? "");
  }
  return answer.json();
}

/** Have the device answer the question at `url` ("get") or make a passkey ("create"); false where it did not, which `problem` says. */
export async function answer(form, url, kind, { ticket, credential, problem }) {
  problem.hidden = true;
  try {
    const asked = await question(form, url);
    ticket.value = asked.ticket;
    credential.value = JSON.stringify(plain(await navigator.credentials[kind](read(asked.options))));
    return true;
  } catch (error) {
    // The person turned the device's question down, or the device has no passkey of this site: which of them a browser does not tell.
    problem.textContent = error instanceof DOMException || !error.message ? problem.dataset.passkeyProblem : error.message;
    problem.hidden = false;
    return false;
  }
}

export const hasPasskeys = () => Boolean(window.PublicKeyCredential);
