// Makes the columns of the statements' table sortable. Without it the table reads as it stands.
(() => {
  "use strict";
  const table = document.querySelector("[data-sortable]");
  if (!table) return;
  const body = table.tBodies[0];
  const value = (row, index) => {
    const key = row.cells[index].dataset.sort;
    return key === "" || key === undefined ? null : Number.isNaN(Number(key)) ? key : Number(key);
  };

  function sortBy(heading, index) {
    const down = heading.getAttribute("aria-sort") === "descending" ? 1 : -1;
    const rows = [...body.rows].map((row) => [value(row, index), row]);
    rows.sort(([a], [b]) => (a === null) - (b === null) || (typeof a === "string" ? a.localeCompare(b) : a - b) * down);
    for (const other of heading.parentNode.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down < 0 ? "descending" : "ascending");
    body.replaceChildren(...rows.map(([, row]) => row));
  }

  [...table.tHead.rows[0].cells].forEach((heading, index) => {
    if (heading.dataset.sorts === undefined) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    // Chromium leaves buttons out of a table head that it repeats on each printed page.
    const printed = document.createElement("span");
    printed.className = "sort__printed";
    printed.setAttribute("aria-hidden", "true");
    printed.textContent = heading.textContent;
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sortBy(heading, index));
    heading.append(button, printed);
  });
})();
