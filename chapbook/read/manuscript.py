"""Step 3, read: the manuscript's files into one `Book`, not yet completed by the passes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from chapbook.config import BOOK_YAML, Project
from chapbook.diagnostics import Diagnostic
from chapbook.lock import NAME as LOCK
from chapbook.model import Book, Claim, Item, Picture, Section, Source, Verdict
from chapbook.read import pandoc
from chapbook.read.bibliography import Convert, read_bibliography
from chapbook.read.evidence import check_quotes, with_archives
from chapbook.textfile import read_bytes, read_text
from chapbook.policy import STANDARD, vocabulary
from chapbook.read.kept import Kept
from chapbook.read.ledger import read_ledger
from chapbook.read.pictures import read_picture
from chapbook.read.profile import profile_in_book, read_printing
from chapbook.read.report import Report
from chapbook.read.sections import read_sections
from chapbook.read.spoken import faces_of
from chapbook.tree import Image
from chapbook.walking import walk


def read(
    project: Project, sources: Iterable[Source], meanwhile: Callable[[], None] = lambda: None,
    kept: Kept | None = None, jobs: int = 1,
) -> tuple[Book, tuple[Diagnostic, ...]]:
    """The book as written, and what could not be read; `meanwhile` is done while pandoc reads.

    `kept` has files as they were read before.
    """
    found: list[Diagnostic] = []
    kept = kept or Kept()
    items, lock = with_archives(project.root, read_items(project, found, kept.convert), found)
    citekeys = frozenset(item.key for item in items)
    sections = read_sections(tuple(sources), citekeys, project.work.lang, found, meanwhile, kept, jobs)
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
    pictures = _pictures(project, sections, found, kept)
    faces = faces_of(book)
    return replace(book, pictures=MappingProxyType(pictures), faces=faces), tuple(found)


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


def read_items(project: Project, found: list[Diagnostic], convert: Convert = pandoc.convert) -> tuple[Item, ...]:
    """The sources of all bibliography files of a book; `convert` as for `read_bibliography`."""
    items: dict[str, Item] = {}
    for name in project.bibliography:
        path = path_in_book(project, name)
        text = read_text(project.root, path, found, project.work.lang)
        if text is None:
            continue
        read_items, problems = read_bibliography(Source(path, text), convert)
        found.extend(problems)
        for item in read_items:
            if item.key in items:
                found.append(Diagnostic("B002", f"the source `{item.key}` stands twice",
                                        item.position, f"first in {items[item.key].position}"))  # fmt: skip
            items.setdefault(item.key, item)
    return tuple(items.values())


def _pictures(
    project: Project, sections: tuple[Section, ...], found: list[Diagnostic], kept: Kept
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
            picture = read_picture(project.root, node.target, place, found, kept)
            if picture is None:
                refused.add(node.target)
            else:
                pictures[node.target] = picture
    return pictures
