// The review queue by keyboard. Without it the page is a form with links.

const page = document.querySelector("[data-review]");
const reason = document.querySelector("[data-reason]");

function choose(key) {
  const choice = page.querySelector(`input[data-key="${key}"]`);
  choice.checked = true;
  choice.focus();
}

const ACTIONS = {
  j: () => page.querySelector("[data-next]")?.click(),
  k: () => page.querySelector("[data-previous]")?.click(),
  1: () => choose(1),
  2: () => choose(2),
  3: () => choose(3),
  r: () => reason.focus(),
};

// A choice that has the focus is no field that one writes into.
function writing(target) {
  return target.closest("input:not([type=radio]), textarea, select, [contenteditable]") !== null;
}

// `g` begins a way to another page (console.js): the letter after it is not meant for this one.
const PATIENCE_MS = 1500;
let going = 0;

function act(event) {
  if (!("keys" in document.body.dataset)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
  const away = Date.now() - going < PATIENCE_MS;
  going = event.key === "g" ? Date.now() : 0;
  const action = away ? undefined : ACTIONS[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

function explain(image) {
  const said = document.createElement("p");
  said.className = "no-frame";
  said.textContent = image.dataset.missing;
  image.replaceWith(said);
}

if (page) {
  document.addEventListener("keydown", act, { capture: true });
  for (const image of page.querySelectorAll("img[data-missing]")) {
    if (image.complete && !image.naturalWidth) explain(image);
    image.addEventListener("error", () => explain(image));
  }
}
