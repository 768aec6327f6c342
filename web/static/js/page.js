// Progressive enhancement; every page works without it. Keeps the keyboard focus after a partial
// update, adds one history entry for a typed query, makes suggestions a combobox, and shows the
// buttons that need a script.
"use strict";

// Search box, form and suggestions; replaced when history is restored.
let box, form, options;
// Whether the current history entry was created by typing.
let typing = false;

function enhance() {
  box = document.getElementById("q");
  form = document.getElementById("search");
  options = document.getElementById("suggestions");
  typing = false;
  isAsked = false;
  shown = box.value;
  // HTML does not allow a combobox of type search.
  box.type = "text";
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", options.id);
  close();
  box.addEventListener("input", typed);
  box.addEventListener("keydown", moveSelection);
  box.addEventListener("blur", close);
  options.addEventListener("htmx:afterSwap", showSuggestions);
  // Keep the focus.
  options.addEventListener("mousedown", (event) => event.preventDefault());
  options.addEventListener("click", (event) => openOption(event.target.closest("[role=option]")));
  for (const button of document.querySelectorAll("[data-does]")) {
    const action = actions[button.dataset.does];
    if (action) {
      button.hidden = false;
      button.addEventListener("click", action);
    }
  }
}
