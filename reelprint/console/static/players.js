// Two players in step: the work runs at `speed` times the suspect's rate, from where the match says
// that it lies. The suspect leads; the work follows it.

const box = document.querySelector("[data-players]");
if (box) start(box);

const DRIFT_S = 0.06; // further apart than this, the work is set anew
const FRAME_S = 1 / 25;

function start(box) {
  const number = (name) => Number(box.dataset[name]);
  const match = {
    query: number("query"),
    reference: number("reference"),
    speed: number("speed"),
    from: number("from"),
    to: number("to"),
  };
  const suspect = box.querySelector("[data-side=suspect]");
  const work = box.querySelector("[data-side=work]");
  const bar = box.querySelector("input[type=range]");
  const button = (name) => box.querySelector(`[data-act=${name}]`);
  const there = (at) => match.reference + (at - match.query) * match.speed;
  const works = () => work && !work.closest("figure").classList.contains("cannot");

  const show = () => {
    const at = suspect.currentTime;
    bar.value = String(at);
    bar.setAttribute("aria-valuetext", clock(at));
    box.querySelector("[data-clock=suspect]").textContent = clock(at);
    const other = box.querySelector("[data-clock=work]");
    if (other) other.textContent = clock(there(at));
  };
  const follow = () => {
    if (!works()) return;
    const place = there(suspect.currentTime);
    work.playbackRate = suspect.playbackRate * match.speed;
    if (Math.abs(work.currentTime - place) > DRIFT_S) work.currentTime = Math.max(0, place);
  };
  const seek = (at) => {
    suspect.currentTime = Math.min(Math.max(at, match.from), match.to);
    if (works()) work.currentTime = Math.max(0, there(suspect.currentTime));
    show();
  };
  const play = async () => {
    if (suspect.currentTime >= match.to - FRAME_S) seek(match.query);
    follow();
    if (works()) work.play().catch(() => {});
    await suspect.play().catch(() => {});
  };
  const pause = () => {
    suspect.pause();
    if (work) work.pause();
    follow();
  };
  const toggle = () => (suspect.paused ? play() : pause());
  const step = (by) => {
    pause();
    seek(suspect.currentTime + by);
  };
  const hear = (side) => {
    if (!work) return;
    suspect.muted = side !== "suspect";
    work.muted = side !== "work";
  };

  for (const player of [suspect, work]) {
    if (!player) continue;
    player.addEventListener("error", () => player.closest("figure").classList.add("cannot"));
    if (player.error) player.closest("figure").classList.add("cannot");
    player.preservesPitch = false;
  }
  suspect.addEventListener("loadedmetadata", () => seek(match.query), { once: true });
  if (suspect.readyState > 0) seek(match.query);
  if (work) {
    work.addEventListener("loadedmetadata", () => seek(suspect.currentTime || match.query), { once: true });
    work.muted = true;
  }
  suspect.addEventListener("play", () => button("play").setAttribute("aria-pressed", "true"));
  suspect.addEventListener("pause", () => {
    button("play").setAttribute("aria-pressed", "false");
    if (work) work.pause();
  });
  suspect.addEventListener("timeupdate", () => {
    if (suspect.currentTime >= match.to) pause();
    else follow();
    show();
  });
  bar.addEventListener("input", () => seek(Number(bar.value)));
  button("play").addEventListener("click", toggle);
  button("back").addEventListener("click", () => step(-FRAME_S));
  button("on").addEventListener("click", () => step(FRAME_S));
  button("start").addEventListener("click", () => seek(match.query));
  for (const one of box.querySelectorAll("input[name=hear]")) {
    one.addEventListener("change", () => hear(one.value));
  }
  box.querySelector("[data-act=flip]")?.addEventListener("change", (event) => {
    suspect.classList.toggle("flipped", event.target.checked);
  });
  document.addEventListener("click", (event) => {
    const seeker = event.target.closest("[data-seek]");
    if (seeker) {
      seek(Number(seeker.dataset.seek));
      box.scrollIntoView({ block: "nearest" });
    }
  });

  const KEYS = {
    " ": toggle,
    ArrowLeft: (event) => step(event.shiftKey ? -5 : -1),
    ArrowRight: (event) => step(event.shiftKey ? 5 : 1),
    ",": () => step(-FRAME_S),
    ".": () => step(FRAME_S),
    Home: () => seek(match.query),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    if (event.target.closest("input, textarea, select, summary, a, [popover]")) return;
    if (event.key === " " && event.target.closest("button")) return;
    if (!("keys" in document.body.dataset) && !box.contains(event.target)) return;
    event.preventDefault();
    KEYS[event.key](event);
  });
  show();
}

function clock(seconds) {
  const tenths = Math.max(0, Math.round(seconds * 10));
  const hours = Math.floor(tenths / 36000);
  const minutes = Math.floor((tenths % 36000) / 600);
  const left = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${left}` : `${minutes}:${left}`;
}
