// Dropping a package, and saying that it is being checked. Without it the form works as forms do.

const form = document.querySelector("[data-verify]");

if (form) {
  const drop = form.querySelector("[data-drop]");
  const file = form.querySelector("[data-file]");
  for (const [event, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    drop.addEventListener(event, (dragged) => {
      dragged.preventDefault();
      drop.classList.toggle("over", over);
    });
  }
  drop.addEventListener("drop", (dropped) => {
    if (dropped.dataTransfer.files.length) file.files = dropped.dataTransfer.files;
  });
  form.addEventListener("submit", () => {
    form.querySelector("[data-busy]").hidden = false;
    form.querySelector("button.primary").disabled = true;
  });
}
