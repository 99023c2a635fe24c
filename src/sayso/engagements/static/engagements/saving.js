// What the words beside a field say is told to the field as well; and a button that prints, where there is a printer.
(() => {
  "use strict";
  document.addEventListener("htmx:afterSettle", (event) => {
    const told = event.target.closest?.("[data-told-of]");
    if (!told) return;
    const field = document.getElementById(`field-${told.dataset.toldOf}`);
    if (field?.matches("input, textarea")) field.setAttribute("aria-invalid", String(told.querySelector(".error") !== null));
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  });
})();
