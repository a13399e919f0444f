"""Step 3, read: the manuscript's files into one `Book`, not yet completed by the passes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from chapbook import redaction
from chapbook.config import BOOK_YAML, Project
from chapbook.diagnostics import Diagnostic, Position
from chapbook.lock import NAME as LOCK
from chapbook.model import Book, Claim, Item, Picture, Section, Source, Verdict
from chapbook.read import pandoc
from chapbook.read.bibliography import read_bibliography
from chapbook.read.evidence import check_quotes, with_archives
from chapbook.read.from_pandoc import read_blocks
from chapbook.textfile import read_bytes, read_text
from chapbook.policy import STANDARD, vocabulary
from chapbook.read.ledger import read_ledger
from chapbook.read.pictures import read_picture
from chapbook.read.prescan import prescan
from chapbook.read.profile import profile_in_book, read_printing
from chapbook.read.report import Report
from chapbook.read.spoken import texts_of
from chapbook.roles import role_of
from chapbook.scripts import faces_for
from chapbook.tree import Anchor, Blocks, Heading, Image, plain_text, walk


def read(
    project: Project, sources: Iterable[Source], meanwhile: Callable[[], None] = lambda: None
) -> tuple[Book, tuple[Diagnostic, ...]]:
    """The book as written, and what could not be read; `meanwhile` is done while pandoc reads."""
    found: list[Diagnostic] = []
    items, lock = with_archives(project.root, read_items(project, found), found)
    sections = _sections(tuple(sources), frozenset(item.key for item in items), project.work.lang, found, meanwhile)
    claims = _ledger(project, found)
    check_quotes(project.root, claims, lock, found)
    book = Book(
        work=project.work,
        imprint=project.imprint,
        trim=project.trim,
        sections=sections,
        claims=claims,
        verdicts=_shown(project, claims),
        items=items,
        options=MappingProxyType({**_with_style(project, found), "printing": read_printing(project, found)}),
        policy=project.policy,
        sheets=project.sheets,
    )
    pictures = _pictures(project, sections, found)
    faces = faces_for(texts_of(book))
    return replace(book, pictures=MappingProxyType(pictures), faces=faces), tuple(found)


def _sections(
    sources: tuple[Source, ...], citekeys: frozenset[str], lang: str, found: list[Diagnostic],
    meanwhile: Callable[[], None],
) -> tuple[Section, ...]:  # fmt: skip
    heavy = {source.path: prescan(source) for source in sources}
    found.extend(d for problems in heavy.values() for d in problems)
    sources = tuple(source for source in sources if not heavy[source.path])
    warnings: list[str] = []
    before = len(found)
    trees = pandoc.read_markdown([source.text for source in sources], warnings, meanwhile=meanwhile) if sources else ()
    sections = []
    for source, tree in zip(sources, trees, strict=True):
        if isinstance(tree, str):
            found.append(Diagnostic("R001", f"pandoc cannot read it: {tree}", Position(source.path),
                                    "look for what is not closed, or is nested deep"))  # fmt: skip
            continue
        report = Report(source, citekeys=citekeys, lang=lang)
        if redaction.BAR in source.text:
            tree = redaction.without_bars(tree, lang)
        blocks = read_blocks(tree["blocks"], report)
        found.extend(report.found)
        title, blocks = _title(blocks)
        sections.append(
            Section(
                id=title.attr.id if title else "",
                role=role_of(title.attr.classes if title else ()),
                title=title.content if title else (),
                blocks=blocks,
                source=source,
                level=title.level if title else 1,
                lang=title.attr.get("lang") if title else None,
                position=_first_heading(source) if title else Position(source.path),
            )
        )
    found[before:before] = (Diagnostic("R002", f"pandoc warns: {line}", None, "mend what it names") for line in warnings)
    return tuple(sections)


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


def path_in_book(project: Project, name: str) -> str:
    """A file named in book.yaml: beside book.yaml, or relative to the book's folder."""
    beside = f"manuscript/{name}"
    return beside if (project.root / beside).is_file() else name


def files_used(project: Project, book: Book) -> tuple[str, ...]:
    """Every file the book is made from, relative to its folder, in the order of names."""
    named = (*project.bibliography, project.claims_file, project.csl)
    paths = {BOOK_YAML, *(s.source.path for s in book.sections), *book.pictures,
             *(path_in_book(project, name) for name in named if name)}  # fmt: skip
    if project.styles:
        paths |= {f"styles/{p.name}" for p in project.styles.iterdir() if p.is_file()}
    paths |= {LOCK} if (project.root / LOCK).is_file() else set()
    paths |= {profile} if (profile := profile_in_book(project)) else set()
    return tuple(sorted(paths))


def _with_style(project: Project, found: list[Diagnostic]) -> Mapping[str, object]:
    """The options, and the citation style the book names as bytes (`csl-style`)."""
    if not project.csl:
        return project.options
    path = path_in_book(project, project.csl)
    problems: list[Diagnostic] = []
    style = read_bytes(project.root, path, problems)
    found.extend(replace(p, hint="mend `csl` in book.yaml") for p in problems)
    return MappingProxyType({**project.options, "csl-style": style})


def _ledger(project: Project, found: list[Diagnostic]) -> tuple[Claim, ...]:
    if not project.claims_file:
        return ()
    path = path_in_book(project, project.claims_file)
    text = read_text(project.root, path, found, project.work.lang)
    known = vocabulary(project.policy, project.work.lang)
    claims, problems = read_ledger(Source(path, text), known) if text is not None else ((), ())
    found.extend(problems)
    return claims


def _shown(project: Project, claims: tuple[Claim, ...]) -> tuple[Verdict, ...]:
    """The verdicts a book prints: the four of a finished check always, others where given."""
    given = {claim.verdict.key for claim in claims}
    always = {key for key, _ in STANDARD} - {"unchecked"}
    known = vocabulary(project.policy, project.work.lang) if claims else ()
    return tuple(v for v in known if v.key in always | given)


def read_items(project: Project, found: list[Diagnostic]) -> tuple[Item, ...]:
    """The sources of all bibliography files of a book."""
    items: dict[str, Item] = {}
    for name in project.bibliography:
        path = path_in_book(project, name)
        text = read_text(project.root, path, found, project.work.lang)
        if text is None:
            continue
        read_items, problems = read_bibliography(Source(path, text))
        found.extend(problems)
        for item in read_items:
            if item.key in items:
                found.append(Diagnostic("B002", f"the source `{item.key}` stands twice",
                                        item.position, f"first in {items[item.key].position}"))  # fmt: skip
            items.setdefault(item.key, item)
    return tuple(items.values())


def _pictures(
    project: Project, sections: tuple[Section, ...], found: list[Diagnostic]
) -> dict[str, Picture]:
    """Every picture of the text; an address of the web is left for lint to refuse."""
    pictures: dict[str, Picture] = {}
    refused: set[str] = set()
    for section in sections:
        report = Report(section.source)
        for node in walk((section.title, section.blocks)):
            if not isinstance(node, Image) or node.target in pictures or node.target in refused:
                continue
            place = report.place(node.target)
            if "://" in node.target or node.target.startswith(("//", "data:")):
                found.append(Diagnostic("I001", f"a picture from elsewhere: {node.target[:60]}",
                                        place, "save it under assets/ and name it there"))  # fmt: skip
                continue
            picture = read_picture(project.root, node.target, place, found)
            if picture is None:
                refused.add(node.target)
            else:
                pictures[node.target] = picture
    return pictures
