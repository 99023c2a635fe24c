// A device of one's own: what shows pages without a net is fetched once, and everything goes at the sign-out.
(() => {
  "use strict";
  const device = document.querySelector("[data-device]");
  const wanted = () => [...document.querySelectorAll("link[rel=stylesheet], script[src], link[rel=icon]")].map((part) => part.href || part.src);

  if (device?.dataset.shell && navigator.serviceWorker) {
    navigator.serviceWorker.register(device.dataset.worker).then(() => navigator.serviceWorker.ready).then((known) => {
      const tell = () => known.active?.postMessage({ keep: [...new Set(wanted())], shell: device.dataset.shell });
      if (document.readyState === "complete") setTimeout(tell, 500);
      else window.addEventListener("load", () => setTimeout(tell, 500), { once: true });
    }).catch(() => { /* no pages without a net, then */ });
  }

  const form = document.querySelector("form[data-sign-out]");
  if (!form) return;
  let isSure = false;

  async function forget() {
    const outbox = window.sayso?.outbox;
    if (outbox) await outbox.forget();
    else window.indexedDB?.deleteDatabase("sayso");
    for (const name of Object.keys(localStorage).filter((key) => key.startsWith("sayso-draft"))) localStorage.removeItem(name);
    for (const name of (await window.caches?.keys()) ?? []) await caches.delete(name);
    for (const known of (await navigator.serviceWorker?.getRegistrations()) ?? []) await known.unregister();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const outbox = window.sayso?.outbox;
    try {
      if (outbox && (await outbox.count())) {
        await Promise.race([outbox.send(), new Promise((resolve) => setTimeout(resolve, 4000))]);
        if ((await outbox.count()) && !isSure) {
          isSure = true;
          const notice = document.createElement("p");
          notice.className = "page page--narrow notice notice--error";
          notice.setAttribute("role", "alert");
          notice.textContent = window.sayso.say("not_arrived");
          document.getElementById("main").prepend(notice);
          return;
        }
      }
      await forget();
    } catch { /* the server tells the browser to clear as well */ }
    HTMLFormElement.prototype.submit.call(form);
  });
})();
