"""The book laid out part by part is the book laid out as one document; no process is left behind."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from chapbook.compose import furniture, pages, parts
from chapbook.compose.style import JOINT, default_styles
from chapbook.errors import EngineError
from chapbook.pdftext import body_texts, page_texts
from chapbook.pipeline import build, check
from chapbook.writers import aside, bodies, plates, press, screen, weasy
from chapbook.writers.merge import saved
from chapbook.writers.weasy import Layout
from tests.conftest import ROOT
from tests.test_books import BOOKS


@pytest.fixture(scope="module", params=BOOKS, ids=str)
def both(request: pytest.FixtureRequest) -> tuple[Layout, Layout]:
    result = check(BOOKS[request.param])
    styles = result.project.styles or default_styles()
    assert parts.divisible(styles)
    whole = weasy.lay_out(pages.compose(result.book, styles))
    joined, binding, _ = bodies.lay_out_parts(result.book, styles, 2, lambda _step, _what: None, hands=bodies.Hands(read=body_texts))
    return whole, replace(joined, pdf=saved(binding.bind([work() for work in binding.heads])))


def test_pages_break_where_they_did_and_say_the_same(both: tuple[Layout, Layout]) -> None:
    whole, joined = both
    ours, theirs = (page_texts(layout.pdf) for layout in (joined, whole))
    assert len(ours) == len(theirs)
    for number, (one, other) in enumerate(zip(ours, theirs, strict=True), start=1):
        assert one.split() == other.split(), f"page {number}"


def test_pages_of_parts_say_what_those_of_the_book_say(both: tuple[Layout, Layout]) -> None:
    """So they can be read, and marked in EPUB and HTML, while the book is being put together."""
    assert both[1].texts == body_texts(both[1].pdf)


@pytest.mark.parametrize("name", ["scholarly", "illustrated", "arabic"])
def test_the_press_pdf_of_plates_is_that_of_the_master(name: str) -> None:
    """Made ready part by part, or put together first: the same instructions on the same pages, the same files."""
    result = check(BOOKS[name])
    styles = result.project.styles or default_styles()
    ready = partial(plates.ready, inks=plates.house_inks(result.book, styles))
    _, binding, _ = bodies.lay_out_parts(result.book, styles, 1, lambda _step, _what: None, hands=bodies.Hands(prepare=ready))
    _, late, _ = bodies.lay_out_parts(result.book, styles, 1, lambda _step, _what: None)
    heads, later = ([work() for work in one.heads] for one in (binding, late))
    shown = screen.written(result.book, binding.bind(heads))
    assert shown == screen.written(result.book, late.bind(later)), "fonts looked at before are those looked at here"
    pressed = press.pressed(result.book, binding.bind(heads, tagged=False))
    whole = press.press(result.book, saved(late.bind(later)), styles)
    assert replace(pressed, data=b"") == replace(whole, data=b"")
    assert list(_painted(pressed.data)) == list(_painted(whole.data))
    first, other = (bytes(pikepdf.open(io.BytesIO(data)).trailer.ID[0]) for data in (pressed.data, shown))
    assert first != other, "a file has an identity of its own (ISO 32000-1, 14.4)"


def test_a_book_laid_out_as_a_whole_is_pressed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A style sheet that asks for pages in ways of its own makes the book one part, which is put in inks late."""
    made = []
    for divided in (True, False):
        monkeypatch.setattr(parts, "divisible", lambda _styles, said=divided: said)
        files = {a.edition: a.data for a in build(BOOKS["minimal"], ("pdf", "print"), 1).artifacts}
        made.append([page.split() for edition in ("pdf", "print") for page in page_texts(files[edition])])
        with pikepdf.open(io.BytesIO(files["print"])) as pdf:
            assert "/StructTreeRoot" not in pdf.Root
            assert not any(re.search(rb"\srg\s", page.obj.Contents.read_bytes()) for page in _whole_pages(pdf))
    assert made[0] == made[1]


def _whole_pages(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Page]:
    for page in pdf.pages:
        page.contents_coalesce()
        yield page


def _painted(data: bytes) -> Iterator[tuple[object, ...]]:
    """Each page's instructions, boxes, and what it names, by content."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.contents_coalesce()
            boxes = [page.obj[box].unparse() for box in ("/MediaBox", "/BleedBox", "/TrimBox")]
            forms = {key: form.read_bytes().split() for key, form in page.obj.Resources.XObject.items()}
            fonts = {
                key: (font.ToUnicode.read_bytes(), font.DescendantFonts[0].W.unparse(),
                      font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes())
                for key, font in page.obj.Resources.get("/Font", {}).items()
            }  # fmt: skip
            yield page.obj.Contents.read_bytes().split(), boxes, forms, fonts, sorted(page.obj.Resources.keys())


def test_places_and_links(both: tuple[Layout, Layout]) -> None:
    whole, joined = both
    assert joined.places == whole.places
    assert list(_links(joined)) == list(_links(whole))


def test_bookmarks(both: tuple[Layout, Layout]) -> None:
    whole, joined = both
    assert list(_outline(joined)) == list(_outline(whole))


def test_the_structure_is_one_tree(both: tuple[Layout, Layout]) -> None:
    """Every key of a page or link leads to an element, and every element to the root."""
    with pikepdf.Pdf.open(io.BytesIO(both[1].pdf)) as pdf:
        root = pdf.Root.StructTreeRoot
        numbers = list(root.ParentTree.Nums)
        keys = [int(key) for key in numbers[::2]]
        assert keys == list(range(len(keys)))
        used = [int(page.obj.StructParents) for page in pdf.pages if "/StructParents" in page.obj]
        used += [int(a.StructParent) for p in pdf.pages for a in p.obj.get("/Annots", ()) if "/StructParent" in a]
        assert sorted(used) == sorted(set(used)) and set(used) <= set(keys)
        for value in numbers[1::2]:
            for element in value if isinstance(value, pikepdf.Array) else [value]:
                while "/P" in element:
                    element = element.P
                assert element.objgen == root.objgen


def test_structure_of_parts_is_that_of_the_whole(both: tuple[Layout, Layout]) -> None:
    whole, joined = both
    assert [k for k in _kinds(joined) if k != "/Part"] == [k for k in _kinds(whole) if k != "/Part"]


def test_identifiers_in_the_structure_are_one_each(both: tuple[Layout, Layout]) -> None:
    """ISO 32000-1, 14.7.2: two elements may not have one `/ID`; headers of table cells find theirs."""
    with pikepdf.Pdf.open(io.BytesIO(both[1].pdf)) as pdf:
        elements = [i for i in pdf.objects if isinstance(i, pikepdf.Dictionary) and "/S" in i and "/P" in i]
        names = [bytes(element.ID) for element in elements if "/ID" in element]
        assert len(names) == len(set(names))
        for element in elements:
            about = element.get("/A", pikepdf.Array())
            for said in about if isinstance(about, pikepdf.Array) else [about]:
                assert {bytes(name) for name in said.get("/Headers", ())} <= set(names)


def _compact(layout: Layout) -> int:
    out = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(layout.pdf)) as pdf:
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return len(out.getvalue())


def test_fonts_are_there_once(both: tuple[Layout, Layout]) -> None:
    whole, joined = both
    assert _compact(joined) < 1.2 * _compact(whole) + 10_000
    names = []
    with pikepdf.Pdf.open(io.BytesIO(joined.pdf)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                names.append(str(item.FontName))
    assert len(names) == len(set(names))


def _links(layout: Layout) -> Iterator[tuple[int, str]]:
    with pikepdf.Pdf.open(io.BytesIO(layout.pdf)) as pdf:
        named = [bytes(name) for name in list(pdf.Root.Names.Dests.Names)[::2]]
        assert named == sorted(named)
        for number, page in enumerate(pdf.pages):
            for annotation in page.obj.get("/Annots", ()):
                target = annotation.get("/Dest")
                if target is not None:
                    assert bytes(target) in named
                yield number, str(annotation.A.URI if target is None else target)


def _outline(layout: Layout) -> Iterator[tuple[int, str, int]]:
    with pikepdf.Pdf.open(io.BytesIO(layout.pdf)) as pdf:
        index = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}

        def walk(item: Any, depth: int) -> Iterator[tuple[int, str, int]]:
            while item is not None:
                yield depth, str(item.Title), index[item.Dest[0].objgen]
                yield from walk(item.get("/First"), depth + 1)
                item = item.get("/Next")

        yield from walk(pdf.Root.Outlines.First, 0)


def _kinds(layout: Layout) -> list[str]:
    with pikepdf.Pdf.open(io.BytesIO(layout.pdf)) as pdf:

        def walk(element: Any) -> Iterator[str]:
            yield str(element.S)
            kids = element.get("/K", ())
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                    yield from walk(kid)

        return list(walk(pdf.Root.StructTreeRoot.K[0]))


def test_progress_counts_parts_and_pages() -> None:
    result, said = check(BOOKS["minimal"]), []
    joined = bodies.lay_out_book(result.book, default_styles(), 1, lambda step, what: said.append((step, what)))
    assert {step for step, _ in said} == {"write"}
    count = len(parts.parts(result.book))
    assert said[-2][1].startswith(f"{count} of {count} parts laid out")
    assert said[-1][1] == f"{joined.pages} pages put together"


# ── processes ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_results_are_in_order_and_the_first_error_counts(jobs: int) -> None:
    def slow(number: int) -> int:
        time.sleep(0.02 * (3 - number))
        return number

    assert aside.spread([lambda n=n: slow(n) for n in range(4)], jobs) == [0, 1, 2, 3]  # type: ignore[misc]

    def fail(number: int) -> int:
        if number in (1, 2):
            raise EngineError(f"number {number}")
        return number

    with pytest.raises(EngineError, match="number 1"):
        aside.spread([lambda n=n: fail(n) for n in range(4)], jobs)  # type: ignore[misc]


def test_this_process_does_its_share(tmp_path: Path) -> None:
    def who() -> int:
        (tmp_path / str(os.getpid())).touch()
        until = time.monotonic() + 60
        while len([*tmp_path.iterdir()]) < 2:  # the other has begun too
            assert time.monotonic() < until, "it is alone"
            time.sleep(0.002)
        return os.getpid()

    heard: list[int] = []
    pids = aside.spread([who] * 8, 2, lambda index, _pid: heard.append(index), here=True)
    assert sorted(heard) == list(range(8))
    assert os.getpid() in pids
    assert len({*pids}) == 2

    def fail(number: int) -> int:
        if number in (3, 6):
            raise EngineError(f"number {number}")
        return number

    with pytest.raises(EngineError, match="number 3"):
        aside.spread([partial(fail, n) for n in range(8)], 2, here=True)


def test_a_child_that_dies_is_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(EngineError, match="child process"):
        aside.spread([lambda: os._exit(7), lambda: 1], 2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_build_leaves_no_process_and_no_file(number: int, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "build.py"), "--out", str(tmp_path / "dist"), "--jobs", "2"]
    build = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    try:
        children = _two_children(build)
        build.send_signal(number)
        assert build.wait(30) == 128 + number
    finally:
        build.kill()
        build.communicate()
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
    assert not (tmp_path / "dist").exists()
    assert not [p for p in tmp_path.iterdir() if p.name.endswith((".new", ".old"))]


def test_a_signal_waits_while_an_extension_is_imported() -> None:
    """pikepdf's would abort, or call itself broken."""
    heard: list[str] = []
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: heard.append("signal"))
    try:
        with aside.undisturbed():
            signal.pthread_kill(threading.get_ident(), signal.SIGTERM)  # the tests' runner has threads of its own
            heard.append("imported")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == ["imported", "signal"]


def _two_children(build: subprocess.Popen[bytes]) -> list[int]:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and build.poll() is None:
        time.sleep(0.05)
        with contextlib.suppress(OSError):
            listed = Path(f"/proc/{build.pid}/task/{build.pid}/children").read_text().split()
            found = [int(pid) for pid in listed if "python" in Path(f"/proc/{pid}/comm").read_text()]
            if len(found) == 2:
                return found
    pytest.fail("the build had no two children")


def test_the_sheets_of_parts_and_of_running_heads_share_their_largest_piece() -> None:
    book, styles = check(ROOT).book, default_styles()
    of_parts, of_heads = parts.part_sheet(book, styles).split(JOINT), furniture.furniture_sheet(book, styles).split(JOINT)
    assert of_parts[1] == of_heads[1]
    assert len(of_parts[1]) > len("".join(of_parts)) / 2
    assert of_parts[1] == parts.usual_rules(styles, book.work.lang)
    right_to_left = replace(book, work=replace(book.work, lang="ar"))
    assert parts.part_sheet(right_to_left, styles).split(JOINT)[1] == parts.usual_rules(styles, "ar")
