// Partial updates: results while typing, filters, pages.
//
// Letters never interrupt what a reader asked for by a link or with Enter: they wait for its answer
// and are searched afterwards. A link interrupts the search for letters, and they stay in the box.

// The words that the results in sight belong to, or those of a link that is under way.
let shown;
// The request for results that is under way, and whether a link or Enter caused it.
let flight;
let isAsked = false;
// What the reader asked for meanwhile, in order.
const waiting = [];
// Ids of the details that an update leaves open, and of what has the focus, perhaps within them.
let opened = [];
let focused = "";

const element = (id) => document.getElementById(id);
const causeOf = ({ detail }) => (detail.requestConfig ?? detail).triggeringEvent?.type;
const isTyping = (event) => ["input", "letters", "rest"].includes(causeOf(event));

document.addEventListener("htmx:confirm", (event) => {
  const days = event.target.matches(".days") && event.target;
  const isWaiting = (event.target === form || days) && isAsked;
  if (isWaiting || (event.target === box && !isOffering)) {
    event.preventDefault();
  }
  if (isWaiting && days) {
    const words = pageWords();
    waiting.push(() => submitLate(days, words));
  } else if (isWaiting && causeOf(event) === "submit" && !waiting.includes(enter)) {
    waiting.push(enter);
  }
});

// Empty fields go out of addresses; others of the same name stay.
function dropEmpty(data) {
  const filled = [...data].filter(([, value]) => value);
  [...data.keys()].forEach((name) => data.delete(name));
  filled.forEach(([name, value]) => data.append(name, value));
  return data;
}

// Browsers and htmx cause the event when they read a form.
document.addEventListener("formdata", ({ target, formData }) => {
  if (target.method === "get") {
    dropEmpty(formData);
  }
});

function enter() {
  htmx.trigger(form, "submit");
}

// Requests made while typing are marked: they are not logged, and have a rate limit of their own.
document.addEventListener("htmx:configRequest", (event) => {
  if (isTyping(event)) {
    event.detail.headers["X-Typing"] = causeOf(event) === "rest" ? "rest" : "letters";
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target.id !== "page") {
    return;
  }
  flight = event.detail.xhr;
  isAsked = !isTyping(event);
  if (event.target === form) {
    // The first keystroke adds a history entry; further ones, and Enter, replace it.
    form.removeAttribute(typing ? "data-hx-push-url" : "data-hx-replace-url");
    form.setAttribute(typing ? "data-hx-replace-url" : "data-hx-push-url", "true");
    if (isAsked) {
      clearTimeout(resting);
      close();
    }
  }
});

// Errors are whole pages, so navigate to them; without a connection the browser shows its own
// message. While typing they are ignored: the search follows with Enter.
function fail(event) {
  if (!isTyping(event) && event.detail.target !== options) {
    location.assign(event.detail.pathInfo.finalRequestPath);
  }
}
document.addEventListener("htmx:responseError", fail);
document.addEventListener("htmx:sendError", fail);

document.addEventListener("htmx:afterRequest", (event) => {
  const { requestConfig, xhr } = event.detail;
  if (xhr !== flight) {
    return;
  }
  const isAnswered = xhr.status === 200;
  const wasAsked = isAsked && isAnswered;
  const next = wasAsked && waiting.shift();
  flight = null;
  isAsked = false;
  if (isAnswered) {
    show(causeOf(event), requestConfig.elt === form ? (requestConfig.parameters.q ?? "") : null);
  }
  // htmx sends nothing before it is done with this request.
  queueMicrotask(() => {
    if (next) {
      next();
    } else if (hasRested) {
      rest();
    } else if (wasAsked && box.value !== shown) {
      htmx.trigger(form, "letters");
    }
  });
});

document.addEventListener("htmx:beforeSwap", () => {
  opened = [...document.querySelectorAll("#page details[open]")].map((details) => details.id);
  focused = document.activeElement?.id;
});

// After a swap. `words` are those of the search form, null if a link or another form was the cause.
function show(cause, words) {
  const isForm = words !== null;
  typing = isForm && cause !== "submit";
  if (isForm) {
    shown = words;
  } else if (box.value === shown) {
    // A link may have changed the query.
    box.value = shown = pageWords();
  }
  if (!typing || cause === "rest") {
    announce(!isForm);
  }
  if (isPaging) {
    element("main").scrollIntoView();
    isPaging = false;
  }
  for (const id of opened) {
    element(id)?.setAttribute("open", "");
  }
  const isEntered = isForm && !typing && box.value === shown;
  if (isEntered || document.activeElement === document.body) {
    (element(isEntered ? "hits" : focused) ?? element("main")).focus({ preventScroll: true });
  }
}

// An answer that comes after another page of the history would replace it.
window.addEventListener("popstate", (event) => {
  // Links within a page cause the event, too.
  if (event.state?.htmx) {
    stop();
    waiting.length = 0;
    flight?.abort();
  }
});
document.addEventListener("htmx:historyRestore", enhance);
