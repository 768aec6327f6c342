// Keys beside those of the browser.

document.addEventListener("keydown", (event) => {
  // "/" focuses the search box, unless a text field has the focus.
  const isInField = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !isInField && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
  }
});

// Space ticks a value as it does a checkbox; Enter follows the link in any case.
document.addEventListener("keydown", (event) => {
  const link = event.key === " " && event.target.closest?.("a[role=checkbox]");
  if (link) {
    event.preventDefault();
    link.click();
  }
});
