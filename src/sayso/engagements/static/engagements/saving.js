// Fields that save themselves when they are left: what the words beside a field say is told to the field as well, and
// what is still being typed when the page is left goes along. And a button that prints, where there is a printer.
(() => {
  "use strict";
  const kept = new WeakMap(); // field to the text the server has
  let isSending = false;

  const isElsewhere = ({ xhr, requestConfig }) => new URL(xhr.responseURL).pathname !== requestConfig.path;

  // Whoever is signed out meanwhile is sent to the door: that page has no place beside a field.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const told = event.detail.target.closest?.("[data-told-of]");
    if (!told || !event.detail.xhr.responseURL || !isElsewhere(event.detail)) return;
    event.detail.shouldSwap = false;
    const words = document.createElement("p");
    words.className = "error";
    words.textContent = window.sayso.say("signed_out");
    told.append(words);
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful, requestConfig } = event.detail;
    if (successful && elt.name && !isElsewhere(event.detail)) kept.set(elt, requestConfig.formData.get(elt.name));
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const told = event.target.closest?.("[data-told-of]");
    const field = told && document.getElementById(`field-${told.dataset.toldOf}`);
    if (field?.matches("input, textarea")) field.setAttribute("aria-invalid", String(told.querySelector(".error") !== null));
  });

  document.addEventListener("submit", () => { isSending = true; });
  addEventListener("pageshow", () => { isSending = false; });
  addEventListener("pagehide", () => {
    if (isSending) return;
    for (const field of document.querySelectorAll("input[hx-post], textarea[hx-post]")) {
      if (field.value === (kept.get(field) ?? field.defaultValue)) continue;
      const form = new FormData();
      for (const name of field.getAttribute("hx-params").split(",")) form.set(name, field.form.elements[name].value);
      navigator.sendBeacon(field.getAttribute("hx-post"), form);
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  });
})();
