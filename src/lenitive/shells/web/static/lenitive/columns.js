// A click anywhere in a column leads to what it is; without this script the list above each column does the same.
"use strict";
(() => {
  const table = document.querySelector("table.columns");
  if (!table) return;
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (!cell) return;
    const head = table.tHead.rows[0].cells[cell.cellIndex];
    const select = head.querySelector("select");
    for (const one of table.querySelectorAll(".chosen")) one.classList.remove("chosen");
    for (const row of table.rows) if (row.cells[cell.cellIndex]) row.cells[cell.cellIndex].classList.add("chosen");
    select.focus();
    if (select.showPicker) { try { select.showPicker(); } catch { /* Some browsers want it to be opened by hand. */ } }
  });
})();
