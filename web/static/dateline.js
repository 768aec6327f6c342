// Every page works without this. It keeps the keyboard's place after an update in place, makes one entry of history of
// what is typed, moves through suggestions by the arrow keys, and shows the buttons that need a script.
"use strict";

let box, form, options; // The search box, its form, its suggestions: other elements after a way back.
let typing = false; // Whether the entry of history that is shown was made by typing.
let chosen = -1; // The suggestion that the arrow keys are at.

function enhance() {
  box = document.getElementById("q");
  form = document.getElementById("search");
  options = document.getElementById("suggestions");
  typing = false;
  box.type = "text"; // A search box of HTML may not be a combobox.
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", options.id);
  close();
  form.addEventListener("htmx:beforeRequest", beforeSearch);
  box.addEventListener("keydown", walk);
  box.addEventListener("blur", close);
  options.addEventListener("htmx:afterSwap", offer);
  options.addEventListener("mousedown", (event) => event.preventDefault()); // The box keeps the focus.
  options.addEventListener("click", (event) => follow(event.target.closest("[role=option]")));
  for (const button of document.querySelectorAll("[data-does]")) {
    const deed = deeds[button.dataset.does];
    if (deed) {
      button.hidden = false;
      button.addEventListener("click", deed);
    }
  }
}

// --- Updates in place ---

const byTyping = (event) => event.detail.requestConfig.triggeringEvent?.type === "input";

function beforeSearch(event) {
  if (event.target !== form) {
    return;
  }
  // What is typed first makes an entry of history, the rest changes it, and so does the press of Enter after it.
  form.removeAttribute(typing ? "data-hx-push-url" : "data-hx-replace-url");
  form.setAttribute(typing ? "data-hx-replace-url" : "data-hx-push-url", "true");
  if (!byTyping(event)) {
    close();
  }
}

// A search with each letter is none that anybody asked for: the server counts only those that are.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.triggeringEvent?.type === "input") {
    event.detail.headers["X-Typing"] = "true";
  }
});

// One listener for all links that change the search: a page has a hundred and fifty of them.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#page [data-live] a");
  if (link && event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
    event.preventDefault();
    htmx.ajax("GET", link.getAttribute("href"), { source: link, target: "#page", swap: "innerHTML show:none" });
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  // Errors come as whole pages: show them as such. A suggestion that fails is only none.
  if (event.detail.xhr.status >= 400 && event.detail.target !== options) {
    window.location.assign(event.detail.pathInfo.finalRequestPath);
  }
});

document.addEventListener("htmx:sendError", (event) => {
  // Without a connection the browser says so itself.
  if (event.detail.target?.id === "page") {
    window.location.assign(event.detail.pathInfo.finalRequestPath);
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "page") {
    return;
  }
  const cause = event.detail.requestConfig.elt;
  typing = cause === form && byTyping(event);
  if (cause !== form) {
    // A link led here, and may have changed the words.
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

// --- Suggestions: a combobox with a list (ARIA Authoring Practices, "Combobox") ---

function show(shown) {
  options.hidden = !shown;
  box.setAttribute("aria-expanded", String(shown));
}

function close() {
  show(false);
  choose(-1);
}

function offer() {
  choose(-1);
  show(options.children.length > 0 && document.activeElement === box && box.value.trim() !== "");
}

function choose(place) {
  options.children[chosen]?.setAttribute("aria-selected", "false");
  chosen = place;
  const option = options.children[place];
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", option.id);
  } else {
    box.removeAttribute("aria-activedescendant");
  }
}

function follow(option) {
  if (option) {
    window.location.assign(option.dataset.url);
  }
}

function walk(event) {
  const count = options.children.length;
  if (event.isComposing || !count) {
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    show(true);
    // Before the first and after the last is the box itself.
    choose(((chosen + 1 + step + count + 1) % (count + 1)) - 1);
  } else if (event.key === "Enter" && chosen >= 0) {
    event.preventDefault();
    follow(options.children[chosen]);
  } else if (event.key === "Escape" && !options.hidden) {
    event.preventDefault();
    close();
  }
}

// --- Keys and buttons ---

document.addEventListener("keydown", (event) => {
  // As many sites do: "/" goes to the search box, unless something is being typed.
  const busy = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !busy && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
  }
});

const address = () => document.getElementById("address");
const deeds = {
  print: () => window.print(),
  share: navigator.share && (() => navigator.share({ title: document.title, url: address().value }).catch(() => {})),
  copy: navigator.clipboard && (() => navigator.clipboard.writeText(address().value).then(() => address().select())),
};

enhance();
