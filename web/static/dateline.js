// The page works without this: it only keeps the keyboard's place after an update in place.
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement === null || document.activeElement === document.body) {
    document.getElementById("main")?.focus({ preventScroll: true });
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  // Errors come as whole pages: show them as such.
  if (event.detail.xhr.status >= 400) {
    window.location.assign(event.detail.pathInfo.finalRequestPath);
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const link = event.detail.requestConfig?.elt;
  if (link?.closest?.(".pages")) {
    document.getElementById("main")?.scrollIntoView();
  }
});

document.addEventListener("keydown", (event) => {
  // As many sites do: "/" goes to the search box, unless something is being typed.
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.getElementById("q")?.focus();
  }
});
