// The grid of a sheet by keys alone: 1, 2, 3 tick, 0 clears, each goes to the next row; Backspace goes back. Without
// scripts the boxes are plain radio buttons.
(() => {
  "use strict";
  const grid = document.querySelector("[data-grid]");
  if (!grid) return;
  const rows = [...grid.querySelectorAll(".grid__row")];
  const key = { 1: "1", 2: "2", 3: "3", 0: "", " ": "" };

  function stand(row) {
    const box = row?.querySelector("input:checked") ?? row?.querySelector("input");
    box?.focus();
    row?.scrollIntoView({ block: "nearest" });
  }

  grid.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = rows.indexOf(event.target.closest(".grid__row"));
    if (event.key === "Backspace") {
      event.preventDefault();
      stand(rows[Math.max(at - 1, 0)]);
    } else if (event.key in key) {
      event.preventDefault();
      const box = rows[at].querySelector(`input[value="${key[event.key]}"]`);
      box.checked = true;
      if (at + 1 < rows.length) stand(rows[at + 1]);
      else document.querySelector("textarea[name=lines], form .button--primary")?.focus();
    }
  });
  stand(rows[0]);
})();
