"""Step 1, configure: `book.yaml` into a typed `Project`; an unknown key is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from chapbook import yamltext
from chapbook.diagnostics import Diagnostic, Position
from chapbook.editions import DEFAULT, QUIET
from chapbook.errors import ConfigurationError, ManuscriptError
from chapbook.fields import Fields, unknown
from chapbook.model import Imprint, Policy, Sheets, Trim, Work
from chapbook.policy import read_policy
from chapbook.printing import conditions
from chapbook.services import services, size_mm
from chapbook.sheets import read_editions, read_sheets
from chapbook.textfile import read_text
from chapbook.yamltext import Value

BOOK_YAML = "manuscript/book.yaml"

# key → what it is for; pandoc's names where pandoc has one. `chapbook check --help` prints it.
KEYS: dict[str, str] = {
    "title": "title of the work (needed)",
    "subtitle": "subtitle",
    "author": "author, or a list of authors (needed)",
    "lang": "language of the text, BCP 47: en, en-US, fr (needed)",
    "date": "date of the edition: 2026, 2026-11 or 2026-11-24",
    "description": "one paragraph for catalogues",
    "subject": "subject, or a list",
    "rights": "rights statement",
    "identifier": "ISBN, DOI or URN of the edition; derived when not given",
    "publisher": "publisher's name",
    "publisher-place": "publisher's place",
    "address": "address of the full edition on the web",
    "isbn-print": "ISBN of the printed edition",
    "isbn-epub": "ISBN of the EPUB",
    "certified-by": "who has judged the EPUB to meet WCAG 2.2 AA; nothing is claimed without",
    "title-lines": "the title, broken into lines by sense, for title page and cover",
    "cover-line": "a line under the author on the title page",
    "files": "the section files in reading order (else manuscript/*.md in name order)",
    "bibliography": "file or files of sources: CSL YAML, CSL JSON or BibTeX",
    "csl": "citation style: path of a .csl file (else Chicago notes)",
    "bibliography-by": "lists of sources: book (one at the end), or chapter (one after each besides)",
    "claims": "the ledger: its file, or a map with `file` and the policies of policy.py",
    "chapters": "where chapters start in print: new-page, recto or run-on",
    "numbering": "whether chapters are numbered: true or false",
    "toc-depth": "levels in the contents: 1 to 4",
    "script": "whether the HTML carries the small reading script (search, settings): true or false",
    "at-risk": "true where owning the book is dangerous: neutral names, no live links, no script",
    "trim": "page size: A5, A4, 6x9in or 148x210mm",
    "editions": "what a plain build makes (else epub, pdf, print, html and the ledger's files)",
    "booklet": "pages in a signature and thickness of the paper: see sheets.py",
    "handout": "sheets, and summary and sections where the whole does not fit: see sheets.py",
    "cover": "paper of the cover wrap and width of its spine: see sheets.py",
    "qr": "codes in print: sources, or none",
    "press": "print services to make a file for, each besides the print PDF: see services.yaml",
    "press-condition": "the printing condition of the print PDF: FOGRA39 (when not given), FOGRA51 …",
    "press-profile": "its ICC profile: the path of a CMYK output profile (else a known place)",
}
_LANG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class Project:
    """A book's folder and what its `book.yaml` says.

    `files`, `bibliography`, `claims_file` and `csl` are paths relative to the book's folder
    (POSIX); `files` is () when the folder's name order holds, the others "" or () when absent.
    `styles` is the book's own folder of style sheets, None when it uses the toolchain's.
    """

    root: Path
    work: Work
    imprint: Imprint
    trim: Trim
    files: tuple[str, ...] = ()
    bibliography: tuple[str, ...] = ()
    claims_file: str = ""
    csl: str = ""
    styles: Path | None = None
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    policy: Policy = field(default_factory=Policy)
    editions: tuple[str, ...] = DEFAULT
    sheets: Sheets = field(default_factory=Sheets)


def configure(root: Path) -> Project:
    """Read `manuscript/book.yaml` of the book in `root`.

    Raises: ConfigurationError with a diagnostic for each fault.
    """
    values, places = _load(root)
    fields = Fields(values)
    for key in values:
        if key not in KEYS:
            fields.faults.append(unknown(key, KEYS, places[key], code="C001"))
    for key in ("title", "author", "lang"):
        given = key in values and not values[key].is_null and values[key].data
        if not given:
            fields.fault("C002", f"`{key}` is missing", Position(BOOK_YAML), f"add `{key}: …`")
    project = _project(root, fields)
    if fields.faults:
        raise ConfigurationError(f"{BOOK_YAML} cannot be used", diagnostics=fields.faults)
    return project


def _load(root: Path) -> tuple[Mapping[str, Value], Mapping[str, Position]]:
    """The keys of book.yaml with their values, and where each key stands."""
    if not (root / BOOK_YAML).exists() and not (root / BOOK_YAML).is_symlink():
        hint = "a book has manuscript/book.yaml with title, author and lang; choose it with --book"
        raise ConfigurationError(f"{BOOK_YAML} is not there", hint=hint)
    found: list[Diagnostic] = []
    text = read_text(root, BOOK_YAML, found)
    if text is None or found:
        raise ConfigurationError(f"{BOOK_YAML} cannot be read", diagnostics=found)
    try:
        value = yamltext.parse(text, BOOK_YAML)
    except ManuscriptError as error:
        raise ConfigurationError("not valid", diagnostics=error.diagnostics) from error
    if not isinstance(value.data, Mapping):
        hint = "write `title: …`, `author: …`, `lang: …`, each on a line of its own"
        wrong = Diagnostic("C003", "book.yaml must be a map of keys", value.position, hint)
        raise ConfigurationError("not a map", diagnostics=[wrong])
    return value.data, value.key_positions or {}


def _project(root: Path, fields: Fields) -> Project:
    work = Work(
        title=fields.text("title"),
        authors=fields.texts("author"),
        lang=fields.matching("lang", _LANG, "en, en-GB or zh-Hans"),
        subtitle=fields.text("subtitle"),
        description=fields.text("description"),
        subjects=fields.texts("subject"),
        rights=fields.text("rights"),
        date=fields.matching("date", _DATE, "2026, 2026-11 or 2026-11-24"),
        identifier=fields.text("identifier"),
        title_lines=fields.texts("title-lines"),
    )
    if work.title_lines and " ".join(work.title_lines) != work.title:
        place = fields.values["title-lines"].position
        fields.fault("C006", "`title-lines` do not make up `title`", place, f"title: {work.title}")
    imprint = Imprint(
        publisher=fields.text("publisher"),
        place=fields.text("publisher-place"),
        address=fields.text("address"),
        isbn_print=fields.text("isbn-print"),
        isbn_epub=fields.text("isbn-epub"),
    )
    claims_file, policy = _claims(fields, work)
    _inside(fields, claims_file)
    at_risk = fields.choice("at-risk", ("true", "false"), "false") == "true"
    options = {
        "chapters": fields.choice("chapters", ("new-page", "recto", "run-on"), "new-page"),
        "numbering": fields.choice("numbering", ("true", "false"), "false") == "true",
        "toc-depth": int(fields.choice("toc-depth", ("1", "2", "3", "4"), "2")),
        "cover-line": fields.text("cover-line"),
        "certified-by": fields.text("certified-by"),
        "press": fields.choices("press", tuple(services())),
        "press-condition": fields.choice("press-condition", tuple(conditions()), ""),
        "press-profile": fields.values["press-profile"] if fields.text("press-profile") else None,
        "at-risk": at_risk,
        "script": not at_risk and fields.choice("script", ("true", "false"), "true") == "true",
        "bibliography-by": fields.choice("bibliography-by", ("book", "chapter"), "book"),
    }
    return Project(
        root,
        work,
        imprint,
        _trim(fields),
        fields.texts("files"),
        fields.texts("bibliography") or _default(root, _BIBLIOGRAPHIES),
        claims_file or next(iter(_default(root, ("manuscript/claims.yaml",))), ""),
        fields.text("csl"),
        root / "styles" if (root / "styles").is_dir() else None,
        MappingProxyType(options),
        policy,
        _editions(fields, at_risk),
        read_sheets(fields),
    )


def _editions(fields: Fields, at_risk: bool) -> tuple[str, ...]:
    """What a plain build makes; at risk only what can be made neutral."""
    if at_risk and (others := [e for e in fields.texts("editions") if e not in QUIET]):
        fields.fault("C011", f"`editions: {others[0]}` cannot be made for a book at risk",
                     fields.values["editions"].position, f"any of: {', '.join(QUIET)}")  # fmt: skip
    found = read_editions(fields)
    return QUIET if at_risk and found == DEFAULT else found


_BIBLIOGRAPHIES = tuple(f"manuscript/sources.{end}" for end in ("yaml", "json", "bib"))


def _default(root: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the usual files that are there."""
    return tuple(name for name in names if (root / name).is_file())


def _claims(fields: Fields, work: Work) -> tuple[str, Policy]:
    """The ledger's file, and how the book treats its claims."""
    value = fields.values.get("claims")
    if value is None or not isinstance(value.data, Mapping):
        return fields.text("claims"), Policy(edition=work.date)
    inner = Fields(value.data)
    policy = read_policy(inner, work.lang, work.date)
    file = inner.text("file")
    fields.faults.extend(inner.faults)
    return file, policy


def _inside(fields: Fields, claims_file: str) -> None:
    """Files that book.yaml names are files of the book: no address, nothing above its folder."""
    named = [(key, name) for key in ("files", "bibliography", "csl") for name in fields.texts(key)]
    for key, name in (*named, ("claims", claims_file)):
        if ":" in name or "\\" in name or name.startswith(("/", "~")) or ".." in name.split("/"):
            fields.fault("C009", f"`{key}: {name}` is not a file of the book", fields.values[key].position,
                         "put it under the book's folder and name it from there")  # fmt: skip


def _trim(fields: Fields) -> Trim:
    text = fields.text("trim")
    if not text:
        return Trim()
    if size := size_mm(text):
        return Trim(*size)
    place = fields.values["trim"].position
    fields.fault("C005", f"`trim: {text}` cannot be read", place, "write A5, 6x9in or 148x210mm")
    return Trim()


