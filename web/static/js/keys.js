// Keys beside those of the browser.

document.addEventListener("keydown", (event) => {
  // "/" focuses the search box, unless a text field has the focus.
  const isInField = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !isInField && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
  }
});

// Space ticks a value as it does a checkbox, Delete or "-" excludes it; Enter follows the link in
// any case.
document.addEventListener("keydown", (event) => {
  const value = event.target.closest?.("a[role=checkbox]");
  const exclusion = value?.nextElementSibling;
  const link = value && { " ": value, "-": exclusion, Delete: exclusion }[event.key];
  if (link) {
    event.preventDefault();
    link.click();
  }
});
