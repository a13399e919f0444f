"""Group E: editorial losses. What an author wrote is printed, or she is told why it is not."""

from __future__ import annotations

from tests.battery.bench import Bench
from tests.battery.pictures import png

TWO = "\n=== manuscript/01-a.md\n# One\n\n{0}\n=== manuscript/02-b.md\n# Two\n\n{1}\n"


def row_01_undefined_footnote(b: Bench) -> None:
    b.refuses("# One\n\nA word.[^x]\n", "01.md:3:8", "[^x]")


def row_02_unused_footnote(b: Bench) -> None:
    b.refuses("# One\n\nA word.\n\n[^x]: Never called.\n", "01.md:5:1", "[^x]")


def row_03_same_label_twice(b: Bench) -> None:
    b.refuses("# One\n\nA word.[^x]\n\n[^x]: First.\n\n[^x]: Second.\n", "01.md:7:1", "[^x]", "line 5")


def row_04_same_label_in_two_chapters(b: Bench) -> None:
    notes = "A word.[^1]\n\n[^1]: The {} note."
    files = b.builds(TWO.format(notes.format("first"), notes.format("second")))
    for edition, words in files.texts():
        assert "The first note." in words and "The second note." in words, edition


def row_05_note_inside_a_note(b: Bench) -> None:
    b.refuses("# One\n\nA word.[^a]\n\n[^a]: Outer.[^b]\n\n[^b]: Inner.\n", "01.md:5", "[^a]")
    b.refuses("# One\n\nA word.^[Outer.^[Inner.]]\n", "01.md:")


def row_06_long_footnote(b: Bench) -> None:
    note = ("[^a]: The first paragraph.\n\n    The second paragraph.\n\n    - an item of a list\n    - another item\n\n"
            "        code_in_a_note = 1\n\n    The last paragraph.\n")  # fmt: skip
    for edition, words in b.builds(f"# One\n\nA word.[^a]\n\n{note}").texts():
        for part in ("The first paragraph.", "The second paragraph.", "an item of a list", "another item",
                     "code_in_a_note = 1", "The last paragraph."):  # fmt: skip
            assert part in words, (edition, part)


def row_07_unknown_citation_key(b: Bench) -> None:
    sources = "\n=== manuscript/sources.yaml\nreferences:\n- {id: smith2019, type: book, title: A Book}\n"
    b.refuses(f"\n=== manuscript/01.md\n# One\n\nA word [@smith2018].\nAnd [@smith2019].\n{sources}",
              "01.md:3", "smith2018")  # fmt: skip
    b.refuses("# One\n\nA word [@nobody].\n", "01.md:3", "nobody")


def row_08_handles_and_addresses(b: Bench) -> None:
    text = "# One\n\nWrite to ada@example.org, to @handle or to @some_one, @ noon; see a@b.\n"
    for edition, words in b.builds(text).texts():
        assert "Write to ada@example.org, to @handle or to @some_one, @ noon; see a@b." in words, (edition, words)
    sources = "\n=== manuscript/sources.yaml\nreferences:\n- {id: smith2019, type: book, title: A Book}\n"
    both = b.builds(f"\n=== manuscript/01.md\n# One\n\nAsk @handle; see [@smith2019].\n{sources}", only="html")
    assert "Ask @handle; see" in both.text("html")


def row_09_unresolved_reference(b: Bench) -> None:
    b.refuses("# One\n\nSee [the text][ref] here.\n", "01.md:3", "[the text][ref]")
    b.refuses("# One\n\nSee [the *text*][ref] here.\n", "01.md:3", "[ref]")
    b.refuses("# One\n\nSee [the text][] here.\n", "01.md:3", "[the text][]")


def row_10_dead_link_in_a_chapter(b: Bench) -> None:
    b.refuses("# One\n\nSee [there](#nowhere).\n", "01.md:3", "#nowhere")


def row_11_dead_link_to_a_chapter(b: Bench) -> None:
    b.refuses(TWO.format("See [there](02-b.md#nowhere).", "Text."), "01-a.md:3", "02-b.md#nowhere")
    b.refuses(TWO.format("See [there](03-c.md).", "Text."), "01-a.md:3", "03-c.md")


def row_12_link_to_another_chapter(b: Bench) -> None:
    """The link leads to the heading itself in EPUB, HTML and PDF."""
    import io
    import re

    import pikepdf

    files = b.builds(TWO.format("See [there](02-b.md#goal).", "Text.\n\n## Goal of it {#goal}\n\nMore."))
    pages = files.xhtml()
    href = next(m[1] for t in pages.values() for m in re.finditer(r'<a[^>]*href="([^"]+)"[^>]*>there</a>', t))
    name, _, anchor = href.partition("#")
    page = next(t for n, t in pages.items() if n.endswith(name))
    assert re.search(rf'id="{anchor}"[^>]*>\s*(<h2[^>]*>)?\s*Goal of it', page), (href, page)
    web = files.of("html").decode()
    anchor = re.search(r'<a[^>]*href="#([^"]+)"[^>]*>there</a>', web)[1]  # type: ignore[index]
    assert re.search(rf'id="{anchor}"[^>]*>\s*(<h\d[^>]*>)?\s*Goal of it', web)
    with pikepdf.Pdf.open(io.BytesIO(files.of("pdf"))) as pdf:
        found = [a for p in pdf.pages for a in p.obj.get("/Annots", ()) if a.get("/Subtype") == "/Link"]
        names = [a.get("/Dest") if "/Dest" in a else a.get("/A", {}).get("/D") for a in found]
        assert any("goal" in str(n) or not isinstance(n, pikepdf.String) for n in names), names


def row_13_duplicate_identifiers(b: Bench) -> None:
    b.refuses("# One\n\n## A {#x}\n\nText.\n\n## B {#x}\n\nText.\n", "01.md:7", "#x")
    run = b.refuses(TWO.format("[a]{#x}", "[b]{#x}"), "02-b.md:3", "#x")
    assert "01-a.md:3" in run.said


def row_14_missing_picture(b: Bench) -> None:
    b.refuses("# One\n\n![A map](assets/map.png)\n", "01.md:3", "assets/map.png")


def row_15_picture_without_alt(b: Bench) -> None:
    b.refuses("# One\n\n![](assets/x.png)\n", "01.md:3", "assets/x.png", x_png=png())


def row_16_letter_case_of_a_picture(b: Bench) -> None:
    b.refuses("# One\n\n![Red](assets/X.png)\n", "01.md:3", "assets/X.png", x_png=png())


def row_17_cells_of_a_row(b: Bench) -> None:
    table = "# One\n\n| a | b |\n|---|---|\n| 1 | 2 |\n{}\n\nText.\n"
    b.refuses(table.format("| 1 | 2 | lost |"), "01.md:6", "3 cells")
    b.refuses(table.format("| 1 |"), "01.md:6", "1 cell")


def row_18_broken_grid_table(b: Bench) -> None:
    good = "+-----+-----+\n| one | two |\n+=====+=====+\n| 1   | 2   |\n+-----+-----+\n"
    words = b.builds(f"# One\n\n{good}", only="html").text("html")
    assert "one" in words and "+--" not in words
    b.refuses(f"# One\n\n{good.replace('| 1   | 2   |', '| 1   | 2  |')}", "01.md:6")
    b.refuses(f"# One\n\n{good.rpartition('+-----+-----+')[0]}\nText.\n", "01.md:3")


def row_19_tex_in_the_text(b: Bench) -> None:
    b.either("# One\n\nA \\textbf{bold} word.\n", "01.md:3", "\\textbf{bold} word")
    b.either("# One\n\n\\begin{center}\nmiddle\n\\end{center}\n", "01.md:3", "\\begin{center}", "middle")


def row_20_windows_paths(b: Bench) -> None:
    b.either("# One\n\nIt is in C:\\Users\\x\\new and C:\\ here.\n", "01.md:3", "C:\\Users\\x\\new and C:\\ here.")


def row_21_angle_brackets(b: Bench) -> None:
    b.either("# One\n\nShe is <Maria> here.\n", "01.md:3", "<Maria>")
    b.either("# One\n\nWhen a <b and c> d holds.\n", "01.md:3", "a <b and c> d")
    b.either("# One\n\nA & B, a < b, 1<2 and AT&T; x &lt; y.\n", "01.md:3", "A & B, a < b, 1<2 and AT&T; x < y.")


def row_22_metadata_in_mid_chapter(b: Bench) -> None:
    b.either("# One\n\nBefore.\n\n---\nKey: value\n---\n\nAfter.\n", "01.md:5", "Before", "Key: value", "After")


def row_23_percent_on_the_first_line(b: Bench) -> None:
    b.either("% Ten of them\n\n# One\n\nText.\n", "01.md:1", "% Ten of them")
    b.either("%Ten of them\n\n# One\n\nText.\n", "01.md:1", "%Ten of them")


def row_24_unclosed_blocks(b: Bench) -> None:
    b.refuses("# One\n\n```\ncode\n\n# Two\n", "01.md:3")
    b.refuses("# One\n\n~~~ {.x}\ncode\n```\n", "01.md:3")
    b.refuses("# One\n\n::: {.note}\ntext\n\nMore.\n", "01.md:3")


def row_25_numbers_of_a_list(b: Bench) -> None:
    b.either("# One\n\n5. five\n7. seven\n9. nine\n", "01.md:4", "5. five", "7. seven", "9. nine")
    b.either("# One\n\n(a) first\n(c) third\n", "01.md:4", "first", "third")


def row_26_headings(b: Bench) -> None:
    b.builds("# One\n\n### Three\n\nText.\n", only="html", warns="01.md:3")
    b.builds("# One\n\n##NoSpace\n\nText.\n", only="html", warns="01.md:3")
    b.builds("# One\n\nText\n## Without a blank line\n\nText.\n", only="html", warns="01.md:4")


def row_27_raw_block_for_another_format(b: Bench) -> None:
    b.refuses("# One\n\n```{=latex}\n\\newpage\n```\n", "01.md:3", "latex")
    b.refuses("# One\n\nA `\\LaTeX`{=latex} word.\n", "01.md:3", "latex")


def row_28_mathematics_that_cannot_be_set(b: Bench) -> None:
    b.refuses("# One\n\nText $\\frac{1$ here.\n", "01.md:3")
    b.refuses("# One\n\n$$\\unknowncommand{x}$$\n", "01.md:3")


def row_29_empty_chapters(b: Bench) -> None:
    b.refuses("\n=== manuscript/01.md\n# One\n\nText.\n=== manuscript/02.md\n", "02.md:1")
    b.refuses("\n=== manuscript/01.md\n# One\n\nText.\n=== manuscript/02.md\n<!-- later -->\n", "02.md:1")
    b.refuses("\n=== manuscript/notes.txt\nnothing\n", "manuscript")


def row_30_same_title_twice(b: Bench) -> None:
    import re

    files = b.builds("\n=== manuscript/01.md\n# Same\n\nFirst.\n=== manuscript/02.md\n# Same\n\nSecond.\n")
    found = re.findall(r'<section id="([^"]+)"', files.of("html").decode())
    assert len(found) == len(set(found)) >= 2
    assert "First." in files.text("pdf") and "Second." in files.text("pdf")
