"""The source appendix: verdict counts, every claim by section, every source."""

from __future__ import annotations

from html import escape

from chapbook.compose.marks import mark, strip
from chapbook.compose.notes import correction
from chapbook.compose.xhtml import Renderer, element
from chapbook.model import Book, Claim, Section, Verdict
from chapbook.words import words

DASH = "–"


def verdict_key(book: Book) -> str:
    """The key to the marks: mark, word, gloss."""
    rows = "".join(
        element("dt", f"{mark(v)} {escape(v.word, quote=False)}")
        + element("dd", escape(v.gloss, quote=False))
        for v in book.verdicts
    )
    return element("dl", rows, ("class", "key-to-verdicts"))


def counted(book: Book, claims: tuple[Claim, ...], *, marked: bool = False) -> str:
    """“3 supported, 1 contradicted”; verdicts nobody got are left out."""
    catalogue = words(book.work.lang)
    pieces = []
    for verdict in book.verdicts:
        count = sum(c.verdict.key == verdict.key for c in claims)
        if count:
            text = catalogue["verdict-count"].format(count=count, verdict=escape(verdict.word.lower(), quote=False))
            if marked:
                text = element("b", f"{mark(verdict)} {text}", ("class", f"verdict {verdict.slug}"))
            pieces.append(text)
    return catalogue["comma"].join(pieces)


def statement_line(book: Book, section: Section) -> str:
    """“8 statements: 3 supported, …” under a heading; "" for a section without claims."""
    claims = book.judged(section.id)
    if not claims:
        return ""
    return words(book.work.lang).counted("statements", len(claims), counts=counted(book, claims))


def sections_with_claims(book: Book) -> tuple[Section, ...]:
    """The sections a reader will find claims in, in reading order."""
    return tuple(s for s in book.sections if book.judged(s.id))


def summary(book: Book, renderer: Renderer, chart: str) -> str:
    """A chart, counts by verdict with the note numbers, and counts by section."""
    catalogue = words(book.work.lang)
    intro = element("p", catalogue.counted("summary-intro", len(book.claims)))
    rows = "".join(_verdict_row(book, v, renderer) for v in book.verdicts)
    head = _head(catalogue["verdict"], catalogue["statements-head"], catalogue["notes"])
    first = element("table", f"<thead>{head}</thead><tbody>{rows}</tbody>",
                    ("class", "summary by-verdict"))  # fmt: skip
    columns = [catalogue["section"], catalogue["statements-head"], *(v.word for v in book.verdicts)]
    body = "".join(_section_row(book, s, renderer) for s in sections_with_claims(book))
    body += _total_row(book)
    second = element("table", f"<thead>{_head(*columns)}</thead><tbody>{body}</tbody>",
                     ("class", "summary by-section" + (" many" if len(book.verdicts) > 4 else "")))  # fmt: skip
    figure = element("div", chart, ("class", "chart-of-verdicts"))
    return f"{intro}\n{figure}\n{first}\n{second}"


def _head(*names: str) -> str:
    cells = "".join(element("th", escape(n, quote=False), ("scope", "col")) for n in names)
    return element("tr", cells)


def _verdict_row(book: Book, verdict: Verdict, renderer: Renderer) -> str:
    claims = tuple(c for c in book.claims if c.verdict.key == verdict.key)
    numbers = words(book.work.lang)["comma"].join(
        element("a", str(c.number), ("href", renderer.href(f"note-{c.number}"))) for c in claims
    )
    name = element("th", f"{mark(verdict)} {escape(verdict.word, quote=False)}", ("scope", "row"))
    return element("tr", name + element("td", str(len(claims) or DASH), ("class", "count"))
                   + element("td", numbers or DASH, ("class", "numbers")))  # fmt: skip


def _section_row(book: Book, section: Section, renderer: Renderer) -> str:
    claims = book.claims_of(section.id)
    link = element("a", renderer.inlines(section.title), ("href", renderer.href(section.id)))
    marks = f'{element("span", str(len(claims)), ("class", "sum"))} {strip(claims)}'
    cells = [element("th", link, ("scope", "row")), element("td", marks, ("class", "marks"))]
    for verdict in book.verdicts:
        count = sum(c.verdict.key == verdict.key for c in claims)
        cells.append(element("td", str(count or DASH), ("class", "count")))
    return element("tr", "".join(cells))


def _total_row(book: Book) -> str:
    catalogue = words(book.work.lang)
    cells = [element("th", catalogue["all-sections"], ("scope", "row")),
             element("td", str(len(book.claims)))]  # fmt: skip
    for verdict in book.verdicts:
        count = sum(c.verdict.key == verdict.key for c in book.claims)
        cells.append(element("td", str(count or DASH), ("class", "count")))
    return element("tr", "".join(cells), ("class", "total"))


def claims(book: Book, renderer: Renderer, *, level: int = 3) -> str:
    """Every claim by section: number, the author's words, verdict, note, sources."""
    tag = f"h{level}"
    out = [element("p", escape(words(book.work.lang)["claims-intro"], quote=False), ("class", "intro"))]
    for section in sections_with_claims(book):
        title = element(tag, renderer.inlines(section.title), ("class", "ledger-head"))
        rows = [_claim(book, claim, renderer) for claim in book.claims_of(section.id)]
        # The head stays with the first row.
        first = element("ol", rows[0], ("class", "claims"))
        out.append(element("div", f"{title}\n{first}", ("class", "ledger-start")))
        if rows[1:]:
            start = str(book.claims_of(section.id)[1].number)
            out.append(element("ol", "\n".join(rows[1:]), ("class", "claims"), ("start", start)))
    return "\n".join(out)


def _claim(book: Book, claim: Claim, renderer: Renderer) -> str:
    catalogue = words(book.work.lang)
    call = element("a", str(claim.number), ("class", "n"), ("href", renderer.href(f"noteref-{claim.number}")))
    quoted = element("q", renderer.inlines(claim.words), ("class", "words"))
    attribution = ""
    if claim.attribution:
        said = catalogue["text-says"].format(words=catalogue.quoted(claim.attribution))
        attribution = element("p", escape(said, quote=False), ("class", "attribution"))
    said = (escape(claim.note, quote=False) + correction(book, claim)).strip()
    reason = element("p", said, ("class", "reason")) if said else ""
    verdict = element("b", f"{mark(claim.verdict)} {escape(claim.verdict.word, quote=False)}",
                      ("class", f"verdict {claim.verdict.slug}"))  # fmt: skip
    found = element("div", element("p", verdict) + element("p", _sources(book, claim, renderer)),
                    ("class", "found"))  # fmt: skip
    said = element("p", f"{call} {quoted}", ("class", "said"))
    return element("li", said + found + attribution + reason, ("id", f"claim-{claim.number}"))


def _sources(book: Book, claim: Claim, renderer: Renderer) -> str:
    catalogue = words(book.work.lang)
    if not claim.sources:
        return catalogue["sources-none"]
    items = [book.item(use.key) for use in claim.sources]
    links = catalogue["comma"].join(
        element("a", str(i.number), ("href", renderer.href(f"source-{i.number}"))) for i in items
    )
    return catalogue.counted("sources-numbered", len(items), numbers=links)


