// Partial updates: results while typing, filters, pages.

const isTyping = (event) => event.detail.requestConfig.triggeringEvent?.type === "input";

function beforeSearch(event) {
  if (event.target !== form) {
    return;
  }
  // The first keystroke adds a history entry; further ones, and Enter, replace it.
  form.removeAttribute(typing ? "data-hx-push-url" : "data-hx-replace-url");
  form.setAttribute(typing ? "data-hx-replace-url" : "data-hx-push-url", "true");
  if (!isTyping(event)) {
    close();
  }
}

// Mark as-you-type requests so that the server leaves them out of the query log.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.triggeringEvent?.type === "input") {
    event.detail.headers["X-Typing"] = "true";
  }
});

// One listener for all links that change the search: a page has about 150 of them.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#page [data-live] a[href]");
  if (link && event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
    event.preventDefault();
    htmx.ajax("GET", link.getAttribute("href"), { source: link, target: "#page", swap: "innerHTML show:none" });
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  // Errors are whole pages, so navigate to them. Failed suggestions are ignored, and so is a rate
  // limit while typing: the search follows with Enter.
  const { xhr, target } = event.detail;
  const isIgnored = target === options || (xhr.status === 429 && isTyping(event));
  if (xhr.status >= 400 && !isIgnored) {
    window.location.assign(event.detail.pathInfo.finalRequestPath);
  }
});

document.addEventListener("htmx:sendError", (event) => {
  // Without a connection the browser shows its own message.
  if (event.detail.target?.id === "page") {
    window.location.assign(event.detail.pathInfo.finalRequestPath);
  }
});

let opened = []; // Ids of the details that an update leaves open.
let focused; // Id of what has the focus, perhaps within them.

document.addEventListener("htmx:beforeSwap", () => {
  opened = [...document.querySelectorAll("#page details[open]")].map((each) => each.id);
  focused = document.activeElement?.id;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "page") {
    return;
  }
  for (const id of opened) {
    document.getElementById(id)?.setAttribute("open", "");
  }
  if (focused && document.activeElement?.id !== focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
  const cause = event.detail.requestConfig.elt;
  typing = cause === form && isTyping(event);
  if (cause !== form) {
    // The update came from a link, which may have changed the query.
    box.value = document.querySelector("[data-q]").dataset.q;
    close();
  }
  if (cause.closest?.(".pages")) {
    document.getElementById("main").scrollIntoView();
  }
});

document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement === null || document.activeElement === document.body) {
    document.getElementById("main")?.focus({ preventScroll: true });
  }
});

document.addEventListener("htmx:historyRestore", enhance);
