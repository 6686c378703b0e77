// The device signs in place of a code: the page hands it what is to be signed, and sends what it answers like any form.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const text = (raw) => btoa(String.fromCharCode(...new Uint8Array(raw))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// By hand, for browsers that do not yet read and write these themselves.
function readable(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const each of [...(options.allowCredentials ?? []), ...(options.excludeCredentials ?? [])]) each.id = bytes(each.id);
  return options;
}

function told(made) {
  const said = made.response;
  const response = { clientDataJSON: text(said.clientDataJSON) };
  if (said.attestationObject) {
    response.attestationObject = text(said.attestationObject);
    response.transports = said.getTransports ? said.getTransports() : [];
  } else {
    response.authenticatorData = text(said.authenticatorData);
    response.signature = text(said.signature);
  }
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
}

for (const box of document.querySelectorAll("[data-passkey]")) {
  const button = box.querySelector("button");
  const says = box.querySelector("[data-passkey-says]");
  if (!window.PublicKeyCredential) { says.textContent = box.dataset.missing; continue; }
  says.textContent = "";
  button.hidden = false;
  const form = box.closest("form");
  let asked = false;
  const ask = async () => {
    if (asked) return;
    asked = true;
    says.textContent = box.dataset.waiting;
    try {
      const publicKey = readable(JSON.parse(box.dataset.options));
      const made = await navigator.credentials[box.dataset.passkey]({ publicKey });
      box.querySelector("input[name=passkey]").value = told(made);
    } catch {
      says.textContent = box.dataset.failed;
      asked = false;
      button.focus();
      return;
    }
    says.textContent = box.dataset.sending;
    form.requestSubmit();
  };
  button.addEventListener("click", ask);
  // Enter in a field of this form means the button, as everywhere.
  form.addEventListener("submit", (event) => {
    if (box.querySelector("input[name=passkey]").value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask();
  }, { capture: true });
  // Coming back by the back button, what was signed is spent: the page is asked for anew.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
