"""What WeasyPrint 70.0 gets wrong without the mends, and right with them."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from chapbook.pipeline import build

TEXT = (
    "However, one long line is difficult to read, so it’s best to divide it. It’s often wise to introduce a newline "
    "and other whitespace to help break up long lines when you call a method with the `.method_name()` syntax."
)


def test_the_private_names_are_those_of_the_pinned_version() -> None:
    import weasyprint
    from weasyprint.text import line_break

    assert weasyprint.__version__ == "70.0", "look at writers/mends.py again, then raise the pin"
    names = list(inspect.signature(line_break.split_first_line).parameters)
    assert names[:4] == ["text", "style", "context", "max_width"]


@pytest.mark.parametrize("mended", [True, False])
def test_no_word_stands_alone_before_a_code(tmp_path: Path, mended: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.layout import inline
    from weasyprint.text import line_break

    from chapbook.pdftext import page_texts
    from chapbook.writers import mends

    monkeypatch.setattr(inline, "split_first_line", line_break.split_first_line)
    if not mended:  # the fault is still there to mend
        monkeypatch.setattr(mends, "mend", lambda: None)
    manuscript = tmp_path / "manuscript"
    manuscript.mkdir()
    (manuscript / "book.yaml").write_text("title: T\nauthor: A\nlang: en\n")
    (manuscript / "01.md").write_text(f"# One\n\n{TEXT}\n")
    if mended:
        mends.mend()
    made = build(tmp_path, ("pdf",)).artifacts[0]
    lines = [line.strip() for text in page_texts(made.data) for line in text.splitlines()]
    assert ("break" in lines) is not mended
