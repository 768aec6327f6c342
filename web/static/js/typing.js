// Typing that rests: what is announced and shown only then.

const REST_MS = 700;
let resting;
// Whether typing came to rest while a request was under way.
let hasRested = false;
// What the last answer announces.
let total = "";

// The live region comes with each answer, and would be read at each letter.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.target.id === "status") {
    event.preventDefault();
    total = event.detail.fragment.textContent;
  }
});

function announce(again) {
  const status = element("status");
  if (status && (again || status.textContent !== total)) {
    status.textContent = total;
  }
}

function typed() {
  stop();
  isOffering = true;
  resting = setTimeout(rest, REST_MS);
}

// Words without results are shown only now, since the last one may have been unfinished: the server
// answers letters that find nothing with 204, which leaves the results as they are.
function rest() {
  hasRested = Boolean(flight);
  if (hasRested) {
    return;
  }
  if (box.value === shown) {
    announce();
  } else {
    htmx.trigger(form, "rest");
  }
}

function stop() {
  clearTimeout(resting);
  hasRested = false;
}
