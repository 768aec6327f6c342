// Progressive enhancement; every page works without it. Keeps the keyboard focus after a partial
// update, adds one history entry for a typed query, makes suggestions a combobox, and shows the
// buttons that need a script.
"use strict";

let box, form, options; // Search box, form and suggestions; replaced when history is restored.
let typing = false; // Whether the current history entry was created by typing.
let selected = -1; // Index of the suggestion selected by the arrow keys.

function enhance() {
  box = document.getElementById("q");
  form = document.getElementById("search");
  options = document.getElementById("suggestions");
  typing = false;
  box.type = "text"; // HTML does not allow a combobox of type search.
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", options.id);
  close();
  form.addEventListener("htmx:beforeRequest", beforeSearch);
  box.addEventListener("keydown", moveSelection);
  box.addEventListener("blur", close);
  options.addEventListener("htmx:afterSwap", showSuggestions);
  options.addEventListener("mousedown", (event) => event.preventDefault()); // Keep the focus.
  options.addEventListener("click", (event) => openOption(event.target.closest("[role=option]")));
  for (const button of document.querySelectorAll("[data-does]")) {
    const action = actions[button.dataset.does];
    if (action) {
      button.hidden = false;
      button.addEventListener("click", action);
    }
  }
}

// --- Partial updates ---

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

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "page") {
    return;
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

// --- Suggestions: a combobox with a listbox (ARIA Authoring Practices, "Combobox") ---

function setExpanded(expanded) {
  options.hidden = !expanded;
  box.setAttribute("aria-expanded", String(expanded));
}

function close() {
  setExpanded(false);
  select(-1);
}

function showSuggestions() {
  select(-1);
  setExpanded(options.children.length > 0 && document.activeElement === box && box.value.trim() !== "");
}

function select(index) {
  options.children[selected]?.setAttribute("aria-selected", "false");
  selected = index;
  const option = options.children[index];
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", option.id);
  } else {
    box.removeAttribute("aria-activedescendant");
  }
}

function openOption(option) {
  if (option) {
    window.location.assign(option.dataset.url);
  }
}

function moveSelection(event) {
  const count = options.children.length;
  if (event.isComposing || !count) {
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    setExpanded(true);
    // Index -1, the box itself, comes before the first and after the last suggestion.
    select(((selected + 1 + step + count + 1) % (count + 1)) - 1);
  } else if (event.key === "Enter" && selected >= 0) {
    event.preventDefault();
    openOption(options.children[selected]);
  } else if (event.key === "Escape" && !options.hidden) {
    event.preventDefault();
    close();
  }
}

// --- Keys and buttons ---

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

const address = () => document.getElementById("address");
const actions = {
  print: () => window.print(),
  share: navigator.share && (() => navigator.share({ title: document.title, url: address().value }).catch(() => {})),
  copy: navigator.clipboard && (() => navigator.clipboard.writeText(address().value).then(() => address().select())),
};

enhance();
