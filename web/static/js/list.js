// The reader's list and saved searches: buttons change in place, citations can be copied.

const PUT = "form.put, form.put-all, form.save";
// Changes under way, and the address that a reader goes to meanwhile: to leave would abort them.
let changes = 0;
let next = "";

document.addEventListener("submit", (event) => {
  const put = event.target.closest?.(PUT);
  if (put) {
    event.preventDefault();
    changes += 1;
    const { name, value } = event.submitter;
    const { shown } = put.dataset;
    // The form itself stays: htmx cannot remove one that has a control called "remove". One that
    // adds several names the articles of the page, whose buttons alone change.
    htmx.ajax("POST", put.getAttribute("action"), { source: put, target: put, select: "form > *", swap: shown ? "none" : "innerHTML", values: { [name]: value, ...(shown && { shown }) } });
  }
});

// A file that is too large is not sent.
document.addEventListener("change", ({ target }) => {
  if (target.id === "file") {
    target.setCustomValidity(target.files[0]?.size > target.dataset.most ? target.dataset.refusal : "");
    target.reportValidity();
  }
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig.elt.matches(PUT)) {
    changes -= 1;
    if (!changes && next) {
      location.assign(next);
      // The page may stay, or come back as it was.
      next = "";
    }
  }
});
document.addEventListener("click", (event) => {
  const link = changes && !event.defaultPrevented && event.target.closest?.("a[href]:not([href^='#'])");
  if (link && isPlain(event)) {
    event.preventDefault();
    next = link.href;
  }
});

// Escape closes a panel, and the focus returns to what opened it.
document.addEventListener("keydown", (event) => {
  const panel = event.key === "Escape" && event.target.closest?.("details.cite[open]");
  if (panel) {
    panel.open = false;
    panel.firstElementChild.focus();
  }
});

const copied = (elements) => {
  navigator.clipboard.writeText([...elements].map((element) => element.innerText).join("\n"));
  getSelection().selectAllChildren(elements[0].parentNode);
};
if (navigator.clipboard) {
  actions.cite = (event) => copied([event.currentTarget.previousElementSibling]);
  actions.citeAll = () => copied(document.querySelectorAll(".citation"));
}
