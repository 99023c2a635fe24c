// The plain-language check only advises: when it cannot be had, what is being typed stays as it is.
(() => {
  "use strict";
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig?.elt?.matches("[data-plain-check]") && event.detail.xhr.status !== 200) {
      event.detail.shouldSwap = false;
    }
  });
})();
