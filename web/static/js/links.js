// Links that change the search, followed in place.

// Whether the link under way leads to another page.
let isPaging = false;
// The link under a pointer that is down, and the query of its results.
let pressed;

const labelOf = (link) => link.getAttribute("aria-label") ?? link.textContent;
const isPlain = ({ button, ctrlKey, metaKey, shiftKey, altKey }) => !(button || ctrlKey || metaKey || shiftKey || altKey);

// The query of the results in sight.
const pageWords = () => document.querySelector("[data-q]").dataset.q;

// `words` are the query of the results that the link belongs to.
function follow(link, words = pageWords()) {
  if (isAsked) {
    waiting.push(() => followLate(link, words));
    return;
  }
  const url = link.getAttribute("href");
  if ((new URLSearchParams(url.split("?")[1]).get("q") ?? "") !== words) {
    // The link's own words replace those typed so far.
    shown = box.value;
  } else if (words !== pageWords()) {
    // Those in the box are newer than the link, and searched afterwards.
    shown = null;
  }
  isPaging = Boolean(link.closest(".pages"));
  htmx.ajax("GET", url, { source: "#page", target: "#page", swap: "innerHTML show:none" });
}

// Follow the same link among the present results, which may have changed since it was clicked.
function followLate(link, words) {
  const isSame = (other) => (link.id ? other.id === link.id : labelOf(other) === labelOf(link));
  const present = [...document.querySelectorAll("#page [data-live] a[href]")].find(isSame);
  follow(present ?? link, present ? pageWords() : words);
}

// Set the days of a form in the present results; those it was in may have changed since.
function submitLate(days, words) {
  const present = document.querySelector("form.days");
  if (present) {
    for (const name of ["from", "to"]) {
      present.elements[name].value = days.elements[name].value;
    }
    htmx.trigger(present, "submit");
  } else {
    const link = document.createElement("a");
    link.href = `${days.getAttribute("action")}?${new URLSearchParams(dropEmpty(new FormData(days)))}`;
    follow(link, words);
  }
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
  const link = isPlain(event) && event.target.closest?.("#page a[href]");
  pressed = link && { link, words: pageWords() };
});
document.addEventListener("pointerup", () => {
  if (pressed && !pressed.link.isConnected) {
    if (pressed.link.closest("[data-live]")) {
      followLate(pressed.link, pressed.words);
    } else {
      location.assign(pressed.link.href);
    }
  }
  pressed = null;
});
