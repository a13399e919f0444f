"""Group Y: book.yaml and other YAML."""

from __future__ import annotations

from tests.battery.bench import Bench, Files

GOOD = "title: A Test\nauthor: Ada Example\nlang: en\n"


def book(text: str, chapter: str = "# One\n\nText.") -> str:
    return f"\n=== manuscript/01.md\n{chapter}\n=== manuscript/book.yaml\n{text}"


def row_46_yaml_that_is_none(b: Bench) -> None:
    b.refuses(book(f"{GOOD}subtitle: [a\n"), "book.yaml:")
    b.refuses(book("- a\n- b\n"), "book.yaml:1", "map")
    b.refuses(book(f"{GOOD}title: Again\n"), "book.yaml:4", "title", "line 1")
    b.refuses(book(f"{GOOD}subject:\n\t- tab\n"), "book.yaml:5")
    b.refuses(book("just words"), "book.yaml:1")


def row_47_language(b: Bench) -> None:
    for text, key in ((GOOD.replace("lang: en", "lang: no thing"), "lang"), (GOOD.replace("lang: en", 'lang: en" onload='), "lang"),
                      (GOOD.replace("lang: en\n", ""), "lang"), (GOOD.replace("title: A Test\n", ""), "title")):  # fmt: skip
        b.refuses(book(text), "book.yaml", f"`{key}")
    files = b.builds(book(GOOD.replace("lang: en", "lang: no")), only="html")
    assert '<html lang="no"' in files.of("html").decode()


def row_48_scalars_stay_as_typed(b: Bench) -> None:
    b.refuses(book(GOOD.replace("title: A Test", "title: null")), "book.yaml", "title")
    for typed in ("007", "1984", "no", "1.10", "2026-11-24", "0x10", "true"):
        files = b.builds(book(GOOD.replace("title: A Test", f"title: {typed}")), only="html")
        assert f"<title>{typed}</title>" in files.of("html").decode(), typed
    sources = "\n=== manuscript/sources.yaml\nreferences:\n- {id: a, type: book, title: 007, volume: 010}\n"
    words = b.builds(book(GOOD, "# One\n\nText [@a].") + sources, only="html").text("html")
    assert "007" in words and "010" in words, words


def row_49_unknown_key(b: Bench) -> None:
    b.refuses(book(f"{GOOD}subtitel: x\n"), "book.yaml:4", "subtitel")


def row_50_yaml_bombs(b: Bench) -> None:
    bomb = "a: &a [x, x, x]\n" + "".join(f"{n}: &{n} [*{o},*{o},*{o},*{o},*{o},*{o}]\n" for o, n in zip("abcdefgh", "bcdefghi", strict=True))
    b.refuses(book(GOOD + bomb), "book.yaml:4", within_s=5)
    b.refuses(book(GOOD + "subtitle: !!python/object/apply:os.system [touch marker]\n"), "book.yaml:4", within_s=5)
    b.refuses(book(GOOD + "# filling\n" * 1_000_000), "book.yaml", within_s=5)
    b.refuses(book(GOOD + "subject: " + "[" * 5000 + "]" * 5000), "book.yaml:4", within_s=5)
    b.refuses(book(GOOD) + "\n=== manuscript/claims.yaml\n" + "- " * 4000 + "x\n", "claims.yaml:1", within_s=5)


def row_51_title_with_marks(b: Bench) -> None:
    files = b.builds(book("title: 'A & B < C \" D ’ it''s'\nauthor: O'Neil & Sons\nlang: en\n"))
    for edition, words in files.texts():
        if edition != "print":
            assert "&amp;" not in words and "&#" not in words, edition
    opf = next(d.decode() for n, d in files.every_byte() if n.endswith(".opf"))
    assert '<dc:title>A &amp; B &lt; C " D ’ it\'s</dc:title>' in opf, opf
    assert "<title>A &amp; B &lt; C " in files.of("html").decode()
    title = _pdf_title(files)
    assert title == "A & B < C \" D ’ it's", title


def _pdf_title(files: Files) -> str:
    import io

    import pikepdf

    with pikepdf.Pdf.open(io.BytesIO(files.of("pdf"))) as pdf:
        return str(pdf.docinfo["/Title"])
