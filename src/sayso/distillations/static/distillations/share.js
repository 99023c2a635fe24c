// Hands a link to the phone's own share sheet, where there is one. No other site's script, and nothing is counted.
(() => {
  "use strict";
  if (!navigator.share) return;
  for (const button of document.querySelectorAll("[data-share]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.share({ title: button.dataset.shareTitle, url: button.dataset.share }).catch(() => { /* they thought better of it */ });
    });
  }
})();
