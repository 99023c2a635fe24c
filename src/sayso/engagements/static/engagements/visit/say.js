// Own words on a device of one's own: a draft that stays, and words that wait for the net. Sends through the outbox;
// without it the form goes to the server, as without scripts.
(() => {
  "use strict";
  const form = document.querySelector("[data-say]");
  const device = document.querySelector("[data-device]");
  if (!form || !device) return;
  const outbox = window.sayso?.outbox;
  const text = form.querySelector("textarea");
  const isHere = Boolean(outbox);

  // The draft

  const name = () => `sayso-draft ${device.dataset.slug} ${outbox?.whose?.() || device.dataset.whose}`;
  const read = () => { try { return localStorage.getItem(name()) ?? ""; } catch { return ""; } };
  const write = (words) => { try { if (words) localStorage.setItem(name(), words); else localStorage.removeItem(name()); } catch { /* a private window keeps none */ } };
  if (isHere) outbox.ready.then(() => { if (!text.value && read()) { text.value = read(); text.dispatchEvent(new Event("input", { bubbles: true })); } });
  text.addEventListener("input", () => write(text.value));

  // How many letters are left, said when it gets tight

  const left = form.querySelector("[data-left]");
  const most = Number(form.dataset.most);
  function count() {
    const n = most - [...text.value.trim()].length;
    left.hidden = n > 60;
    left.textContent = n < 0 ? window.sayso.say("too_many", { n: -n }) : window.sayso.say("left", { n });
  }
  text.addEventListener("input", count);
  count();

  // Sending

  if (!isHere) return;
  let sent = null;

  function wrong(words) {
    form.querySelector(".error")?.remove();
    if (!words) { text.removeAttribute("aria-invalid"); return; }
    const error = document.createElement("p");
    error.className = "error";
    error.id = "text-error";
    error.setAttribute("role", "alert");
    error.textContent = words;
    text.setAttribute("aria-invalid", "true");
    text.setAttribute("aria-describedby", "text-hint text-error");
    text.closest(".field").append(error);
    text.focus();
  }

  document.addEventListener("sayso:refused", ({ detail }) => {
    if (detail.do !== "say") return;
    if (!text.value) text.value = detail.text;
    write(text.value);
    wrong(detail.act === sent ? detail.error : `“${detail.text}”: ${detail.error}`);
  });

  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "mean") { write(""); return; }
    event.preventDefault();
    const button = event.submitter;
    if (button?.disabled) return;
    if (button) button.disabled = true;
    wrong("");
    for (const notice of form.querySelectorAll("[data-kept], [data-sent]")) notice.hidden = true;
    const told = new FormData(form);
    const words = text.value;
    let isRefused = false;
    const refused = ({ detail }) => { isRefused ||= detail.act === sent; };
    document.addEventListener("sayso:refused", refused);
    sent = await outbox.put({ do: "say", topic: told.get("topic"), text: words, kind: told.get("kind") ?? "", named: told.has("named") });
    const reply = await outbox.send();
    document.removeEventListener("sayso:refused", refused);
    if (button) button.disabled = false;
    if (isRefused) return;
    write("");
    if (reply && form.dataset.then) {
      location.assign(form.dataset.then);
      return;
    }
    text.value = "";
    count();
    const notice = form.querySelector(reply ? "[data-sent]" : "[data-kept]");
    notice.hidden = false;
    notice.focus();
  });
})();
