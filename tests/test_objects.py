"""Searched as they are written, the objects of a PDF hide nothing: packed or not, whatever their spelling."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Dictionary, Name, ObjectStreamMode, Pdf

from chapbook.pipeline import check
from chapbook.verify.objects import objects
from chapbook.verify.privacy import check_pdf, check_traces
from tests.conftest import ROOT

PACKED, LOOSE = ObjectStreamMode.generate, ObjectStreamMode.disable


def made(mode: ObjectStreamMode, **keys: object) -> bytes:
    """A PDF of one page with many dictionaries, and one more that has some keys."""
    out = io.BytesIO()
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Many = pikepdf.Array([pdf.make_indirect(Dictionary(Alt="no", Number=n)) for n in range(300)])
        pdf.Root.One = pdf.make_indirect(Dictionary({f"/{key}": value for key, value in keys.items()}))
        pdf.Root.Said = pdf.make_stream(b"BT <00> Tj ET" * 1000)
        pdf.save(out, object_stream_mode=mode, compress_streams=False, static_id=True)
    return out.getvalue()


@pytest.mark.parametrize("mode", [PACKED, LOOSE])
def test_the_dictionaries_that_spell_a_name_are_found(mode: ObjectStreamMode) -> None:
    data = made(mode, S=Name.URI, URI="file:///x")
    every = objects(data)
    assert bool(every.packed) is (mode is PACKED)
    assert [str(item.URI) for item in every.spelling("/URI")] == ["file:///x"]
    assert len({item.objgen for item in every.spelling("/Alt")}) == 300
    assert not [*every.spelling("/Launch")]
    with Pdf.open(io.BytesIO(data)) as pdf:
        assert {s.objgen for s in every.streams} == {o.objgen for o in pdf.objects if isinstance(o, pikepdf.Stream)}


@pytest.mark.parametrize("mode", [PACKED, LOOSE])
@pytest.mark.parametrize("action", [
    Dictionary(S=Name.URI, URI="javascript:alert(1)"), Dictionary(S=Name.URI), Dictionary(S=Name.Launch, F="x"),
    Dictionary(S=Name.GoTo, Next=pikepdf.Array([Dictionary(S=Name.JavaScript, JS="x")])), Dictionary(Type=Name.Filespec),
])  # fmt: skip
def test_an_action_in_its_link_is_found(mode: ObjectStreamMode, action: Dictionary) -> None:
    assert {found.code for found in check_pdf(made(mode, Subtype=Name.Link, A=action), "pdf")} == {"V022"}
    web = Dictionary(S=Name.URI, URI="https://example.org/")
    assert not [*check_pdf(made(mode, Subtype=Name.Link, A=web), "pdf")]


@pytest.mark.parametrize("mode", [PACKED, LOOSE])
def test_a_name_with_an_escape_in_it_hides_no_action(mode: ObjectStreamMode) -> None:
    plain = made(mode, JSxx=1)
    assert not [*check_pdf(plain, "pdf")]
    hidden = plain.replace(b"/JSxx", b"/#4aS ")
    assert b"/JS" not in hidden
    assert [found.code for found in check_pdf(hidden, "pdf")] == ["V022"]


def test_a_file_that_was_added_to_is_read_whole() -> None:
    """A second table after the first, as an editor appends it: what it says of an object counts."""
    data = made(PACKED, Harmless=1)
    with Pdf.open(io.BytesIO(data)) as pdf:
        number, root, size = pdf.Root.One.objgen[0], pdf.Root.objgen[0], int(pdf.trailer.Size)
    first = int(data.rsplit(b"startxref", 1)[1].split()[0])
    at, table = len(data), size
    added = f"{number} 0 obj\n<</JS (x)>>\nendobj\n".encode()
    where = at + len(added)
    entries = b"".join(bytes((1, *place.to_bytes(3, "big"), 0)) for place in (at, where))
    head = (f"{table} 0 obj\n<</Type /XRef /W [1 3 1] /Index [{number} 1 {table} 1] /Size {size + 1} /Root {root} 0 R"
            f" /Prev {first} /Length {len(entries)}>>\nstream\n").encode()  # fmt: skip
    whole = data + added + head + entries + f"\nendstream\nendobj\nstartxref\n{where}\n%%EOF\n".encode()
    assert not objects(whole).packed
    assert [found.code for found in check_pdf(whole, "pdf")] == ["V022"]


@pytest.mark.parametrize("mode", [PACKED, LOOSE])
@pytest.mark.parametrize(("trace", "code"), [("WeasyPrint 70.0", "V024"), ("PYDYF-v0.12", "V024"), ("at /tmp/abc", "V023")])
def test_a_trace_is_found_in_every_object(mode: ObjectStreamMode, trace: str, code: str) -> None:
    book = check(ROOT / "tests/books/minimal").book
    assert not [*check_traces(book, made(mode, Note="nothing"), "pdf")]
    assert code in {found.code for found in check_traces(book, made(mode, Note=trace), "pdf")}
    with Pdf.open(io.BytesIO(made(mode))) as pdf:
        pdf.Root.Said.write(b"<0aff> Tj\n" * 500 + trace.encode() + b"\n[<00ab>] TJ")
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=mode)
    found = [*check_traces(book, out.getvalue(), "pdf")]
    assert [one.code for one in found] == [code] and "object" in found[0].message
