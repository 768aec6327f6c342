// The reader's list: its buttons change in place, citations can be copied.

document.addEventListener("submit", (event) => {
  const put = event.target.closest?.("form.put");
  if (put) {
    event.preventDefault();
    const { name, value } = event.submitter;
    // The form itself stays: htmx cannot remove one that has a control called "remove".
    htmx.ajax("POST", put.getAttribute("action"), { source: put, target: put, select: ".put button", swap: "innerHTML", values: { [name]: value } });
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
