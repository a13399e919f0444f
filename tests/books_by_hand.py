"""Books made in a test's own folder from a few lines of text."""

from __future__ import annotations

from pathlib import Path

BOOK_YAML = "title: A Test\nauthor: Ada Example\nlang: en\n"


def unfold(text: str, folder: Path) -> Path:
    """Write the files of a fixture (`=== path` before each) under `folder`; returns it."""
    for piece in text.split("\n=== ")[1:]:
        name, _, body = piece.partition("\n")
        path = folder / name.strip()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body + "\n", "utf-8")
    book = folder / "manuscript" / "book.yaml"
    if not book.exists():
        book.parent.mkdir(parents=True, exist_ok=True)
        book.write_text(BOOK_YAML, "utf-8")
    return folder
