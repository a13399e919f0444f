// The page around the editions: asks for news, shows findings, reloads where the edit was.
"use strict";

const byId = (name) => document.getElementById(name);
const web = byId("web"), epub = byId("document"), spineList = byId("spine"), sheets = byId("pdf");
let state = { version: 0, files: {}, place: {}, pages: 0 };
let shown = "", view = "html", spine = [];

async function ask(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function news() {
  for (;;) {
    try {
      const told = await ask("news?" + state.version);
      if (told.version !== state.version) { state = told; await show(); }
    } catch {
      byId("status").textContent = "The builder has stopped";
      byId("status").className = "failed";
      await new Promise((wait) => setTimeout(wait, 1000));
    }
  }
}

async function show() {
  const said = { building: "Building …", checking: "Shown; checking …", failed: "Not built: what you see is the last good edition",
                 done: "Built in " + state.seconds.toFixed(1) + " s" };
  byId("status").textContent = said[state.status];
  byId("status").className = state.status;
  document.title = (state.status === "failed" ? "✗ " : "") + (state.title || "chapbook watch");
  byId("title").textContent = state.title || "chapbook watch";
  if (state.status === "done" || state.status === "failed") findings();
  const files = JSON.stringify(state.files);
  if (state.status !== "building" && files !== shown) { shown = files; await reload(); }
}

function line(parent, name, text) {
  const part = document.createElement("span");
  part.className = name;
  part.textContent = text;
  parent.append(part, " ");
}

function findings() {
  const box = byId("findings");
  box.replaceChildren();
  const all = [...state.findings];
  if (state.message) all.unshift({ severity: "error", code: "", message: state.message });
  for (const found of all) {
    const row = document.createElement("p");
    row.className = found.severity;
    if (found.path) line(row, "place", found.path + ":" + found.line + ":" + found.column);
    line(row, "code", found.severity + " " + found.code);
    line(row, "message", found.message);
    box.append(row);
    if (found.hint) {
      const hint = document.createElement("p");
      hint.className = "hint";
      hint.textContent = found.hint;
      box.append(hint);
    }
  }
  box.hidden = all.length === 0;
}

async function reload() {
  if (view === "html") reloadWeb();
  if (view === "epub") await reloadEpub();
  if (view === "pdf") reloadPages();
}

// The block the edit stands in, or null: found by its section and its first words.
function block(page) {
  const { section, text } = state.place;
  if (!text || !page) return null;
  const within = (section && page.getElementById(section)) || page;
  const words = (node) => node.textContent.replace(/\s+/g, " ").trim();
  for (const node of within.querySelectorAll("p,li,h1,h2,h3,h4,h5,h6,td,th,pre,dt,dd,figcaption")) {
    if (words(node).startsWith(text)) return node;
  }
  return section ? page.getElementById(section) : null;
}

function point(frame, fallback) {
  const page = frame.contentDocument, at = block(page);
  if (at) {
    at.scrollIntoView({ block: "center" });
    at.style.boxShadow = "-6px 0 0 -3px currentColor";
  } else if (fallback) {
    frame.contentWindow.scrollTo(0, fallback);
  }
}

function reloadWeb() {
  const before = web.contentWindow ? web.contentWindow.scrollY : 0;
  web.onload = () => point(web, before);
  web.src = "edition/html?" + state.version;
}

async function reloadEpub() {
  spine = await ask("spine?" + state.version);
  const chosen = spineList.value;
  spineList.replaceChildren(...spine.map((d) => new Option(d.title, d.name)));
  const edited = spine.find((d) => state.place.section && d.sections.includes(state.place.section));
  turnTo((edited || spine.find((d) => d.name === chosen) || spine[0]).name, true);
}

function turnTo(name, edited) {
  spineList.value = name;
  epub.onload = () => { if (edited) point(epub, 0); };
  epub.src = "epub/" + name + "?" + state.version;
}

function turn(step) {
  const at = spine.findIndex((d) => d.name === spineList.value) + step;
  if (spine[at]) turnTo(spine[at].name, false);
}

function reloadPages() {
  const pages = [];
  for (let number = 1; number <= state.pages; number += 1) {
    const picture = document.createElement("img");
    picture.loading = "lazy";
    picture.width = 560;
    picture.height = 795;
    picture.alt = "Page " + number + " of the file";
    picture.src = "page/" + number + "?" + state.version;
    if (number === state.place.page) picture.className = "here";
    pages.push(picture);
  }
  const before = sheets.scrollTop;
  sheets.replaceChildren(...pages);
  const here = sheets.querySelector(".here");
  if (here) here.scrollIntoView({ block: "start" }); else sheets.scrollTop = before;
}

function choose(name) {
  view = name;
  for (const button of document.querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === name));
    byId(button.dataset.view).hidden = button.dataset.view !== name;
  }
  if (shown) reload();
}

for (const button of document.querySelectorAll("[data-view]")) {
  button.addEventListener("click", () => choose(button.dataset.view));
}
byId("narrow").addEventListener("change", (event) => document.body.classList.toggle("narrow", event.target.checked));
byId("back").addEventListener("click", () => turn(-1));
byId("on").addEventListener("click", () => turn(1));
spineList.addEventListener("change", () => turnTo(spineList.value, false));
news();
