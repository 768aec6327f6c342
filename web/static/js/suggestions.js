// Suggestions: a combobox with a listbox (ARIA Authoring Practices, "Combobox") ---

// Index of the suggestion selected by the arrow keys.
let selected = -1;
// Whether suggestions are wanted: from a letter until Enter, Escape or the loss of the focus.
let isOffering = false;

function setExpanded(expanded) {
  options.hidden = !expanded;
  box.setAttribute("aria-expanded", String(expanded));
}

function close() {
  // A request that waits for its delay is not sent then.
  isOffering = false;
  htmx.trigger(box, "htmx:abort");
  setExpanded(false);
  select(-1);
}

function showSuggestions() {
  select(-1);
  setExpanded(options.children.length > 0 && isOffering && box.value.trim() !== "");
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
