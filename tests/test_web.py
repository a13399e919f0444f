"""The web edition and the audit page in a browser: what a reader, a key and a checker find there."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from chapbook.compose import audit, web
from chapbook.compose.style import default_styles
from chapbook.model import Artifact, Book
from chapbook.pipeline import check
from chapbook.verify import verify_artifact
from chapbook.verify.browser import SWITCHES
from chapbook.words import TAGS as TAGS_OF_WORDS
from chapbook.words import words
from chapbook.writers import html
from tests.conftest import ROOT, Needs, NodeFile

BOOKS = {path.name: path for path in sorted((ROOT / "tests" / "books").iterdir())} | {"shipped": ROOT}
WIDTHS = (320, 360, 768, 1200, 1440)
TAGS = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHEET = "rgb(246, 245, 242)"  # the ground of what is opened, pointed at or found
Opened = Callable[..., Page]
expect.set_options(timeout=20_000)  # a busy machine is slow; what is waited for is the state, never the time


def written(book: Book) -> dict[str, bytes]:
    """The HTML of a book, and its audit page without the layout that only knows its folios."""
    made = {"html": html.write(web.compose(book, default_styles()))}
    if book.claims:
        made["audit"] = html.write(audit.compose(book, default_styles(), {}))
    return made


@pytest.fixture(scope="module")
def shipped() -> Book:
    return check(ROOT).book


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every golden book's files: “minimal-html” → path."""
    folder = tmp_path_factory.mktemp("web")
    found = {}
    for name, root in BOOKS.items():
        for edition, data in written(check(root).book).items():
            found[f"{name}-{edition}"] = folder / f"{name}-{edition}.html"
            found[f"{name}-{edition}"].write_bytes(data)
    return found


@pytest.fixture(scope="module")
def browser(needs: Needs) -> Iterator[Browser]:
    path = needs("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def axe(node_file: NodeFile) -> str:
    return node_file("axe-core/axe.min.js").read_text("utf-8")


@pytest.fixture
def opened(browser: Browser, files: dict[str, Path]) -> Iterator[Opened]:
    """`opened("shipped-html", 360)`: the page; whatever its console says fails the test."""
    contexts: list[Any] = []
    said: list[str] = []

    def look(name: str, width: int = 1440, height: int = 900, *, context: Any = None, **options: Any) -> Page:
        if context is None:
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(files[name].as_uri())
        return page

    yield look
    for context in contexts:
        context.close()
    assert [text[:60] + text[-200:] for text in said] == []  # a font's address is long


def violations(page: Page, axe: str, within: str) -> list[str]:
    """What axe finds in a part of the page; it is evaluated from outside, since the page's policy lets nobody in."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe)
    found = page.evaluate(
        "async ([within, tags]) => (await axe.run(within, {resultTypes: ['violations'], runOnly: {type: 'tag', values: tags}}))"
        ".violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(', ')}`)", [within, TAGS])  # fmt: skip
    return list(found)


def scrolls(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def settled(page: Page) -> float:
    """Where the page stands once it moves no more, in px."""
    page.evaluate("""async () => {
      for (let last = -1; last !== scrollY;) { last = scrollY; await new Promise((done) => setTimeout(done, 150)); }
    }""")
    return float(page.evaluate("scrollY"))


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className || document.activeElement.tagName"))


# ── every book ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("book", BOOKS)
def test_no_line_has_to_be_scrolled(opened: Opened, files: dict[str, Path], book: str) -> None:
    for name in (f"{book}-html", f"{book}-audit"):
        if name not in files:
            continue
        page = opened(name)
        for size, widths in (("", WIDTHS), ("large", (320, 768, 1200)), ("largest", (320, 1440))):
            page.evaluate("(size) => { document.documentElement.dataset.size = size }", size)
            for width in widths:
                page.set_viewport_size({"width": width, "height": 800})
                assert not scrolls(page), f"{name} at {width} px, {size or 'standard'}"


@pytest.mark.parametrize("tag", TAGS_OF_WORDS)
def test_who_speaks_the_shown_word_is_understood(tag: str) -> None:
    """A control's name has the words it shows (WCAG 2.2, 2.5.3)."""
    spoken = words(tag)["back-to-text"].casefold()
    shown = words(tag)["back"].casefold()
    assert spoken.startswith(shown) or spoken.endswith(shown)


# ── the page by itself ───────────────────────────────────────────────────────


class Logged(http.server.SimpleHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def log_message(self, format: str, *args: Any) -> None:
        Logged.asked.append(self.path)


@pytest.mark.parametrize("name", ["shipped-html", "shipped-audit", "illustrated-html"])
def test_nothing_is_asked_of_anyone(browser: Browser, files: dict[str, Path], name: str) -> None:
    Logged.asked.clear()
    folder = files[name].parent
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Logged, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for address in (f"http://127.0.0.1:{server.server_port}/{name}.html", files[name].as_uri()):
            with browser.new_context() as context:
                page = context.new_page()
                asked: list[str] = []
                page.on("request", lambda request, asked=asked: asked.append(request.url))
                page.goto(address)
                page.wait_for_timeout(200)
                assert [a for a in asked if not a.startswith("data:")] == [address]
        server.shutdown()
    assert Logged.asked == [f"/{name}.html"]


def test_the_policy_lets_nothing_in(browser: Browser, files: dict[str, Path]) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(files["shipped-html"].as_uri())
        refused = page.evaluate("""async () => {
          const refused = [];
          addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          const style = document.createElement("style");
          style.textContent = "body { display: none }";
          document.head.append(script, style);
          document.body.setAttribute("style", "display: none");
          document.body.insertAdjacentHTML("beforeend", '<img alt="" src="file:///x.png"><iframe src="about:blank#x"></iframe>');
          await fetch("https://example.org/").catch(() => 0);
          await new Promise((done) => setTimeout(done, 200));
          return [...refused, window.ran, getComputedStyle(document.body).display];
        }""")
    assert {"script-src-elem", "style-src-elem", "style-src-attr", "img-src", "connect-src"} <= set(refused)
    assert refused[-2:] == [None, "grid"] or refused[-2:] == [None, "block"]


def test_all_of_it_without_script(opened: Opened, shipped: Book) -> None:
    page = opened("shipped-html", 360, java_script_enabled=False)
    assert page.locator(".tools, .paragraph-link").count() == 0
    for section in shipped.sections:
        assert page.locator(f"[id='{section.id}']").is_visible()
    note = page.locator("#note-18")
    assert not note.is_visible()
    page.locator("#noteref-18 .pop").click()
    assert note.is_visible()
    page.keyboard.press("Escape")
    assert not note.is_visible()
    page.locator("#verdict-summary a[href='#note-18']").click()  # from the appendix: it stands open in its place
    assert note.is_visible()
    note.locator(".back").click()
    assert not note.is_visible()


def test_the_book_can_leave_the_script_out(shipped: Book) -> None:
    book = replace(shipped, options=MappingProxyType({**shipped.options, "script": False}))
    text = written(book)["html"].decode()
    assert "<script" not in text
    assert "<template" not in text
    assert "script-src" not in text
    assert "data-book" not in text


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("<main", "<script>x</script><main", {"V020", "V025"}),
        ("<main", '<script src="data:,x"></script><main', {"V020", "V025"}),
        ('"use strict";', '"use strict"; ', {"V020", "V025"}),
        ("script-src 'sha256-", "script-src 'unsafe-inline' 'sha256-", {"V025"}),
        ("default-src 'none'", "default-src 'self'", {"V025"}),
        ("font-display:swap", "font-display:block", {"V025"}),
    ],
)
def test_no_other_script_and_no_other_policy(shipped: Book, files: dict[str, Path],
                                             before: str, after: str, codes: set[str]) -> None:  # fmt: skip
    text = files["shipped-html"].read_text("utf-8").replace("&#x27;", "'")
    assert not verify_artifact(shipped, Artifact("x", "html", "text/html", text.encode(), 1, "documents"))
    assert before in text
    broken = Artifact("x", "html", "text/html", text.replace(before, after, 1).encode(), 1, "documents")
    assert codes <= {f.code for f in verify_artifact(shipped, broken)}
    with_script = files["shipped-audit"].read_text("utf-8").replace("<main", "<script>x</script><main", 1)
    broken = Artifact("x", "audit", "text/html", with_script.encode(), 1, "claims")
    assert {"V020", "V025"} <= {f.code for f in verify_artifact(shipped, broken)}


# ── keys, search, memory ─────────────────────────────────────────────────────


def test_a_walk_with_keys_alone(opened: Opened) -> None:
    page = opened("shipped-html", 360, 740)
    page.keyboard.press("Tab")
    assert focused(page) == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    names = []
    for _ in range(3):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert names == ["Contents", "Search", "Settings"]
    page.keyboard.press("Enter")
    assert page.locator(".settings").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".settings").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Settings"
    page.locator("#noteref-1 .pop").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "close"
    page.keyboard.press("Enter")
    assert not page.locator("#note-1").is_visible()
    assert page.evaluate("document.activeElement.parentElement.id") == "noteref-1"
    page.keyboard.press("Enter")
    assert page.locator("#note-1").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#note-1").is_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_search_finds_words_of_text_and_notes(opened: Opened, width: int) -> None:
    page = opened("shipped-html", width, 740)
    page.get_by_role("button", name="Search").press("Enter")
    page.keyboard.type("SMÚGGLED coal")  # neither case nor accents matter
    results = page.locator(".results a")
    expect(results.first.locator("mark").first).to_have_text("smuggled coal")
    assert results.first.locator(".where").text_content() == "Economic Relations, Note 4"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert focused(page) == "reading:words"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert not page.locator(".search").is_visible()
    assert page.locator("#note-4").is_visible()
    assert page.locator("#note-4").evaluate("(n) => getComputedStyle(n).backgroundColor") == SHEET
    assert page.locator("#note-4").evaluate("(n) => n.getBoundingClientRect().top < innerHeight")
    page.get_by_role("button", name="Search").press("Enter")
    page.locator("[role=searchbox]").fill("no such words at all")
    expect(page.locator(".search [role=status]")).to_have_text("Nothing found.")
    assert results.count() == 0
    page.locator("[role=searchbox]").fill("largest trading partner")
    expect(results.first.locator("mark").first).to_have_text("largest trading partner")
    results.first.click()
    assert focused(page) == "economic-relations:1"


def test_letters_are_found_in_any_dress(opened: Opened) -> None:
    page = opened("minimal-html")
    pairs = [("Café au lait", "cafe"), ("ŁÓDŹ", "łódź"), ("كِتَابٌ", "كتاب"), ("한국", "한국"), ("ﬁne", "fine"), ("don’t", "don't"),
             ("𝒜bc", "abc"), ("ザル", "ザ")]  # fmt: skip
    for text, query in pairs:
        assert page.evaluate("([text, query]) => fold(text).includes(fold(query))", [text, query]), text
    assert not page.evaluate("fold('サル').includes(fold('ザル'))")
    assert not page.evaluate("fold('한국').includes(fold('하'))")
    shown = "([text, term]) => context({text}, [fold(term)]).querySelector('mark').textContent"
    assert page.evaluate(shown, ["ﬁrst كِتَابٌ here", "كتاب"]) == "كِتَابٌ"


def test_what_is_remembered_and_forgotten(opened: Opened) -> None:
    page = opened("shipped-html", 1200)
    page.locator("[id='military-aid:2']").evaluate("(p) => p.scrollIntoView({behavior: 'instant'})")
    settings = page.get_by_role("button", name="Settings")
    expect(settings).not_to_be_in_viewport()
    page.mouse.wheel(0, -100)  # the bar comes back on the way up
    expect(settings).to_be_in_viewport()
    before = settled(page)
    settings.click()
    page.keyboard.press("Escape")  # the bar has the focus again, and the page stands where it stood
    assert page.evaluate("scrollY") == before
    page.keyboard.press("Enter")
    page.get_by_label("Large", exact=True).check()
    page.get_by_label("Sans serif").check()
    page.wait_for_function("() => ['size', 'face', 'place'].every((what) => recall()[what])")
    again = opened("shipped-html", context=page.context)
    assert again.evaluate("({...document.documentElement.dataset}).size") == "large"
    assert "Sans" in again.locator(".author p").first.evaluate("(p) => getComputedStyle(p).fontFamily").split(",")[0]
    link = again.locator(".resume a")
    assert link.text_content() == "Continue where you stopped: Military Aid"
    link.click()
    assert focused(again).startswith("military-aid:")
    again.get_by_role("button", name="Settings").click()
    assert again.get_by_label("Large", exact=True).is_checked()
    again.get_by_role("button", name="Forget").click()
    assert again.evaluate("localStorage.length") == 0
    page.wait_for_function("!remembering")  # the other window hears of it
    page.close()
    last = opened("shipped-html", context=again.context)
    assert last.locator(".resume").count() == 0


def test_forgotten_before_the_other_window_hears(opened: Opened) -> None:
    page = opened("shipped-html")
    page.evaluate("remember({size: 'large'})")
    assert page.evaluate("localStorage.length") == 1
    page.evaluate("localStorage.clear()")  # no event tells a window of its own changes
    page.evaluate("remember({place: 'military-aid'})")
    assert page.evaluate("localStorage.length") == 0


def test_a_browser_that_remembers_nothing(browser: Browser, files: dict[str, Path]) -> None:
    with browser.new_context() as context:
        context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }})")
        page = context.new_page()
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(files["shipped-html"].as_uri())
        page.get_by_role("button", name="Settings").click()
        page.get_by_label("Largest").check()
        page.evaluate("scrollTo(0, 3000)")
        page.wait_for_timeout(500)  # a place is kept 400 ms after a scroll: here it must not fail
        assert page.evaluate("document.documentElement.dataset.size") == "largest"
    assert said == []


def test_a_link_to_a_paragraph(opened: Opened) -> None:
    page = opened("shipped-html", 1440, permissions=["clipboard-read", "clipboard-write"])
    link = page.locator("[id='military-aid:1'] .paragraph-link")
    assert not link.is_visible()
    page.locator("[id='military-aid:1']").hover()
    assert link.is_visible()
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Show a link beside each paragraph").check()
    page.keyboard.press("Escape")
    page.mouse.move(0, 0)
    assert page.get_by_role("link", name="Copy a link to paragraph 1").first.is_visible()
    link.press("Enter")
    page.get_by_text("Link copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "shipped-html.html#military-aid:1"  # no path of this machine
    assert page.evaluate("location.hash") == "#military-aid:1"


@pytest.mark.parametrize("width", [360, 1200])
def test_previews_of_notes(opened: Opened, width: int) -> None:
    page = opened("shipped-html", width, 600)
    call = page.locator("#noteref-7 .pop" if width < 1200 else "#noteref-7 .beside")
    call.evaluate("(c) => c.scrollIntoView({behavior: 'instant', block: 'center'})")
    call.hover()
    preview = page.locator(".preview")
    told = page.locator(".preview:visible, #note-7.pointed")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("looks wrong by about ten times")
    assert preview.locator("a, button, [id]").count() == 0
    page.keyboard.press("Escape")
    assert not preview.is_visible()
    call.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(told).to_have_count(1)
    page.keyboard.press("Tab")
    expect(told).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_in_what_opens(opened: Opened, axe: str, width: int, scheme: str) -> None:
    page = opened("shipped-html", width, 740, color_scheme=scheme)
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Show a link beside each paragraph").check()
    assert violations(page, axe, ".settings") == []
    page.keyboard.press("Escape")
    assert violations(page, axe, ".tools") == []
    assert violations(page, axe, "#military-aid") == []  # with its links
    page.get_by_role("button", name="Search").click()
    page.keyboard.type("coal")
    page.locator(".results a").first.wait_for()
    assert violations(page, axe, ".search") == []
    page.locator(".results a").nth(1).click()  # a note
    assert violations(page, axe, "#economic-relations") == []


# ── other ways of looking ────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [360, 1440])
def test_print_has_every_note(opened: Opened, shipped: Book, width: int) -> None:
    page = opened("shipped-html", width, color_scheme="dark")
    page.emulate_media(media="print")
    hidden = page.evaluate("[...document.querySelectorAll('.note')].filter((n) => !n.getClientRects().length).length")
    assert hidden == 0
    assert page.locator(".note").count() == len(shipped.notes)
    for name in (".tools", ".skip", ".close", ".back", ".paragraph-link", ".pop"):
        assert page.locator(f"{name}:visible").count() == 0, name
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    # A browser leaves backgrounds out of prints; without them a disc would be a ring.
    marks = page.locator(".note .m.disc, .note .m.cross .bar")
    assert set(marks.evaluate_all("(all) => all.map((m) => getComputedStyle(m).printColorAdjust)")) == {"exact"}


def test_larger_type_of_the_browser_turns_to_one_column(opened: Opened) -> None:
    page = opened("shipped-html", 640, 400)  # 1280 px at 200 %
    assert not scrolls(page)
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 px at 400 %
    assert page.evaluate("getComputedStyle(document.querySelector('.tools')).position") == "static"


def test_marks_of_pages_take_no_room(opened: Opened) -> None:
    page = opened("shipped-html", 360)
    moved = page.evaluate("""() => {
      const places = () => [...document.querySelectorAll("main h2, main p, main dt, main dd")]
        .map((e) => [e.getBoundingClientRect().left, e.getBoundingClientRect().width].join());
      const before = places();
      for (const row of document.querySelectorAll(".section-title, .section, .key-to-verdicts, .found")) {
        const mark = document.createElement("span");
        mark.setAttribute("role", "doc-pagebreak");
        row.prepend(mark);
      }
      return places().filter((place, i) => place !== before[i]);
    }""")
    assert moved == []


def test_motion_contrast_and_forced_colours(opened: Opened) -> None:
    page = opened("shipped-html", reduced_motion="reduce", forced_colors="active")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    marks = page.evaluate("""['.m.disc', '.m.ring'].map((name) => {
      const style = getComputedStyle(document.querySelector(`.note ${name}`));
      return style.backgroundColor === style.color;
    })""")
    assert marks == [True, False]  # a disc is still a disc
    page = opened("shipped-html", contrast="more")
    quiet = page.locator(".quiet").first.evaluate("(q) => getComputedStyle(q).color")
    assert quiet == page.evaluate("getComputedStyle(document.body).color")


def test_the_audit_page_filters_by_verdict(opened: Opened, shipped: Book) -> None:
    page = opened("shipped-audit", 1440, java_script_enabled=False)
    rows = page.locator("tr.claim:visible")
    assert rows.count() == len(shipped.claims)
    page.locator("#show-all").focus()
    page.keyboard.press("ArrowDown")
    assert rows.count() == sum(c.verdict.key == "supported" for c in shipped.claims)
    page.emulate_media(media="print")
    assert page.locator(".filter").is_hidden()
