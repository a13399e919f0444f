"""Rules about identifiers and links."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from chapbook.diagnostics import Diagnostic, Position
from chapbook.lint.view import View
from chapbook.passes.crossrefs import Place, find, is_inside
from chapbook.tree import Link

_EXPLICIT = re.compile(r"\{[^{}\n]*?#(?P<id>[^\s{}=#.]+)[^{}\n]*\}")
_SCHEME = re.compile(r"^(https?://[^/\s]|mailto:[^\s]+@)", re.IGNORECASE)


def duplicate_identifiers(view: View) -> Iterator[Diagnostic]:
    """An identifier the author gave stands once in the whole book."""
    places: dict[str, list[Position]] = defaultdict(list)
    for source, masked in view.texts():
        for match in _EXPLICIT.finditer(masked):
            places[match["id"]].append(source.at(match.start("id")))
    for name, found in places.items():
        for place in found[1:]:
            yield Diagnostic("L001", f"the identifier #{name} stands twice", place,
                             f"the first is in {found[0]}; give this one another name")  # fmt: skip


def inner_links(view: View) -> Iterator[Diagnostic]:
    """A link to a place in the book leads to one."""
    table = view.finished
    for section, node in view.each(Link):
        if not is_inside(node.target):
            continue
        if find(node.target, section.source.path, table) is None:
            yield Diagnostic("L002", f"the link to {node.target} leads nowhere",
                             view.place(section, node.target), _nearest(node.target, table))  # fmt: skip


def _nearest(target: str, table: Mapping[Place, str]) -> str:
    """The file or identifier an author may have meant."""
    file, _, name = target.partition("#")
    files = sorted({place.path.rpartition("/")[2] for place in table})
    stem = re.sub(r"\.(md|html?|xhtml)$", "", file.rpartition("/")[2])
    for known in files:
        if stem and known.removesuffix(".md").endswith(stem):
            if known != file:
                return f"did you mean {known}{'#' + name if name else ''}?"
            break
    known_ids = sorted({p.id for p in table if p.id and (not file or p.path.endswith(file))})
    close = difflib.get_close_matches(name, known_ids, 1) if name else []
    return f"did you mean #{close[0]}?" if close else "name a file of the manuscript, or give the place an {#identifier}"


def link_schemes(view: View) -> Iterator[Diagnostic]:
    """Only web and mail addresses lead out of a book."""
    for section, node in view.each(Link):
        if is_inside(node.target) or _SCHEME.match(node.target):
            continue
        shown = node.target[:60] or "(nothing)"
        hint = _nearest(node.target, view.finished)
        if not hint.startswith("did you mean") or ":" in node.target:
            hint = "write https://…, mailto:…, #id, or file.md#id"
        yield Diagnostic("L003", f"the link to {shown} cannot be published",
                         view.place(section, node.target or "]("), hint)  # fmt: skip
