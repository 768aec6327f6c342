// Single keys, which the page /keys lists and switches off, and Space on a value.

// A browser that blocks storage could not keep the keys off, so there they never work.
function singleKeys(on) {
  try {
    if (on !== undefined) {
      localStorage.singleKeys = on ? "on" : "off";
    }
    return localStorage.singleKeys !== "off";
  } catch {
    return false;
  }
}

const focusedHit = () => document.activeElement?.closest(".hit");
const press = (selector, part = document) => part?.querySelector(selector)?.click();

function focusHit(step) {
  const hits = [...document.querySelectorAll(".hit")];
  hits[hits.indexOf(focusedHit()) + step]?.querySelector("h2 a").focus();
}

const keys = {
  "/": () => box.focus(),
  j: () => focusHit(1),
  k: () => focusHit(-1),
  o: () => press("h2 a", focusedHit()),
  x: () => press("[action$='/list'] button", focusedHit() ?? document.querySelector("article")),
  n: () => press("a[rel=next]"),
  p: () => press("a[rel=prev]"),
  "?": () => window.location.assign(`${form.action}keys`),
};

document.addEventListener("keydown", (event) => {
  const isInField = event.target.closest?.("input, textarea, select, [contenteditable]");
  const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
  if (keys[event.key] && isPlain && !isInField && singleKeys()) {
    event.preventDefault();
    keys[event.key]();
  }
});

const keysSwitch = document.getElementById("single-keys");
if (keysSwitch) {
  keysSwitch.checked = singleKeys();
  keysSwitch.addEventListener("change", () => {
    keysSwitch.checked = singleKeys(keysSwitch.checked);
  });
  keysSwitch.closest("[hidden]").hidden = false;
}

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
