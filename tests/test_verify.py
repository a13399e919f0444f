"""The checks of the build can fail: every seeded change to what was published is found."""

from __future__ import annotations

import io
import pickle
import random
import re
import unicodedata
from collections.abc import Callable, Iterator

import pikepdf
import pytest

from chapbook.model import Artifact, Book
from chapbook.pipeline import build
from chapbook.preflight.content import Walk, marks
from chapbook.preflight.plain import plain
from chapbook.verify import compare, conservation, look, verify_artifact
from chapbook.verify import passages as passages_
from chapbook.verify.conservation import missing
from chapbook.verify.extract import Stream, documents, pdf_stream
from chapbook.verify.objects import objects
from chapbook.verify.passages import Passage, of_note, of_section, sections_in
from tests.conftest import ROOT

MUTANTS = 60


@pytest.fixture(scope="module")
def built() -> tuple[Book, dict[str, Artifact]]:
    result = build(ROOT, jobs=2)
    return result.book, {a.edition: a for a in result.artifacts}


def passages(book: Book) -> Iterator[Passage]:
    for section in sections_in(book, printed=True):
        if section.role.name != "copyright-page":
            yield from of_section(section)


def mutants(count: int, size: int, first: int, last: int) -> Iterator[tuple[str, int]]:
    chance = random.Random(20261124)
    for _ in range(count):
        yield chance.choice(("drop", "change", "swap")), chance.randrange(first, min(last, size - 1))


def changed(tokens: tuple[str, ...], kind: str, at: int) -> tuple[str, ...]:
    out = list(tokens)
    if kind == "drop":
        del out[at]
    elif kind == "change":
        out[at] += "x"
    else:
        out[at], out[at + 1] = out[at + 1], out[at]
    return tuple(out)


def test_every_changed_word_on_a_page_is_found(built: tuple[Book, dict[str, Artifact]]) -> None:
    book, artifacts = built
    stream, _ = pdf_stream(artifacts["pdf"].data)
    wanted = list(passages(book))
    notes = [p for n in book.notes for p in of_note(book, n)]
    assert not missing(wanted, stream, "pdf", paged=True)
    body = stream.tokens.index("Economic", stream.tokens.index("Contradicted"))
    pages = stream.pages
    end = next(i for i, p in enumerate(pages) if p == 15)
    for kind, at in mutants(MUTANTS, len(stream.tokens), body, end):
        if kind == "swap" and stream.tokens[at] == stream.tokens[at + 1]:
            continue
        if {stream.tokens[at], stream.tokens[at + 1]} & _FURNITURE:
            continue
        tokens = changed(stream.tokens, kind, at)
        mutant = Stream(tokens, pages[: len(tokens)])
        found = missing(wanted, mutant, "pdf", paged=True) or missing(notes, mutant, "pdf", paged=True)
        near = " ".join(stream.tokens[max(0, at - 4) : at + 5])
        assert found or _in_furniture(stream, at), f"{kind} at {at}: {near}"


# Short names of sources and running heads are no passages of the book's text.
_FURNITURE: set[str] = set()


def _in_furniture(stream: Stream, at: int) -> bool:
    """Whether a token belongs to a running head or to the sources named in a note."""
    near = " ".join(stream.tokens[max(0, at - 9) : at + 9])
    heads = ("How Does China Support North Korea",)
    return any(h in near for h in heads) or _after_a_note(stream, at)


def _after_a_note(stream: Stream, at: int) -> bool:
    """Between the end of a note's reason and the next note stand its sources, by number."""
    window = stream.tokens[max(0, at - 12) : at + 12]
    return sum(t.isdigit() for t in window) >= 2


@pytest.mark.parametrize("edition", ["html", "epub"])
def test_every_changed_word_in_markup_is_found(
    built: tuple[Book, dict[str, Artifact]], edition: str
) -> None:
    book, artifacts = built
    artifact = artifacts[edition]
    assert not verify_artifact(book, artifact)
    if edition == "epub":
        assert len(documents(artifact.data)) == 20
        return
    text = artifact.data.decode()
    chance = random.Random(1)
    for section in book.sections[2:12]:
        words = [p for p in of_section(section) if len(p.tokens) > 12]
        word = chance.choice([t for t in chance.choice(words).tokens if len(t) > 5])
        start = text.index(f'<section id="{section.id}"')
        shown = re.compile(rf">[^<]*?\b({word})\b")
        match = shown.search(text, text.index("<p", start))
        assert match
        at = match.start(1)
        broken = text[:at] + text[at + len(word) :]
        found = verify_artifact(book, Artifact("x", "html", "text/html", broken.encode(), 1, "documents"))
        assert found, (section.id, word)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ('href="#note-7"', 'href="#note-700"', "V011"),
        ('id="noteref-9"', 'id="noteref-8"', "V010"),
        ('id="note-3"', 'id="nota-3"', "V012"),
        ("<main", "<script>x</script><main", "V020"),
        ("<main", '<img src="https://example.org/x.png" alt=""><main', "V021"),
        ("<main", '<a href="javascript:x">x</a><main', "V020"),
        ("<main", "WeasyPrint 70.0<main", "V024"),
    ],
)
def test_faults_of_markup_are_found(
    built: tuple[Book, dict[str, Artifact]], before: str, after: str, code: str
) -> None:
    book, artifacts = built
    text = artifacts["html"].data.decode()
    assert before in text
    broken = text.replace(before, after, 1).encode()
    found = verify_artifact(book, Artifact("x", "html", "text/html", broken, 1, "documents"))
    assert code in {f.code for f in found}


def test_faults_of_pdfs_are_found(built: tuple[Book, dict[str, Artifact]]) -> None:
    book, artifacts = built
    screen, press = artifacts["pdf"], artifacts["print"]
    as_print = Artifact("x", "print", "application/pdf", screen.data, 1, "pages")
    codes = {f.code for f in verify_artifact(book, as_print)}
    assert {"V032", "V035", "V036"} <= codes
    as_screen = Artifact("x", "pdf", "application/pdf", press.data, 1, "pages")
    assert "V034" in {f.code for f in verify_artifact(book, as_screen)}


def test_the_lines_of_our_own_pages_are_told_once(built: tuple[Book, dict[str, Artifact]]) -> None:
    """The check of the print PDF takes their plainest form for granted, or it is slow; it sees all colours."""
    with pikepdf.Pdf.open(io.BytesIO(built[1]["print"].data)) as pdf:
        fine, coarse = ([(page.index, m.kind, m.colour, m.see_through) for page in pdf.pages for m in marks(page, Walk(c))]
                        for c in (False, True))  # fmt: skip
        for page in pdf.pages:
            page.contents_coalesce()
            assert plain(page.Contents.read_bytes()) is not None, page.label
    assert set(fine) == set(coarse)
    assert 2 * sum(one[1] == "text" for one in coarse) < sum(one[1] == "text" for one in fine)


def _changed(data: bytes, change: Callable[[pikepdf.Pdf], None]) -> Artifact:
    out = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(out)
    return Artifact("x", "print", "application/pdf", out.getvalue(), 1, "pages")


def test_faults_of_the_press_pdf_are_found(built: tuple[Book, dict[str, Artifact]]) -> None:
    book, artifacts = built

    def add(content: bytes) -> Callable[[pikepdf.Pdf], None]:
        def change(pdf: pikepdf.Pdf) -> None:
            pdf.pages[4].contents_add(content)

        return change

    def form(pdf: pikepdf.Pdf) -> None:
        made = pdf.make_stream(b"1 0 0 rg 0 0 9 9 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form,
                               BBox=[0, 0, 9, 9])  # fmt: skip
        pdf.pages[4].obj.Resources.XObject.Red = made
        add(b"\n/Red Do")(pdf)

    def untrapped(pdf: pikepdf.Pdf) -> None:
        del pdf.docinfo["/Trapped"]
        pdf.docinfo["/GTS_PDFXVersion"] = "PDF/X-1a:2003"

    with pikepdf.Pdf.open(io.BytesIO(artifacts["print"].data)) as pdf:
        font = next(iter(pdf.pages[4].obj.Resources.Font.keys()))
    lost = f"\nBT {font} 9 Tf 100 -20 Td <0003000400050006> Tj ET".encode()
    for change, code in ((form, "V036"), (add(b"\n0.5 g 0 0 9 9 re f 1 0 0 RG 0 0 9 9 re S"), "V036"),
                         (untrapped, "V037"), (add(lost), "V038")):  # fmt: skip
        assert code in {f.code for f in verify_artifact(book, _changed(artifacts["print"].data, change))}, code


def test_the_objects_of_our_own_screen_pdf_are_searched_as_they_are_packed(built: tuple[Book, dict[str, Artifact]]) -> None:
    """Else the check is slow; what is found so is what a walk through all objects finds."""
    data = built[1]["pdf"].data
    every = objects(data)
    assert len(every.packed) > 10
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        walked = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
        for key in ("/Alt", "/FontName", "/Dest"):
            there = {item.objgen for item in walked if key in item}
            assert there and there == {item.objgen for item in every.spelling(key) if key in item}, key


def test_each_file_is_looked_at_by_itself_and_what_it_says_can_be_sent(built: tuple[Book, dict[str, Artifact]]) -> None:
    book, artifacts = built
    files = tuple(artifact for artifact in artifacts.values() if artifact.kind != "parity")
    made = {artifact.edition for artifact in files}
    looked = [pickle.loads(pickle.dumps(look(book, artifact, made))) for artifact in reversed(files)]
    again, found = compare(book, files, looked[::-1])
    assert not found
    assert [artifact.data for artifact in again] == [artifact.data for artifact in artifacts.values()]


def _some_pages(chance: random.Random) -> tuple[list[tuple[str, ...]], Stream]:
    """Passages of few short words, and pages on which they stand: divided, run together, interrupted, some changed."""
    names = ["a", "ab", "abc", "b", "bc", "c", "2", "20", "207"][: chance.choice((4, 9))]
    wanted = [tuple(chance.choices(names, k=chance.choice((1, 2, 3, 7, 12)))) for _ in range(chance.choice((1, 3, 6)))]
    found: list[str] = []
    pages: list[int] = []
    page = 1
    for word in (word for passage in wanted for word in passage):
        cut = chance.randrange(1, len(word)) if len(word) > 1 and chance.random() < 0.1 else 0
        for part in filter(None, (word[:cut], word[cut:])):
            page += chance.random() < 0.1
            stray = chance.choices(names, k=chance.choice((0, 0, 0, 0, 1, 4)))
            found += (part, *stray)
            pages += [page] * (1 + len(stray))
        if chance.random() < 0.05 and len(found) > 1:
            found[-2:] = ["".join(found[-2:])]
            pages.pop()
    return wanted, Stream(tuple(found), tuple(pages))


def test_what_is_looked_for_by_an_index_is_what_is_found_word_by_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a page has more words than are reached over, and a passage seems to begin many times on it."""
    monkeypatch.setattr(conservation, "_REACH", 20)
    monkeypatch.setattr(conservation, "TOP", 5)
    monkeypatch.setattr(conservation, "_LINES", 4)
    chance = random.Random(20261125)
    for _ in range(1500):
        wanted, stream = _some_pages(chance)
        size = len(stream.tokens)
        for passage in wanted:
            start, end = chance.randrange(size), chance.randrange(size + 9)
            one = next((at for at in range(start, min(end, size)) if conservation._matches(passage[:5], stream.tokens, at)), None)
            assert conservation._beginning(passage[:5], stream, start, end) == one
        with monkeypatch.context() as forgetful:
            forgetful.setattr(conservation._Lost, "__setitem__", lambda *_: None)
            without = [_followed(stream, passage, start) for passage in wanted for start in (0, size // 3)]
        assert [_followed(stream, passage, start) for passage in wanted for start in (0, size // 3)] == without


def _followed(stream: Stream, passage: tuple[str, ...], start: int) -> tuple[int | None, bytes]:
    used = bytearray(len(stream.tokens))
    return conservation.follow(passage, stream, start, used), bytes(used)


def test_texts_that_are_cut_without_a_further_look_have_nothing_to_compose_or_take_out() -> None:
    for char in map(chr, range(0x110000)):
        parts = unicodedata.normalize("NFD", char)
        assert all(map(passages_._ODD.search, parts[1:])), char  # whatever is composed with what stands before it
        if not passages_._ODD.search(char):
            assert unicodedata.normalize("NFC", char) == char, char
            assert not passages_._SHAPING.search(char) and not passages_._OF_KIN.search(char), char
