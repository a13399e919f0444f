"""The sections of a book: each file of the manuscript through pandoc, or as it was read before."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chapbook import redaction
from chapbook.diagnostics import Diagnostic, Position
from chapbook.model import Section, Source
from chapbook.read import pandoc
from chapbook.read.from_pandoc import read_blocks
from chapbook.read.kept import Kept, Read
from chapbook.read.prescan import prescan
from chapbook.read.report import Report
from chapbook.roles import role_of
from chapbook.tree import Anchor, Blocks, Heading
from chapbook.walking import plain_text, walk


def read_sections(
    sources: tuple[Source, ...], citekeys: frozenset[str], lang: str, found: list[Diagnostic],
    meanwhile: Callable[[], None], kept: Kept, jobs: int,
) -> tuple[Section, ...]:  # fmt: skip
    """Every file as a section; `found` gets what is wrong with them. `meanwhile` is done while pandoc reads."""
    known = {source.path: kept.blocks(source, citekeys, lang) for source in sources}
    heavy = {source.path: prescan(source) if known[source.path] is None else () for source in sources}
    found.extend(d for problems in heavy.values() for d in problems)
    sources = tuple(source for source in sources if not heavy[source.path])
    new = [source for source in sources if known[source.path] is None]
    warnings: list[str] = []
    reads: dict[str, Read | str] = {}  # by path; pandoc's own words where it cannot read a file

    def others() -> None:
        meanwhile()
        reads.update((path, again()) for path, again in known.items() if again)

    trees = _trees(new, warnings, others, jobs)
    for source, tree in zip(new, trees, strict=False):
        reads[source.path] = tree if isinstance(tree, str) else _read(source, tree, citekeys, lang)
    for _ in trees:  # to its end, where it says how pandoc ended
        pass
    before, sections = len(found), []
    for source in sources:
        read = reads[source.path]
        if isinstance(read, str):
            found.append(Diagnostic("R001", f"pandoc cannot read it: {read}", Position(source.path),
                                    "look for what is not closed, or is nested deep"))  # fmt: skip
            continue
        found.extend(read[1])
        sections.append(_section(source, read[0]))
    found[before:before] = (Diagnostic("R002", f"pandoc warns: {line}", None, "mend what it names") for line in warnings)
    if not warnings:  # they do not say whose they are
        for source in new:
            if not isinstance(read := reads[source.path], str):
                kept.keep_blocks(source, citekeys, lang, read)
    return tuple(sections)


def _trees(
    sources: list[Source], warnings: list[str], meanwhile: Callable[[], None], jobs: int
) -> Iterator[pandoc.Json | str]:
    if sources:
        yield from pandoc.read_markdown([source.text for source in sources], warnings, meanwhile=meanwhile, jobs=jobs)
    else:
        meanwhile()


def _read(source: Source, tree: pandoc.Json, citekeys: frozenset[str], lang: str) -> Read:
    report = Report(source, citekeys=citekeys, lang=lang)
    if redaction.BAR in source.text:
        tree = redaction.without_bars(tree, lang)
    return read_blocks(tree["blocks"], report), tuple(report.found)


def _section(source: Source, blocks: Blocks) -> Section:
    title, blocks = _title(blocks)
    return Section(
        id=title.attr.id if title else "",
        role=role_of(title.attr.classes if title else ()),
        title=title.content if title else (),
        blocks=blocks,
        source=source,
        level=title.level if title else 1,
        lang=title.attr.get("lang") if title else None,
        position=_first_heading(source) if title else Position(source.path),
    )


def _title(blocks: Blocks) -> tuple[Heading | None, Blocks]:
    """The heading a section begins with, and the rest; anchors may stand before it."""
    for index, block in enumerate(blocks):
        if isinstance(block, Heading):
            return block, (*blocks[:index], *blocks[index + 1 :])
        if plain_text(block).strip() or not any(isinstance(n, Anchor) for n in walk(block)):
            break
    return None, blocks


def _first_heading(source: Source) -> Position:
    stripped = source.text.lstrip()
    return source.at(len(source.text) - len(stripped))
