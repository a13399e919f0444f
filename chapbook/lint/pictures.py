"""Rules about pictures: who cannot see one is told what it shows."""

from __future__ import annotations

from collections.abc import Iterator

from chapbook.diagnostics import Diagnostic, Severity
from chapbook.lint.view import View
from chapbook.tree import Figure, Image, plain_text, walk


def text_alternatives(view: View) -> Iterator[Diagnostic]:
    """Every picture has a text alternative, or is called decorative; it is not the caption."""
    captions: dict[str, str] = {}
    for _, node in view.nodes():
        if isinstance(node, Figure):
            caption = plain_text(node.caption).strip()
            for inner in walk(node.blocks):
                if isinstance(inner, Image):
                    captions[inner.target] = caption
    for section, node in view.nodes():
        if not isinstance(node, Image) or "decorative" in node.attr.classes:
            continue
        if not node.alt:
            yield Diagnostic("I009", f"the picture {node.target} has no text alternative",
                             view.place(section, node.target),
                             "write ![What it shows](…), or add {.decorative}")  # fmt: skip
        elif node.alt == captions.get(node.target):
            yield Diagnostic("I010", f"the text alternative of {node.target} repeats its caption",
                             view.place(section, node.target),
                             'add {alt="what the picture shows"}', Severity.WARNING)  # fmt: skip
