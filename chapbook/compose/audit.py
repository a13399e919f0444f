"""The audit page: one row a claim, all that is known of it, for whoever wants to check the checker.

One file that asks nothing of any other. The filter by verdict is a row of radio buttons and
the style sheet (`:has()`): without either, every claim is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from chapbook.compose import onefile
from chapbook.compose.appendix import counted
from chapbook.compose.marks import mark
from chapbook.compose.sources import breakable, own_form
from chapbook.compose.scripts import fonts_of, for_book
from chapbook.compose.style import stylesheet
from chapbook.compose.xhtml import Renderer, element
from chapbook.identifier import identifier_of
from chapbook.model import Book, Claim, Composition, ContentDocument, Resource, SourceUse
from chapbook.words import words

Folios = Mapping[str, int]  # claim id → the folio of the page its note stands on


def compose(book: Book, styles: Path, folios: Folios) -> Composition:
    """The page as one document; `folios` are those of the printed edition."""
    sheet = for_book(stylesheet("audit", styles), book) + _filter_rules(book)
    document = ContentDocument("audit.html", _document(book, folios), book.work.title)
    resources = (Resource("audit.css", "text/css", sheet.encode()),)
    return Composition("audit", (document,), resources, fonts_of(book))


def _filter_rules(book: Book) -> str:
    """A row is hidden while the button of another verdict is pressed."""
    return "\n".join(
        f"body:has(#show-{v.slug}:checked) tr.claim:not(.is-{v.slug}) {{ display: none }}" for v in book.verdicts
    )


def _document(book: Book, folios: Folios) -> str:
    work, catalogue = book.work, words(book.work.lang)
    title = catalogue["audit-title"].format(title=work.title)
    rows = "\n".join(_row(book, claim, folios) for claim in book.claims)
    names = ("audit-number", "audit-text", "audit-found", "audit-sources", "audit-where")
    heads = "".join(element("th", catalogue[name], ("scope", "col")) for name in names)
    table = (f'<table class="audit"><caption class="hidden">{escape(title, quote=False)}</caption>'
             f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>")  # fmt: skip
    body = f'<main id="main">{_header(book, title)}\n{_filter(book)}\n{table}\n</main>'
    return onefile.document(work.lang, title, body)


def _header(book: Book, title: str) -> str:
    catalogue, work = words(book.work.lang), book.work
    intro = catalogue.counted("audit-intro", len(book.claims), sources=len(book.items),
                              counts=counted(book, book.claims, marked=True))  # fmt: skip
    facts = [", ".join(work.authors)]
    if work.date:
        facts.append(catalogue["date"].format(date=catalogue.iso_date(work.date)))
    facts.append(identifier_of(work))
    return "\n".join((
        element("h1", escape(title, quote=False)),
        element("p", escape(" · ".join(facts), quote=False), ("class", "quiet")),
        element("p", intro, ("class", "intro")),
    ))  # fmt: skip


def _filter(book: Book) -> str:
    catalogue = words(book.work.lang)
    buttons = [_button("all", catalogue["audit-all"], len(book.claims), checked=True)]
    for verdict in book.verdicts:
        count = sum(claim.verdict.key == verdict.key for claim in book.claims)
        label = f"{mark(verdict)} {escape(verdict.word, quote=False)}"
        buttons.append(_button(verdict.slug, label, count, checked=False))
    legend = element("legend", catalogue["audit-show"])
    return element("fieldset", legend + "\n".join(buttons), ("class", "filter"))


def _button(name: str, label: str, count: int, *, checked: bool) -> str:
    pressed = " checked" if checked else ""
    button = f'<input type="radio" name="show" id="show-{name}"{pressed}>'
    return element("span", button + element("label", f"{label} ({count})", ("for", f"show-{name}")), ("class", "choice"))


def _row(book: Book, claim: Claim, folios: Folios) -> str:
    catalogue = words(book.work.lang)
    renderer = Renderer(call=lambda n: "")
    number = element("th", str(claim.number or "–"), ("scope", "row"), ("class", "number"))
    text = element("q", renderer.inlines(claim.words), ("class", "words"))
    if claim.attribution:
        said = catalogue["text-says"].format(words=catalogue.quoted(claim.attribution))
        text += element("p", escape(said, quote=False), ("class", "quiet"))
    verdict = element("b", f"{mark(claim.verdict)} {escape(claim.verdict.word, quote=False)}",
                      ("class", f"verdict {claim.verdict.slug}"))  # fmt: skip
    found = element("p", verdict) + (element("p", escape(claim.note, quote=False)) if claim.note else "")
    if claim.correction:
        mended = catalogue["should-read"].format(words=catalogue.quoted(claim.correction))
        found += element("p", escape(mended, quote=False), ("class", "correction"))
    uses = "".join(_use(book, use) for use in claim.sources)
    sources = element("ul", uses) if uses else element("p", catalogue["audit-none"])
    cells = (text, found, sources, _where(book, claim, folios))
    names = ("text", "found", "sources", "where")
    tds = "".join(element("td", cell, ("class", name)) for cell, name in zip(cells, names, strict=True))
    return element("tr", number + tds, ("id", claim.id), ("class", f"claim is-{claim.verdict.slug}"))


def _use(book: Book, use: SourceUse) -> str:
    """A source as the claim uses it: entry, locator, the words relied on, its addresses."""
    catalogue, item = words(book.work.lang), book.item(use.key)
    renderer = Renderer(call=lambda n: "")
    entry = renderer.inlines(item.entry) if item.entry else own_form(book, item, original=True)
    parts = [f"{element('span', f'{item.number}.', ('class', 'n'))} {entry}"]
    if use.locator:
        parts.append(escape(use.locator, quote=False) + ".")
    if use.quote:
        parts.append(element("q", escape(catalogue.quoted(use.quote), quote=False), ("class", "relied")))
    for form, address in (("{address}", str(item.data.get("URL") or "")), (catalogue["archived"], item.archive)):
        if address:
            link = element("a", breakable(address), ("class", "address"), ("href", address))
            parts.append(form.format(address=link))
    return element("li", " ".join(parts))


def _where(book: Book, claim: Claim, folios: Folios) -> str:
    catalogue = words(book.work.lang)
    renderer = Renderer(call=lambda n: "")
    lines = [renderer.inlines(book.section(claim.section_id).title)]
    if claim.id in folios:
        lines.append(catalogue["on-page"].format(page=folios[claim.id]))
    if claim.checked:
        lines.append(catalogue["audit-checked"].format(date=catalogue.iso_date(claim.checked)))
    if claim.by:
        lines.append(catalogue["audit-by"].format(by=escape(claim.by, quote=False)))
    return "".join(element("p", line) for line in lines if line)
