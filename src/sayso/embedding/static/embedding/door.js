// In the window that lets a frame in: hands the pass to the frame it was opened from, and to no other site.
(() => {
  "use strict";
  const { opener } = window;
  const held = document.querySelector("[data-pass]");
  if (opener && held) {
    opener.postMessage({ saysoPass: held.dataset.pass }, window.location.origin);
    window.close();
    return;
  }
  if (!opener) return;
  for (const part of document.querySelectorAll("[data-with-opener]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-alone]")) part.hidden = true;
})();
