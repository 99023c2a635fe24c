// In the frame: tells the page around it how high it is, and takes the pass of the window that lets somebody in.
(() => {
  "use strict";
  // Coarse steps that only grow: so the page around learns nothing of which card is shown, or that it changed.
  const step = 80;
  let told = 0;
  const part = document.querySelector("[data-frame]");
  const host = window.location.ancestorOrigins?.[0] ?? "*"; // only places that were named can hold this frame

  function tell() {
    const height = Math.ceil((part.offsetHeight + 2) / step) * step;
    if (window.parent === window || height <= told) return;
    told = height;
    window.parent.postMessage({ saysoHeight: height }, host);
  }
  new ResizeObserver(tell).observe(part);
  tell();

  const form = document.querySelector("[data-door]");
  if (!form) return;
  form.hidden = false;
  let opened = null;
  form.querySelector("[data-come-in]").addEventListener("click", () => {
    opened = window.open(form.dataset.door, "sayso-door", "popup,width=480,height=720");
  });
  window.addEventListener("message", (event) => {
    if (event.origin !== window.location.origin || !opened || event.source !== opened) return;
    if (typeof event.data?.saysoPass !== "string") return;
    form.elements.pass.value = event.data.saysoPass;
    form.submit();
  });
})();
