// Buttons that need a script.

const address = () => document.getElementById("address");
const actions = {
  print: () => window.print(),
  share: navigator.share && (() => navigator.share({ title: document.title, url: address().value }).catch(() => {})),
  copy: navigator.clipboard && (() => navigator.clipboard.writeText(address().value).then(() => address().select())),
};
