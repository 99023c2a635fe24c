// Makes and shows passkeys: asks the server for a question, the device for its answer, and sends it as a plain form.
(() => {
  "use strict";
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) return;

  async function question(form, address) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    const reply = await fetch(address, { method: "POST", body, credentials: "same-origin" });
    if (!reply.ok) throw new TypeError(reply.status);
    return (await reply.json()).publicKey;
  }

  async function make(form) {
    const asked = await question(form, form.dataset.passkeyMake);
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
  }

  async function prove(form) {
    const asked = await question(form, form.dataset.passkeyProve);
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
  }

  function words(problem) {
    if (problem.name === "NotAllowedError") return window.sayso.say("passkey_stopped");
    if (problem.name === "InvalidStateError") return window.sayso.say("passkey_there");
    if (problem.name === "TypeError") return window.sayso.say("passkey_no_server"); // a browser's own, too, where no reply came
    return window.sayso.say("passkey_failed");
  }

  function follow(form, act) {
    const problem = form.querySelector("[data-passkey-problem]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.hidden = true;
      try {
        form.elements.answer.value = JSON.stringify((await act(form)).toJSON());
        form.submit();
      } catch (error) {
        problem.textContent = words(error);
        problem.hidden = false;
      }
    });
  }

  document.querySelectorAll("[data-passkey-make]").forEach((form) => follow(form, make));
  document.querySelectorAll("[data-passkey-prove]").forEach((form) => follow(form, prove));
  document.querySelectorAll("[data-passkey-missing]").forEach((hint) => { hint.hidden = true; });
})();
