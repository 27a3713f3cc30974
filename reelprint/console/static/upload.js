// Sends the files of a form one after another, and says how far each is. The form works without it,
// for one file and without progress.

const form = document.querySelector("form[data-upload]");
if (form) enhance(form);

function enhance(form) {
  const input = form.querySelector("input[type=file]");
  const zone = form.querySelector("[data-drop]");
  const list = form.querySelector("[data-uploads]");
  if (input.dataset.many === "yes") input.multiple = true;

  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    zone.addEventListener(kind, () => zone.classList.remove("over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    send(form, [...input.files], list);
  });
}

async function send(form, files, list) {
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  list.replaceChildren();
  const rows = files.map((file) => row(file, list));
  const places = [];
  for (const one of rows) places.push(await sent(form, one, list.dataset));
  button.disabled = false;
  if (places.length === 1 && places[0]) location.assign(places[0]);
}

function row(file, list) {
  const line = document.createElement("div");
  const name = document.createElement("bdi");
  const bar = document.createElement("progress");
  const says = document.createElement("span");
  const stop = document.createElement("button");
  line.className = "upload";
  name.className = "upload-name";
  name.textContent = file.name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  says.className = "upload-says";
  says.textContent = list.dataset.next;
  stop.type = "button";
  stop.className = "button small";
  stop.textContent = list.dataset.stop;
  line.append(name, bar, says, stop);
  list.append(line);
  const one = { file, bar, says, stop, stopped: false, request: null };
  stop.addEventListener("click", () => {
    one.stopped = true;
    one.request?.abort();
  });
  return one;
}

function sent(form, one, words) {
  const body = new FormData(form);
  body.delete("file");
  body.append("file", one.file, one.file.name);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const end = (text) => {
      one.stop.remove();
      one.says.textContent = text;
      done(null);
    };
    if (one.stopped) return end(words.stopped);
    one.request = request;
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      one.bar.value = event.loaded / event.total;
      one.says.textContent = `${words.sending} ${Math.floor(100 * one.bar.value)} %`;
    });
    request.addEventListener("abort", () => end(words.stopped));
    request.addEventListener("error", () => end(words.failed));
    request.addEventListener("load", () => {
      if (request.status >= 400) return end(problem(request, words));
      const place = JSON.parse(request.responseText).location;
      const link = document.createElement("a");
      one.stop.remove();
      one.bar.value = 1;
      one.says.textContent = words.sent + " ";
      link.href = place;
      link.textContent = words.open;
      one.says.append(link);
      done(place);
    });
    request.open("POST", form.action);
    request.setRequestHeader("X-Reelprint-Script", "1");
    request.send(body);
  });
}

function problem(request, words) {
  try {
    const said = JSON.parse(request.responseText);
    return `${words.failed} ${said.detail ?? said.title ?? ""}`;
  } catch {
    return words.failed;
  }
}
