"""Deterministic manuscripts of three sizes, in the proportions of real books.

The words come from a fixed vocabulary by a seeded generator: the same size is the same text on
every machine, so that figures of two runs can be set side by side.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

SEED = 20261124

WORDS = (
    "the of and to in a is that for it was on are with as by at from which trade border river "
    "report year market village harbour company minister council sanction export import ship "
    "train bridge coal textile worker factory school ration winter harvest price currency loan "
    "treaty letter meeting delegation statement office survey figure table estimate record "
    "satellite picture witness journalist translation archive newspaper library evidence claim "
    "source question answer method measure distance weight number share increase decrease"
).split()


@dataclass(frozen=True, slots=True)
class Size:
    """A manuscript's size: chapters, and the paragraphs of each."""

    name: str
    chapters: int
    paragraphs: int


SIZES = (Size("small", 4, 5), Size("medium", 40, 17), Size("large", 100, 40))
LONG = 60  # paragraphs of a chapter of about 28 pages


def lengthen(size: Size, folder: Path) -> Path:
    """Put a chapter of about 28 pages in the place of the one in the middle; its file."""
    chance = random.Random(f"{SEED} long")
    number = size.chapters // 2 + 1
    path = folder / "manuscript" / f"{number:03}-chapter.md"
    path.write_text(_chapter(number, LONG, [f"source-{n}" for n in range(size.chapters * 2)], chance))
    return path


def write(size: Size, folder: Path) -> int:
    """Write the book into `folder` (made anew); the number of its words."""
    chance = random.Random(f"{SEED} {size.name}")
    manuscript = folder / "manuscript"
    manuscript.mkdir(parents=True)
    (folder / "assets").mkdir()
    _picture(folder / "assets" / "figure.png")
    sources = [f"source-{number}" for number in range(max(4, size.chapters * 2))]
    (manuscript / "book.yaml").write_text(
        f"title: The {size.name.title()} Book\nauthor: A Benchmark\nlang: en\ndate: 2026-11-24\n"
    )
    (manuscript / "sources.yaml").write_text("".join(_source(key, chance) for key in sources))
    words = 0
    for number in range(1, size.chapters + 1):
        text = _chapter(number, size.paragraphs, sources, chance)
        (manuscript / f"{number:03}-chapter.md").write_text(text)
        words += len(text.split())
    return words


def _sentence(chance: random.Random) -> str:
    words = chance.choices(WORDS, k=chance.randint(8, 24))
    return " ".join(words).capitalize() + "."


def _prose(chance: random.Random, sources: list[str]) -> str:
    sentences = [_sentence(chance) for _ in range(chance.randint(3, 7))]
    if chance.random() < 0.3:
        sentences[-1] += f" [@{chance.choice(sources)}, p. {chance.randint(2, 300)}]"
    if chance.random() < 0.3:
        sentences[0] = f"*{sentences[0][:-1]}* and **{chance.choice(WORDS)}**."
    return " ".join(sentences)


def _chapter(number: int, paragraphs: int, sources: list[str], chance: random.Random) -> str:
    blocks = [f"# Chapter {number} on the {chance.choice(WORDS)}"]
    notes = 0
    for index in range(paragraphs):
        if index and index % 6 == 0:
            blocks.append(f"## On the {chance.choice(WORDS)} and the {chance.choice(WORDS)} {index}")
        text = _prose(chance, sources)
        if chance.random() < 0.35:
            notes += 1
            text += f"[^{notes}]\n\n[^{notes}]: {_sentence(chance)}"
        blocks.append(text)
        if index % 11 == 4:
            blocks.append("\n".join(f"- {_sentence(chance)}" for _ in range(4)))
        if index % 17 == 8:
            rows = [f"| {chance.choice(WORDS)} | {chance.randint(1, 999)} | {chance.choice(WORDS)} |" for _ in range(5)]
            blocks.append("\n".join(["| Good | Tons | Port |", "|---|---:|---|", *rows]))
        if index % 23 == 12:
            blocks.append("```python\ndef ration(weight: int) -> int:\n    return weight // 7\n```")
        if index % 29 == 3:
            blocks.append(f'![Field {number}.](assets/figure.png){{alt="A grey field with a darker square"}}')
    return "\n\n".join(blocks) + "\n"


def _source(key: str, chance: random.Random) -> str:
    title = " ".join(chance.choices(WORDS, k=6)).capitalize()
    return (
        f'- id: {key}\n  type: book\n  title: "{title}"\n  publisher: "{chance.choice(WORDS).title()} Press"\n'
        f"  author: [{{family: {chance.choice(WORDS).title()}, given: {chance.choice('ABCDEFGH')}.}}]\n"
        f"  issued: {{date-parts: [[{chance.randint(1990, 2025)}]]}}\n"
    )


def _picture(path: Path) -> None:
    picture = Image.new("L", (600, 400), 200)
    picture.paste(90, (200, 100, 400, 300))
    out = io.BytesIO()
    picture.save(out, "PNG")
    path.write_bytes(out.getvalue())
