"""Rules about pictures: who cannot see one is told what it shows."""

from __future__ import annotations

from collections.abc import Iterator

from chapbook.diagnostics import Diagnostic, Severity
from chapbook.lint.view import View
from chapbook.passes.figures import LONG, described_by
from chapbook.tree import Div, Figure, Image
from chapbook.walking import plain_text, walk

LONGEST = 250  # characters of a text alternative; more is hard to listen to without a way to skip


def text_alternatives(view: View) -> Iterator[Diagnostic]:
    """Every picture has a text alternative, or is called decorative; it is not the caption."""
    captions: dict[str, str] = {}
    for _, figure in view.each(Figure):
        caption = plain_text(figure.caption).strip()
        for inner in walk(figure.blocks):
            if isinstance(inner, Image):
                captions[inner.target] = caption
    for section, node in view.each(Image):
        if "decorative" in node.attr.classes:
            continue
        if not node.alt:
            yield Diagnostic("I009", f"the picture {node.target} has no text alternative",
                             view.place(section, node.target),
                             "write ![What it shows](…), or add {.decorative}")  # fmt: skip
        elif node.alt == captions.get(node.target):
            yield Diagnostic("I010", f"the text alternative of {node.target} repeats its caption",
                             view.place(section, node.target),
                             'add {alt="what the picture shows"}: it is read aloud twice', Severity.WARNING)  # fmt: skip
        elif len(node.alt) > LONGEST:
            yield Diagnostic("I013", f"the text alternative of {node.target} has {len(node.alt)} characters",
                             view.place(section, node.target), "keep it short, and describe the picture in a "
                             "block ::: {#name .long-description} named by {longdesc=#name}", Severity.WARNING)  # fmt: skip


def long_descriptions(view: View) -> Iterator[Diagnostic]:
    """Each `longdesc` names a block `.long-description` of its file, and each such block is named."""
    concerned = {id(s): s for s, node in view.each(Div) if LONG in node.attr.classes}
    concerned |= {id(s): s for s, image in view.each(Image) if described_by(image)}
    for section in (s for s in view.book.sections if id(s) in concerned):
        nodes = list(walk(section.blocks))
        blocks = {n.attr.id for n in nodes if isinstance(n, Div) and LONG in n.attr.classes}
        named = {described_by(n): n for n in nodes if isinstance(n, Image) and described_by(n)}
        for name in sorted(named.keys() - blocks):
            yield Diagnostic("I011", f"the long description #{name} is not in this file",
                             view.place(section, f"#{name}"),
                             f"add ::: {{#{name} .long-description}} … ::: after the picture")  # fmt: skip
        for name in sorted(blocks - named.keys()):
            yield Diagnostic("I012", "a long description that no picture names",
                             view.place(section, f"#{name}" if name else ".long-description"),
                             f"add {{longdesc=#{name or 'name'}}} to the picture")  # fmt: skip
