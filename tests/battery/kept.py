"""Group C: nothing is lost, and the check that says so can fail."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from chapbook.diagnostics import Diagnostic
from chapbook.errors import ChapbookError
from chapbook.pipeline import Result, build, check
from chapbook.walking import plain_text
from chapbook.verify.passages import tokens
from chapbook.words import words
from tests import test_parity as parity
from tests.battery.bench import Bench, Files
from tests.battery.rows import slow
from tests.books_by_hand import unfold
from tests.conftest import ROOT

SEED = 20261125


def words_of(text: str) -> Counter[str]:
    """The words of a text with letters in them, whatever their case and hyphens."""
    return Counter(word for word in re.findall(r"[^\W\d_]{4,}", text.casefold().replace("\u00ad", "")))


def row_88_conservation(b: Bench) -> None:
    """The words of the source tree in EPUB, HTML and both PDFs: none missing, none added but furniture."""
    books = {"scholarly": ROOT / "tests/books/scholarly", "illustrated": ROOT / "tests/books/illustrated"}
    for name, root in books.items():
        result = build(root, jobs=2)
        files = Files(_put(b, name, result))
        book = result.book
        parts = [part for s in book.sections for part in (s.title, s.blocks)] + [n.blocks for n in book.notes]
        wanted = words_of(" ".join(piece for part in parts for piece in _pieces(part)))
        furniture = words_of(" ".join((*words(book.work.lang).values(), book.work.title, book.work.subtitle, book.work.description, *book.work.authors,
                                       *(plain_text(s.title) for s in book.sections),
                                       *(plain_text(i.entry) for i in book.items), str([i.data for i in book.items]))))  # fmt: skip
        for edition, text in files.texts():
            found = words_of(text)
            alone = {w: n for w, n in (wanted - found).items() if not _divided(w, found)}
            assert not alone, (name, edition, "missing", alone)
            added = {w for w in found - wanted if w not in furniture and w not in wanted and not _part(w, wanted + furniture)}
            assert not added, (name, edition, "added", added)


def _pieces(part: object) -> Iterator[str]:
    """The text of each innermost block, and of what stands beside blocks: titles, terms, summaries."""
    if isinstance(part, tuple) and part and isinstance(part[0], str | tuple):
        for piece in part:
            yield from _pieces(piece)
    elif isinstance(part, tuple) and any(hasattr(n, "blocks") or hasattr(n, "items") or type(n).__name__ in _LEAVES for n in part):
        for node in part:
            yield from _pieces(node)
    elif isinstance(part, tuple):
        yield plain_text(part, alts=False)
    elif type(part).__name__ in _LEAVES or isinstance(part, str):
        yield part if isinstance(part, str) else plain_text(part, alts=False)
    elif hasattr(part, "__dataclass_fields__"):
        for name in part.__dataclass_fields__:
            value = getattr(part, name)
            if isinstance(value, tuple) and name not in ("attr", "aligns", "widths"):
                yield from _pieces(value)


_LEAVES = ("Para", "Heading", "CodeBlock", "LineBlock")


def _put(b: Bench, name: str, result: Result) -> Path:
    folder = b.folder / name
    folder.mkdir()
    for artifact in result.artifacts:
        (folder / artifact.name).write_bytes(artifact.data)
    return folder


def _divided(word: str, found: Counter[str]) -> bool:
    """Whether a word stands in two parts, as at a line's end where the hyphen is the author's."""
    return any(word[:i] in found or word[i:] in found for i in range(2, len(word) - 1))


def _part(word: str, known: Counter[str]) -> bool:
    return any(word in other or other in word for other in known)


@slow
def row_89_mutations(b: Bench) -> None:
    """200 seeded changes of published files, each found: the test that every run of pytest has too."""
    made = parity.made.__wrapped__() if hasattr(parity.made, "__wrapped__") else None
    if made is None:
        made = parity.made._get_wrapped_function()()  # type: ignore[attr-defined]
    parity.test_every_change_is_found(made)
    b.numbers["mutations found"] = f"{parity.CHANGES} of {parity.CHANGES}"


# ── fuzz ─────────────────────────────────────────────────────────────────────

GOOD = (
    "# Chapter wa1 wa2\n\nParagraph wa3 with *wa4* and **wa5**, a [link wa6](https://example.org/wa7) and `wa8`.[^a]\n\n"
    "- item wa9\n- item wa10\n    - inner wa11\n\n1. first wa12\n2. second wa13\n\n> quotation wa14\n> wa15\n\n"
    "| head wa16 | head wa17 |\n|---|---|\n| cell wa18 | cell wa19 |\n\n```\ncode wa20\n```\n\n[^a]: Note wa21.\n\n"
    "Term wa22\n:   Definition wa23\n\n## Second wa24 {#second}\n\nSee [wa25](#second) and “wa26”, ~~wa27~~.\n",
    "# Other wb1\n\nText wb2 in lines\nwb3 and wb4.\n\n::: {.note}\nA block wb5.\n:::\n\nA line\\\nbroken wb6.\n\n"
    "+------+------+\n| wb7  | wb8  |\n+======+======+\n| wb9  | wb10 |\n+------+------+\n\n"
    "H~2~O wb11 and x^2^ wb12. <u>wb13</u> and <b>wb14</b>.\n\n    indented wb15\n\n* * *\n\nThe end wb16.\n",
)
BITS = ("[", "]", "(", ")", "`", "```\n", "*", "**", "_", "~", "^", "|", "\n", "\n\n", "    ", "<", ">", "<!--", "-->", "$",
        "$$", "\\", "{", "}", "{.x}", "[^a]", "[^b]", "[^b]: ", ":::\n", "::: {.y}\n", "#", "## ", "- ", "1. ", "+---+\n", "---\n",
        "% ", "@key", "[@key]", "<div>", "</div>", "<b>", "![", "](", "\"", "'", "…", "\u200b", "\t", "&amp;", "&", "...\n", ": ",
        "~~~\n", "<script>", "<a href='x'>", "\u202e", "\x07", "http://", "C:\\", "\\begin{x}", "(@)", "[a]: b\n", "{=html}")  # fmt: skip


def mutated(text: str, chance: random.Random) -> str:
    """A good chapter after one to four accidents of typing."""
    for _ in range(chance.randint(1, 4)):
        at, end = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
        end = min(end, at + chance.choice((1, 2, 5, 20, 60)))
        kind = chance.randrange(6)
        if kind == 0:
            text = text[:at] + text[end:]
        elif kind == 1:
            text = text[:end] + text[at:end] + text[end:]
        elif kind == 2:
            lines = text.split("\n")
            a = chance.randrange(len(lines))
            lines[a : a + 2] = reversed(lines[a : a + 2])
            text = "\n".join(lines)
        elif kind == 3:
            text = text[:at]
        else:
            text = text[:at] + chance.choice(BITS) + text[at:]
    return text


def lost(text: str, result: Result) -> set[str]:
    """Words of the chapter that are nowhere in what was read, and of which nothing was said."""
    seen = re.sub(r"<!--.*?-->", " ", text, flags=re.DOTALL)
    wanted = set(re.findall(r"w[ab]\d+", seen))
    held = set(re.findall(r"w[ab]\d+", repr((result.book.sections, result.book.notes)).replace(repr(text), "")))
    kept = set()
    for section in result.book.sections:
        kept |= set(re.findall(r"w[ab]\d+", repr((section.title, section.blocks))))
    kept |= set(re.findall(r"w[ab]\d+", repr([n.blocks for n in result.book.notes])))
    said = {d.position.line for d in result.diagnostics if d.position}
    lines = text.split("\n")
    excused = {w for n in said if n <= len(lines) for w in re.findall(r"w[ab]\d+", lines[n - 1])}
    assert held is not None
    return wanted - kept - excused


def fuzz(b: Bench, runs: int, builds: int) -> None:
    """Seeded accidents: never a traceback, never a hang, never a loss that is not said."""
    refused = 0
    chance = random.Random(SEED)
    for run in range(runs):
        text = mutated(GOOD[run % len(GOOD)], chance)
        root = unfold("\n=== manuscript/book.yaml\ntitle: A\nauthor: A\nlang: en\n", b.folder / f"f{run}")
        (root / "manuscript" / "01.md").write_text(text, "utf-8", newline="")
        try:
            result = check(root)
        except ChapbookError as error:
            found: tuple[Diagnostic, ...] = getattr(error, "diagnostics", ())
            assert found, (run, text, error)
            refused += 1
        else:
            assert not (gone := lost(text, result)), f"run {run}: {gone} lost without a word in:\n{text}"
            if builds and run % (runs // builds) == 0:
                b.builds(root, only="epub,html")
    assert runs / 10 < refused < runs * 0.95, refused
    b.numbers["fuzz"] = f"{runs} runs, {refused} refused, 0 silent losses"


@slow
def row_90_fuzz(b: Bench) -> None:
    fuzz(b, 2_000, 20)


def small_fuzz(b: Bench) -> None:
    """The first of the same runs, for every run of pytest."""
    fuzz(b, 60, 0)


assert tokens("a")
