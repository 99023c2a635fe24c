// Copies what a [data-copies="#id"] button names, and says so. Without scripts the text is selected by one tap.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copies]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const part = document.querySelector(button.dataset.copies);
      const announcements = document.querySelector("#announcements");
      try {
        await navigator.clipboard.writeText(part.textContent.trim());
        announcements.textContent = button.dataset.copied;
        button.querySelector("[data-label]").textContent = button.dataset.copied;
      } catch {
        getSelection().selectAllChildren(part);
      }
    });
  }
})();
