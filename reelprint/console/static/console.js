// What every page does: the menu on narrow screens, and single keys. Pages work without it.

const menu = document.querySelector("[data-menu]");
if (menu) {
  const body = document.getElementById(menu.getAttribute("aria-controls"));
  menu.hidden = false;
  body.classList.add("closable");
  menu.addEventListener("click", () => {
    const open = menu.getAttribute("aria-expanded") !== "true";
    menu.setAttribute("aria-expanded", String(open));
    body.classList.toggle("open", open);
  });
}

const PATIENCE_MS = 1500; // between `g` and the letter after it
let going = 0;

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  (next.querySelector("a, button") ?? next).focus();
}

function go(letter) {
  document.querySelector(`[data-letter="${CSS.escape(letter)}"]`)?.click();
}

const ACTIONS = {
  "?": () => document.getElementById("keys-help")?.togglePopover(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  j: () => move(1),
  k: () => move(-1),
};

document.addEventListener("keydown", (event) => {
  if (!("keys" in document.body.dataset)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.defaultPrevented) return;
  if (going && Date.now() - going < PATIENCE_MS) {
    going = 0;
    go(event.key);
  } else if (event.key === "g") {
    going = Date.now();
  } else if (event.key in ACTIONS) {
    event.preventDefault();
    ACTIONS[event.key]();
  }
});
