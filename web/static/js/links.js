// Links that change the search, followed in place.

// Whether the link under way leads to another page.
let isPaging = false;
// The link under a pointer that is down.
let pressed;

const labelOf = (link) => link.getAttribute("aria-label") ?? link.textContent;
const isPlain = ({ button, ctrlKey, metaKey, shiftKey, altKey }) => !(button || ctrlKey || metaKey || shiftKey || altKey);

// The same link among the present results, which may have changed since it was clicked.
function current(link) {
  const isSame = (other) => (link.id ? other.id === link.id : labelOf(other) === labelOf(link));
  return [...document.querySelectorAll("#page [data-live] a[href]")].find(isSame) ?? link;
}

function follow(link) {
  if (isAsked) {
    waiting.push(() => follow(current(link)));
    return;
  }
  const url = link.getAttribute("href");
  const words = new URLSearchParams(url.split("?")[1]).get("q") ?? "";
  if (words !== document.querySelector("[data-q]").dataset.q) {
    // The link's own words replace those typed so far.
    shown = box.value;
  }
  isPaging = Boolean(link.closest(".pages"));
  htmx.ajax("GET", url, { source: "#page", target: "#page", swap: "innerHTML show:none" });
}

// One listener for all links: a page has about 150 of them.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#page [data-live] a[href]");
  if (link && isPlain(event)) {
    event.preventDefault();
    // The second half of a double click would undo the first.
    if (!isAsked || event.detail < 2) {
      follow(link);
    }
  }
});

// An update between pressing and releasing replaces the link, and browsers report no click.
document.addEventListener("pointerdown", (event) => {
  pressed = isPlain(event) && event.target.closest?.("#page a[href]");
});
document.addEventListener("pointerup", () => {
  if (pressed && !pressed.isConnected) {
    if (pressed.closest("[data-live]")) {
      follow(current(pressed));
    } else {
      location.assign(pressed.href);
    }
  }
  pressed = null;
});
