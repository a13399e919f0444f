"""A book as text, for fixtures: what the passes made, one node a line where it matters."""

from __future__ import annotations

from collections.abc import Iterator

from chapbook.model import Book, Entry
from chapbook.tree import (
    Anchor, Block, Blocks, Cell, Figure, Heading, Image, Inlines, Link, NoteRef, Para, Span, Styled, Table,
    Text,
)  # fmt: skip
from chapbook.walking import attr_of, plain_text


def outline(book: Book) -> str:
    """Sections, notes, sources and contents of a completed book."""
    lines = []
    for s in book.sections:
        number = f" number={s.number}" if s.number else ""
        lines.append(f"section #{s.id} {s.role.name} level={s.level}{number}: {_line(s.title)}")
        lines.extend(f"  {line}" for line in _blocks(s.blocks))
    for n in book.notes:
        what = f"{n.claim.id} {n.claim.verdict.key}" if n.claim else plain_text(n.blocks).strip()
        lines.append(f"note {n.number} {n.kind} in #{n.section_id}: {what}")
    for i in book.items:
        used = ",".join(map(str, i.used_by)) or "-"
        lines.append(f"source {i.number} {i.key} used by {used}: {plain_text(i.entry) or i.short}")
    lines.extend(_entries(book.contents, "contents "))
    return "\n".join(lines).replace("\u00a0", "~") + "\n"


def _entries(entries: tuple[Entry, ...], indent: str) -> Iterator[str]:
    for e in entries:
        yield f"{indent}#{e.id} {_line(e.title)}"
        yield from _entries(e.children, indent + "  ")


def _blocks(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    name = type(block).__name__.lower()
    mark = f" #{attr_of(block).id}" if attr_of(block).id else ""
    if isinstance(block, Para):
        yield f"para: {_line(block.content)}"
    elif isinstance(block, Heading):
        yield f"heading {block.level}{mark}: {_line(block.content)}"
    elif isinstance(block, Figure | Table):
        yield f"{name}{mark} number={block.number}: {plain_text(block.caption).strip()}"
    else:
        yield f"{name}{mark}: {plain_text(block, notes=True).strip()!r}"


def _line(content: Inlines) -> str:
    return "".join(_inline(node) for node in content)


def _inline(node: object) -> str:
    match node:
        case Text(text=text):
            return text
        case NoteRef(number=number):
            return f"^{number}"
        case Anchor(id=name):
            return f"<#{name}>"
        case Link(content=content, target=target):
            return f"[{_line(content)}]({target})"
        case Image(target=target, alt=alt):
            return f"![{alt}]({target})"
        case Styled(style=style, content=content):
            return f"<{style}>{_line(content)}</{style}>"
        case Span(content=content, attr=attr):
            names = " ".join((*([f"#{attr.id}"] if attr.id else []), *(f".{c}" for c in attr.classes)))
            return f"[{_line(content)}]{{{names}}}"
        case Cell():
            return ""
        case _:
            return plain_text(node)
