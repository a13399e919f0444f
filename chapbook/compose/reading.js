// Chapbook's one script: search, settings, previews, links to paragraphs, the place you stopped.
// The book needs none of it. It loads nothing, sends nothing and makes no code from text; all its
// words stand in the page's template in the language of the book. What it remembers, it keeps in
// this browser under the book's own identifier, and forgets on request.
"use strict";

const root = document.documentElement;
const memory = `chapbook:${root.dataset.book}`;
let remembering = true, known = false;

function recall() {
  try { return JSON.parse(localStorage.getItem(memory)) || {}; } catch { return {}; }
}
function remember(changes) {
  try {
    const there = localStorage.getItem(memory) !== null;
    if (known && !there) remembering = false; // forgotten in another window, which this one has not heard of yet
    if (!remembering) return;
    localStorage.setItem(memory, JSON.stringify({ ...recall(), ...changes }));
    known = true;
  } catch { /* a private window */ }
}
function forget() {
  remembering = false;
  try { localStorage.removeItem(memory); } catch { /* nothing was kept */ }
}
// Forgotten in one window is forgotten in all.
addEventListener("storage", (event) => { if (event.key === memory && event.newValue === null) remembering = false; });

// Settings are attributes of the root element; the style sheet does the rest.
const SETTINGS = ["size", "face", "links"];
function apply(name, value) {
  if (value) root.dataset[name] = value; else delete root.dataset[name];
}
const kept = recall();
known = Object.keys(kept).length > 0;
for (const name of SETTINGS) apply(name, typeof kept[name] === "string" ? kept[name] : "");

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const shown = (element) => element.getClientRects().length > 0;
const sectionOf = (element) => element.closest("section[id]");
function titleOf(element) {
  const title = sectionOf(element)?.querySelector(".section-title > :is(h2, h3, h4, h5, h6), .part-head");
  return title ? wordsOf(title) : document.title;
}

// The words of a block without those of blocks in it, and without what is there for eyes or hands only.
const APART = ".noteref, .close, .back, .paragraph-link, [aria-hidden=true]";
const BLOCKS = "h1, h2, h3, h4, h5, h6, p, li, dt, dd, th, td, figcaption, caption, pre, summary, div, blockquote, .note";
function wordsOf(block, whole = block.matches(".note")) {
  let out = "";
  const add = (node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) out += child.data;
      else if (child.nodeType !== Node.ELEMENT_NODE || child.matches(APART)) continue;
      else if (!child.matches(BLOCKS)) add(child);
      else if (whole) { out += " "; add(child); out += " "; } else out += " ";
    }
  };
  add(block);
  return out.replace(/\u00ad/g, "").replace(/\s+/g, " ").trim();
}

// ── going to a place ────────────────────────────────────────────────────────

let found = null;
function go(element) {
  for (let box = element; (box = box.parentElement?.closest("details")); ) box.open = true;
  found?.classList.remove("found-here");
  found = element;
  element.classList.add("found-here");
  if (element.matches(".note") && !shown(element)) {
    const call = document.querySelector(`[popovertarget="${element.id}"]`);
    call.scrollIntoView({ block: "center", behavior: "instant" });
    call.focus({ preventScroll: true });
    element.showPopover();
    return;
  }
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "center", behavior: "instant" });
}

// ── search ──────────────────────────────────────────────────────────────────

// Letters without case, accents and vowel signs; kana keep their marks, which make other letters.
// `places` takes, for each letter that comes out, the place of the one it came from.
const folded = new Map();
function fold(text, places) {
  let out = "", at = 0;
  for (const char of text) {
    let plain = folded.get(char);
    if (plain === undefined) {
      const bare = /[\u3040-\u30ff]/.test(char) ? char : char.normalize("NFKD").replace(/\p{M}/gu, "");
      plain = bare.normalize("NFC").toLowerCase().replace(/[’‘]/, "'");
      folded.set(char, plain);
    }
    if (places) for (let i = 0; i < plain.length; i++) places.push(at);
    out += plain;
    at += char.length;
  }
  places?.push(at);
  return out;
}

// Each block and each whole note that has words, in reading order.
function makeIndex() {
  const blocks = all(`main :is(${BLOCKS})`).filter((block) => block.matches(".note") || !block.closest(".note"));
  return blocks.map((element) => {
    const text = wordsOf(element).normalize("NFC");
    return { element, text, folded: fold(text) };
  }).filter((entry) => entry.text);
}

const LISTED = 60;
function search(index, query) {
  const phrase = fold(query.normalize("NFC").replace(/\s+/g, " ").trim());
  const terms = phrase.split(" ").filter(Boolean);
  if (phrase.length < 2 && !/[^\u0000-\u02ff]/.test(phrase)) return null;
  const hits = index.filter((entry) => terms.every((term) => entry.folded.includes(term)));
  const whole = (entry) => (entry.folded.includes(phrase) ? 0 : 1);
  return { terms: terms.length > 1 ? [phrase, ...terms] : terms, hits: hits.sort((a, b) => whole(a) - whole(b)) };
}

// Some words of a hit around the first term, with the terms marked.
function context({ text }, terms) {
  const out = document.createElement("span"), places = [], letters = fold(text, places);
  const [phrase, ...others] = terms.map((term) => letters.indexOf(term));
  const first = places[phrase >= 0 ? phrase : Math.min(...others.filter((at) => at >= 0))];
  let from = Math.max(0, first - 50), to = Math.min(text.length, first + 110);
  if (from) from = Math.min(first, text.indexOf(" ", from) + 1 || from);
  if (to < text.length) to = Math.max(first + 40, text.lastIndexOf(" ", to));
  out.append(from ? "… " : "");
  for (let at = from, after = 0; at < to;) {
    const next = terms.map((term) => ({ at: letters.indexOf(term, after), term }))
      .filter((hit) => hit.at >= 0).sort((a, b) => a.at - b.at || b.term.length - a.term.length)[0];
    const start = next ? places[next.at] : to;
    if (next && start < at) { after = next.at + 1; continue; }  // before what is shown
    out.append(text.slice(at, Math.min(start, to)));
    if (start >= to) break;
    const mark = document.createElement("mark");
    after = next.at + next.term.length;
    at = places[after];
    mark.textContent = text.slice(start, at);
    out.append(mark);
  }
  if (to < text.length) out.append(" …");
  return out;
}

function setUpSearch(dialog) {
  const input = dialog.querySelector("input"), list = dialog.querySelector("ol");
  const said = dialog.querySelector("[role=status]");
  let index = null;

  function look() {
    index ??= makeIndex();
    const result = search(index, input.value);
    list.replaceChildren(...(result ? result.hits.slice(0, LISTED) : []).map((entry) => {
      const item = document.createElement("li"), link = document.createElement("a"), where = document.createElement("span");
      where.className = "where";
      where.textContent = entry.element.matches(".note") ? `${titleOf(entry.element)}, ${entry.element.getAttribute("aria-label")}` : titleOf(entry.element);
      link.href = `#${(entry.element.closest("[id]") || sectionOf(entry.element)).id}`;
      link.append(where, context(entry, result.terms));
      link.addEventListener("click", (event) => {
        event.preventDefault();
        dialog.close();
        go(entry.element);
      });
      item.append(link);
      return item;
    }));
    const count = result?.hits.length ?? 0;
    const word = count === 0 ? said.dataset.none : count > LISTED ? said.dataset.listed : said.dataset.found;
    said.textContent = result ? word.replace("{count}", count).replace("{shown}", LISTED) : "";
  }
  let waiting;
  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 120); });
  dialog.addEventListener("keydown", (event) => {
    const links = all("a", list), here = links.indexOf(document.activeElement);
    if (event.key === "Enter" && event.target === input) { clearTimeout(waiting); look(); list.querySelector("a")?.focus(); }
    else if (event.key === "ArrowDown") (links[here + 1] || links[here] || input).focus();
    else if (event.key === "ArrowUp") (links[here - 1] || input).focus();
    else return;
    event.preventDefault();
  });
}

// ── settings ────────────────────────────────────────────────────────────────

// The paragraph, heading or section at the top of the screen.
function placeNow() {
  return all("main [id]:is(p, h3, h4, section)").filter(shown)
    .findLast((place) => place.getBoundingClientRect().top < innerHeight / 3);
}

function setUpSettings(dialog) {
  for (const input of all("input", dialog)) {
    const value = root.dataset[input.name] || "";
    input.checked = input.value === value;
    input.addEventListener("change", () => {
      const chosen = input.checked ? input.value : "", place = placeNow();
      const height = place?.getBoundingClientRect().top;
      apply(input.name, chosen);
      if (place) scrollBy({ top: place.getBoundingClientRect().top - height, behavior: "instant" });
      remember({ [input.name]: chosen });
    });
  }
  const said = dialog.querySelector("[role=status]");
  dialog.querySelector(".forget").addEventListener("click", () => { forget(); said.textContent = said.dataset.done; });
}

// ── the place where reading stopped ─────────────────────────────────────────

function setUpPlace(line) {
  const last = kept.place && document.getElementById(kept.place);
  if (last && !location.hash) {
    const link = line.querySelector("a");
    link.href = `#${kept.place}`;
    link.textContent = link.dataset.words.replace("{section}", titleOf(last));
    link.addEventListener("click", (event) => { event.preventDefault(); go(last); });
    document.querySelector(".masthead").append(line);
  }
  function keep() {
    const place = placeNow();
    if (place) remember({ place: place.id });
  }
  let waiting;
  addEventListener("scroll", () => { clearTimeout(waiting); waiting = setTimeout(keep, 400); }, { passive: true });
  addEventListener("pagehide", () => { if (scrollY > 0) keep(); });
}

// ── links to paragraphs ─────────────────────────────────────────────────────

function setUpLinks(template, say) {
  const word = template.dataset.link, address = template.dataset.address;
  const here = location.protocol === "file:" ? location.pathname.split("/").pop() : location.href.replace(/#.*/, "");
  for (const paragraph of all("main p[id]")) {
    const link = document.createElement("a");
    link.className = "paragraph-link";
    link.href = `#${paragraph.id}`;
    link.textContent = "¶";
    link.setAttribute("aria-label", word.replace("{number}", paragraph.id.split(":").pop()));
    link.addEventListener("click", async () => {
      let done = template.dataset.linkShown;  // following the link put it into the address bar
      try {
        await navigator.clipboard.writeText(`${address || here}${link.hash}`);
        done = template.dataset.linkCopied;
      } catch { /* this browser keeps its clipboard to itself */ }
      say(done);
    });
    paragraph.append(link);
  }
}

// ── previews of notes ───────────────────────────────────────────────────────

function setUpPreviews(preview) {
  if (!preview.showPopover) return;
  let call = null, waiting;

  function hide() {
    clearTimeout(waiting);
    document.querySelector(".note.pointed")?.classList.remove("pointed");
    if (call && preview.matches(":popover-open")) preview.hidePopover();
    call = null;
  }
  function show(target) {
    hide();
    const note = document.getElementById(target.getAttribute("popovertarget") || target.hash.slice(1));
    if (!note || note.matches(":popover-open")) return;
    call = target;
    const box = note.getBoundingClientRect();
    if (box.height && box.top >= 0 && box.bottom <= innerHeight) return note.classList.add("pointed");
    const copy = note.cloneNode(true);
    for (const part of all(".close, .back", copy)) part.remove();
    for (const link of all("a", copy)) {  // a preview is looked at; the note itself has the links
      const plain = document.createElement("span");
      plain.className = link.className;
      plain.append(...link.childNodes);
      link.replaceWith(plain);
    }
    for (const part of all("[id]", copy)) part.removeAttribute("id");
    preview.replaceChildren(...copy.childNodes);
    preview.showPopover();
    place();
  }
  function place() {
    if (!call || !preview.matches(":popover-open")) return;
    const at = call.getBoundingClientRect(), own = preview.getBoundingClientRect();
    if (at.bottom < 0 || at.top > innerHeight) return hide();
    const below = at.bottom + own.height + 12 < innerHeight;
    preview.style.left = `${Math.max(8, Math.min(at.left - 24, root.clientWidth - own.width - 8))}px`;
    preview.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - own.height - 8)}px`;
  }
  const callOf = (event) => event.target.closest?.(".call");
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    clearTimeout(waiting);
    const target = callOf(event);
    if (target && target !== call) waiting = setTimeout(() => show(target), 180);
    else if (call && !target && !preview.contains(event.target)) waiting = setTimeout(hide, 250);
  });
  document.addEventListener("focusin", (event) => {
    const target = callOf(event);
    hide();
    // Not when a note has just been closed and gives the focus back.
    if (target?.matches(":focus-visible") && !event.relatedTarget?.closest(".note")) waiting = setTimeout(() => show(target), 180);
  });
  document.addEventListener("focusout", (event) => { if (callOf(event)) hide(); });
  document.addEventListener("click", (event) => { if (callOf(event)) hide(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("scroll", place, { passive: true });
}

// ── all together, when the book is there ────────────────────────────────────

document.addEventListener("DOMContentLoaded", () => {
  const template = document.getElementById("reading:tools");
  const tools = template.content.cloneNode(true);
  const [bar, finding, settings, line, preview, status] = [".tools", ".search", ".settings", ".resume", ".preview", ".status"]
    .map((name) => tools.querySelector(name));

  let silence;
  function say(words) {
    clearTimeout(silence);
    status.textContent = words;
    silence = setTimeout(() => { status.textContent = ""; }, 4000);
  }

  line.remove();
  document.querySelector(".skip").after(bar);
  document.body.append(finding, settings, preview, status);
  for (const button of all("[data-opens]", bar)) {
    const dialog = document.getElementById(button.dataset.opens);
    const box = dialog.querySelector("[role=searchbox]");
    button.addEventListener("click", () => { dialog.showModal(); box?.focus(); box?.select(); });
    dialog.querySelector(".close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }
  setUpSearch(finding);
  setUpSettings(settings);
  setUpPlace(line);
  setUpLinks(template, say);
  setUpPreviews(preview);

  // On a small screen the bar makes way while reading goes on, and comes back on the way up.
  let before = scrollY;
  addEventListener("scroll", () => {
    if (Math.abs(scrollY - before) < 8) return;
    bar.classList.toggle("away", scrollY > before && scrollY > 300);
    before = scrollY;
  }, { passive: true });
});
