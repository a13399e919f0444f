"""Instructions found line by line are those the parser finds; what is not plain is left to the parser."""

from __future__ import annotations

import io

import pikepdf
import pytest

from chapbook.compose.style import default_styles
from chapbook.pipeline import check
from chapbook.writers import bodies, recolour
from chapbook.writers.inks import Inks
from chapbook.writers.instructions import by_line, instructions, parsed, plain
from tests.test_books import BOOKS


def said(written: bytes) -> list[tuple[str, str]]:
    with pikepdf.new() as pdf:
        found = pikepdf.parse_content_stream(pdf.make_stream(written))
        return [(str(one.operator), repr(list(one.operands))) for one in found]


@pytest.mark.parametrize("name", ["illustrated", "many-scripts"])
def test_a_line_is_an_instruction_on_every_page(name: str) -> None:
    result = check(BOOKS[name])
    master = bodies.lay_out_book(result.book, result.project.styles or default_styles(), 1, lambda _step, _what: None)
    streams = 0
    with pikepdf.open(io.BytesIO(master.pdf)) as pdf:
        for page in pdf.pages:
            page.contents_coalesce()
        drawn = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Form"]
        for stream in [page.obj.Contents for page in pdf.pages] + drawn:
            found = by_line(stream.read_bytes())
            assert found is not None
            assert [operator for operator, _ in found] == [operator for operator, _ in parsed(stream)]
            assert said(b"\n".join(written for _, written in found)) == said(stream.read_bytes())
            assert plain(stream.read_bytes()) or b"scn" in stream.read_bytes()
            streams += 1
    assert streams > 10


@pytest.mark.parametrize("content", [
    b"0 0 0 rg 1 1 1 rg", b"(1 0 0 rg\n) Tj", b"[(a)] TJ", b"q % 1 0 0 rg\nQ", b"BI\n/W 1\nID\nx\nEI", b"0 0 rg\n1 rg",
    b"/Span\nq\nBDC", b"[<00>] TJ [<01>] TJ", b"/P0 q scn", b"EMC EMC", b"0 0 0\nrg",
    b"[1] 0 d [2] 0 d", b"/Span\n<</MCID 0>>\nBMC", b"1 0 0 RG\r0 0 1 rg",
])  # fmt: skip
def test_what_is_not_one_instruction_a_line_is_parsed(content: bytes) -> None:
    assert by_line(content) is None and not plain(content)
    with pikepdf.new() as pdf:
        stream = pdf.make_stream(content)
        assert instructions(stream) == parsed(stream)


def test_operands_without_an_operator_are_not_told() -> None:
    assert by_line(b"/Span\n<</MCID 0>>") is None and by_line(b"/Span <</MCID 0>>") is None


PLAIN = (b"q\n1 0 0 rg\n/Span\n<</MCID 0>>\nBDC\n/a1 gs\n0.5 G\n\n[<00> 3 <01>] TJ\nEMC\n/Artifact\nBMC\n/F 9 Tf\n/X Do\nEMC\n"
         b"0 0 0 1 k\n/Artifact <</Type /Pagination>> BDC\n1 0 0 RG\n[1 2] 0 d\nEMC\nQ\n0 g")  # fmt: skip
SOFT = b"/Span\n<</MCID 1 /ActualText <feff00AD>>>\nBDC\nEMC"


@pytest.mark.parametrize("content", [
    PLAIN, b"\n\n" + PLAIN + b"\n", b"", SOFT, PLAIN + b"\n" + SOFT, b"\n".join((SOFT, SOFT.replace(b"00AD", b"0041"), SOFT)),
])  # fmt: skip
@pytest.mark.parametrize("transparent", [False, True])
def test_a_plain_stream_is_changed_as_instruction_by_instruction(
    content: bytes, transparent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert plain(content)
    with pikepdf.new() as pdf:
        recolouring = recolour.Recolouring(pdf, Inks(default_styles(), None, None))
        recolouring.transparent = transparent
        changed = recolouring._inked(pdf.make_stream(content))
        monkeypatch.setattr(recolour, "plain", lambda _: False)
        assert changed == recolouring._inked(pdf.make_stream(content))
        assert (b"BDC" in changed) == (b"0041" in content)
