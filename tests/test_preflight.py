"""Preflight: each rule with a PDF that has the fault and one that has not; foreign PDFs; the book's own."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf

from chapbook import cli
from chapbook.preflight import RULES, Finding, Weight, preflight
from chapbook.preflight.colour import space_of, total
from chapbook.preflight.content import Walk, marks
from chapbook.preflight.matrix import IDENTITY, Matrix, across, through, times
from chapbook.preflight.plain import plain
from chapbook.preflight.sheet import sheets
from chapbook.services import Service, services
from tests.pdf_by_hand import PT, Change, bytes_of, drawn, font, picture, shown, sound

KDP, INGRAM, LULU, EUROPE = (services()[n] for n in ("kdp-paperback", "ingramspark", "lulu", "european-print-shop"))


def found(data: bytes, service: Service) -> list[Finding]:
    return [f for outcome in preflight(data, service) for f in outcome.findings]


def codes(data: bytes, service: Service) -> list[str]:
    return sorted({f.code for f in found(data, service)})



def set_box(name: str, value: list[float], page: int = 1) -> Change:
    def change(pdf: Pdf) -> None:
        pdf.pages[page - 1].obj[name] = Array(value)

    return change


def without(name: str) -> Change:
    def change(pdf: Pdf) -> None:
        for page in pdf.pages:
            del page.obj[name]

    return change


def root(name: str, value: pikepdf.Object) -> Change:
    def change(pdf: Pdf) -> None:
        pdf.Root[name] = value

    return change


def half(pdf: Pdf) -> None:
    drawn(b"/h gs 0 0 0 1 k 150 400 20 20 re f", ExtGState=Dictionary(h=Dictionary(ca=0.5)))(pdf)


def masked(pdf: Pdf) -> pikepdf.Object:
    return picture(pdf, SMask=picture(pdf, Name.DeviceGray))


def unembedded(pdf: Pdf) -> None:
    pdf.pages[2].obj.Resources.Font.F = font(pdf, embedded=False)


def linked(pdf: Pdf) -> None:
    pdf.pages[1].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9])])


def intended(pdf: Pdf) -> None:
    profile = pdf.make_stream(b"\0" * 200, N=4)
    pdf.Root.OutputIntents = Array([Dictionary(S=Name.GTS_PDFX, OutputConditionIdentifier="X", DestOutputProfile=profile)])


def blank(first: int, last: int) -> Change:
    def change(pdf: Pdf) -> None:
        for page in list(pdf.pages)[first - 1 : last]:
            page.obj.Contents = pdf.make_stream(b"")

    return change


def broken_stream(pdf: Pdf) -> None:
    pdf.pages[0].obj.Contents = pdf.make_stream(b"/F 1 2 3 Tf 1 0 0 cm re f (x")


# code → the service that asks, the file with the fault, words of the finding.
FAULTS: dict[str, tuple[Service, bytes, str]] = {
    "P001": (KDP, b"this is no PDF", "no PDF"),
    "P002": (KDP, sound(KDP, broken_stream), "cannot be read whole"),
    "P010": (KDP, sound(KDP, set_box("/TrimBox", [0, 0, 400, 595.276], 3)), "the first is 148.0 × 210.0 mm"),
    "P011": (KDP, sound(KDP, width_mm=130, height_mm=190), "130.0 × 190.0 mm"),
    "P012": (KDP, sound(KDP, set_box("/TrimBox", [-20, 0, 399.53, 595.276])), "over the bleed"),
    "P013": (LULU, sound(replace(LULU, bleed=EUROPE.bleed, pages_least=31)), "the bleed is left 3.0"),
    "P014": (KDP, sound(KDP, set_box("/MediaBox", [-50, -50, 500, 650])), "larger than its bleed"),
    "P015": (KDP, sound(KDP, without("/TrimBox"), without("/BleedBox")), "name no trim"),
    "P020": (KDP, sound(KDP, pages=5), "5 pages"),
    "P021": (KDP, sound(KDP, blank(4, 6)), "3 blank pages"),
    "P030": (KDP, sound(KDP, drawn(b"BT /F 10 Tf 20 300 Td (Words) Tj ET")), "mm from the inside edge"),
    "P031": (KDP, sound(KDP, drawn(b"BT /F 10 Tf 150 20 Td (Words) Tj ET")), "mm from the foot"),
    "P032": (KDP, sound(KDP, drawn(b"q .5 0 0 .5 0 0 cm BT /F 10 Tf 1 0 0 1 300 600 Tm (Words) Tj ET Q")), "type of 5.0 pt"),
    "P033": (KDP, sound(KDP, drawn(b"BT /F 10 Tf 150 -8 Td (Words) Tj ET")), "cut off"),
    "P040": (KDP, sound(KDP, shown(50, picture)), "300 × 300 pixels is printed at 152 ppi"),
    "P050": (INGRAM, sound(INGRAM, drawn(b"1 0 0 rg 150 400 20 20 re f")), "an area in DeviceRGB"),
    "P051": (INGRAM, sound(INGRAM, drawn(b".6 .4 .4 1 k BT /F 10 Tf 150 320 Td (Words) Tj ET")), "dark text of 10.0 pt"),
    "P052": (INGRAM, sound(INGRAM, drawn(b"1 1 .5 .5 k 150 400 20 20 re f")), "300 % ink"),
    "P060": (KDP, sound(KDP, half), "opacity (ca) 0.5"),
    "P070": (KDP, sound(KDP, unembedded), "font Test is not embedded"),
    "P080": (KDP, sound(KDP, linked), "1 annotations (Link)"),
    "P081": (KDP, sound(KDP, root("/Outlines", Dictionary(First=Dictionary(Title="A")))), "bookmarks"),
    "P082": (KDP, bytes_of(Pdf.open(io.BytesIO(sound(KDP))), encryption=pikepdf.Encryption(owner="o", user="")),
             "encrypted"),
    "P083": (replace(KDP, most_mb=0.001), sound(KDP), "the file has 0 MB"),
    "P090": (EUROPE, sound(EUROPE), "no PDF/X"),
    "P091": (KDP, sound(KDP, lambda pdf: pdf.docinfo.__setitem__("/GTS_PDFXVersion", "PDF/X-1a:2003")), "no CreationDate"),
    "P092": (INGRAM, sound(INGRAM, intended), "ICC profile"),
}


@pytest.mark.parametrize("code", FAULTS)
def test_the_fault_is_found(code: str) -> None:
    service, data, words = FAULTS[code]
    said = [f for f in found(data, service) if f.code == code]
    assert said, found(data, service)
    assert any(words in f.found for f in said), said
    assert all(f.asks and f.mend for f in said)


def test_every_rule_has_its_fault() -> None:
    assert {rule.code for rule in RULES} | {"P001"} == set(FAULTS)
    for code, (service, _, _) in FAULTS.items():
        assert code == "P001" or next(r for r in RULES if r.code == code).asked(service)


@pytest.mark.parametrize("service", [KDP, LULU, INGRAM, EUROPE], ids=lambda s: s.name)
def test_a_sound_file_has_no_fault(service: Service) -> None:
    """No rule says anything but that the standard is missing, which a file by hand does not name."""
    allowed = {"P090"} if service.standards else set()
    clean = sound(service, shown(25.4, picture))
    assert set(codes(clean, service)) == allowed, found(clean, service)


# ── variants of a fault ──────────────────────────────────────────────────────


def test_colours_are_found_wherever_they_are() -> None:
    def form(pdf: Pdf) -> None:
        inner = pdf.make_stream(b"1 0 0 RG 0 0 9 9 re S", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        outer = pdf.make_stream(b"/In Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], Matrix=[2, 0, 0, 2, 150, 400],
                                Resources=Dictionary(XObject=Dictionary(In=inner)))
        drawn(b"/Out Do", XObject=Dictionary(Out=outer))(pdf)

    def tile(pdf: Pdf) -> None:
        tiling = pdf.make_stream(b"0 1 0 rg 0 0 1 1 re f", PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 2, 2],
                                 XStep=2, YStep=2, Resources=Dictionary())
        drawn(b"/Pattern cs /T scn 150 400 9 9 re f", Pattern=Dictionary(T=tiling))(pdf)

    def gradient(pdf: Pdf) -> None:
        shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 1, 1],
                             Function=Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0], C1=[1, 1, 1], N=1))
        drawn(b"/S sh", Shading=Dictionary(S=shading))(pdf)

    def inline(pdf: Pdf) -> None:
        drawn(b"q 2 0 0 2 150 400 cm BI /W 1 /H 1 /BPC 8 /CS /RGB ID abc EI Q")(pdf)

    def indexed(pdf: Pdf) -> None:
        made = picture(pdf, Name.DeviceGray)
        made.ColorSpace = Array([Name.Indexed, Name.DeviceRGB, 1, pikepdf.String(b"abcdef")])
        shown(10, lambda _: made)(pdf)

    for change, what in ((form, "a line"), (tile, "an area"), (gradient, "a gradient"), (inline, "a picture"), (indexed, "a picture")):
        said = [f for f in found(sound(INGRAM, change), INGRAM) if f.code == "P050"]
        assert said and what in said[0].found and "DeviceRGB" in said[0].found, (change.__name__, said)


def test_a_service_that_names_no_spaces_is_only_warned() -> None:
    said = found(sound(KDP, drawn(b"1 0 0 rg 150 400 20 20 re f")), KDP)
    assert [f.weight for f in said if f.code == "P050"] == [Weight.WARNING]


def test_the_form_of_a_form_is_measured_at_its_size() -> None:
    """A picture of 300 pixels at 1 inch, made twice as large by the form it stands in."""

    def change(pdf: Pdf) -> None:
        inner = pdf.make_stream(b"q 72 0 0 72 0 0 cm /Im Do Q BT /F 4 Tf (x) Tj ET", Type=Name.XObject, Subtype=Name.Form,
                                BBox=[0, 0, 99, 99], Matrix=[2, 0, 0, 2, 0, 0],
                                Resources=Dictionary(XObject=Dictionary(Im=picture(pdf)), Font=Dictionary(F=font(pdf))))
        drawn(b"q 1 0 0 1 150 300 cm /Out Do Q", XObject=Dictionary(Out=inner))(pdf)

    said = found(sound(KDP, change), KDP)
    assert [f.found for f in said if f.code == "P040"] == ["a picture of 300 × 300 pixels is printed at 150 ppi"]
    assert not [f for f in said if f.code == "P032"]  # 4 pt, twice as large


def test_ink_of_pictures() -> None:
    def jpeg(value: tuple[int, int, int, int], *, decode: bool) -> Change:
        from PIL import Image

        def change(pdf: Pdf) -> None:
            out = io.BytesIO()
            Image.new("CMYK", (300, 300), value).save(out, "JPEG", quality=95)
            made = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image, Width=300, Height=300,
                                   ColorSpace=Name.DeviceCMYK, BitsPerComponent=8)
            made.write(out.getvalue(), filter=Name.DCTDecode)
            if decode:
                made.Decode = Array([1, 0] * 4)
            shown(20, lambda _: made)(pdf)

        return change

    heavy = {"P052"}
    assert heavy & set(codes(sound(INGRAM, shown(20, lambda pdf: picture(pdf, value=200))), INGRAM))
    assert not heavy & set(codes(sound(INGRAM, shown(20, lambda pdf: picture(pdf, value=140))), INGRAM))
    assert heavy & set(codes(sound(INGRAM, jpeg((200, 200, 200, 200), decode=True)), INGRAM))
    assert not heavy & set(codes(sound(INGRAM, jpeg((40, 40, 40, 40), decode=True)), INGRAM))
    assert heavy & set(codes(sound(INGRAM, jpeg((40, 40, 40, 40), decode=False)), INGRAM))


def test_every_kind_of_transparency() -> None:
    def grouped(pdf: Pdf) -> None:
        form = pdf.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9],
                               Group=Dictionary(S=Name.Transparency))
        drawn(b"/G Do", XObject=Dictionary(G=form))(pdf)

    def blended(pdf: Pdf) -> None:
        drawn(b"/m gs 150 400 9 9 re f", ExtGState=Dictionary(m=Dictionary(BM=Name.Multiply)))(pdf)

    def see_through_group(pdf: Pdf) -> None:
        """As Chromium writes it: the group is half opaque, what is in it says it is opaque."""
        form = pdf.make_stream(b"/full gs 0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9],
                               Group=Dictionary(S=Name.Transparency),
                               Resources=Dictionary(ExtGState=Dictionary(full=Dictionary(ca=1))))
        drawn(b"/h gs /G Do", XObject=Dictionary(G=form), ExtGState=Dictionary(h=Dictionary(ca=0.25)))(pdf)

    said = {}
    for change in (grouped, see_through_group, blended, half, shown(25.4, masked)):
        (finding,) = [f for f in found(sound(LULU, change), LULU) if f.code == "P060"]
        said[finding.found] = finding.weight
    assert said == {"transparency group": Weight.WARNING, "opacity (ca) 0.25; transparency group": Weight.ERROR,
                    "blend mode Multiply": Weight.ERROR,
                    "opacity (ca) 0.5": Weight.ERROR, "soft mask of a picture": Weight.ERROR}
    assert "P060" not in codes(sound(EUROPE, half), EUROPE)  # PDF/X-4 may have it


def test_spot_colours_and_registration() -> None:
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 1, 0, 0], N=1)
    gold = space_of(Array([Name.Separation, Name.Gold, Name.DeviceCMYK, tint]), None)
    every = space_of(Array([Name.Separation, Name.All, Name.DeviceCMYK, tint]), None)
    assert total(gold, [0.5]) == 0.5
    assert total(every, [1.0]) == 4.0
    assert gold.shown() == "Separation Gold"
    assert total(space_of(Name.DeviceRGB, None), [0, 0, 0]) is None


# ── pages of every kind ──────────────────────────────────────────────────────


def single(service: Service, **keys: object) -> bytes:
    return sound(service, *(lambda pdf, k=k, v=v: pdf.pages[0].obj.__setitem__(f"/{k}", v) for k, v in keys.items()))


def test_a_page_on_its_side_is_measured_as_seen() -> None:
    """A page lying on its side and turned upright again is the same page."""

    def lie(pdf: Pdf) -> None:
        for number, page in enumerate(pdf.pages, start=1):
            left, right = (0, 9) if number % 2 else (9, 0)
            page.obj.MediaBox = page.obj.BleedBox = Array([-9, -left, 595.276 + 9, 419.528 + right])
            page.obj.TrimBox = Array([0, 0, 595.276, 419.528])
            page.obj.Rotate = 90
            page.obj.Contents = pdf.make_stream(b"0 0 0 1 k BT /F 10 Tf 0 1 -1 0 300 150 Tm (Words) Tj ET")

    said = found(sound(KDP, lie), KDP)
    assert not said, said
    low = found(sound(KDP, lie, drawn(b"BT /F 10 Tf 0 1 -1 0 300 20 Tm (Words) Tj ET")), KDP)
    assert [f.code for f in low] == ["P030"], low  # its lower edge is at the spine


def test_user_unit_makes_everything_larger() -> None:
    def doubled(pdf: Pdf) -> None:
        for page in pdf.pages:
            for name in ("/MediaBox", "/BleedBox", "/TrimBox"):
                page.obj[name] = Array([float(v) / 2 for v in page.obj[name]])
            page.obj.UserUnit = 2
            page.obj.Contents = pdf.make_stream(b"0 0 0 1 k BT /F 5 Tf 75 150 Td (Words) Tj ET")

    assert not found(sound(KDP, doubled), KDP)


def test_boxes_are_inherited() -> None:
    def inherit(pdf: Pdf) -> None:
        for page in pdf.pages:
            box, resources = page.obj.MediaBox, page.obj.Resources
            del page.obj.MediaBox, page.obj.Resources
        pdf.Root.Pages.MediaBox, pdf.Root.Pages.Resources = box, resources

    data = sound(EUROPE, inherit)
    assert codes(data, EUROPE) == ["P090"], found(data, EUROPE)


def test_a_page_without_a_trim_is_guessed_from_its_size() -> None:
    data = sound(KDP, without("/TrimBox"), without("/BleedBox"))
    assert codes(data, KDP) == ["P015"], found(data, KDP)
    with Pdf.open(io.BytesIO(data)) as pdf:
        assert [round(v, 1) for v in next(sheets(pdf, KDP)).cut] == [0, 0, 419.5, 595.3]


def test_content_that_leads_to_itself_ends() -> None:
    def loop(pdf: Pdf) -> None:
        form = pdf.make_indirect(pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9]))
        form.write(b"/Me Do /Me Do " * 3)
        form.Resources = Dictionary(XObject=Dictionary(Me=form))
        pdf.pages[0].obj.Resources.XObject = Dictionary(Me=form)
        pdf.pages[0].obj.Contents = pdf.make_stream(b"0 0 9 9 re f")

    data = sound(KDP, loop)
    assert isinstance(codes(data, KDP), list)


def test_a_file_that_asks_for_a_password_is_told() -> None:
    with Pdf.open(io.BytesIO(sound(KDP))) as pdf:
        locked = bytes_of(pdf, encryption=pikepdf.Encryption(owner="o", user="u"))
    (only,) = found(locked, KDP)
    assert only.code == "P082" and "password" in only.found


@pytest.mark.parametrize("cut", [0, 5, 100, 1500])
def test_bytes_that_are_no_pdf(cut: int) -> None:
    assert found(sound(KDP)[:cut], KDP)


POSTSCRIPT = """%!PS
<< /PageSize [612 792] >> setpagedevice
/Helvetica findfont 6 scalefont setfont
72 700 moveto (Words in small type) show
1 0 0 setrgbcolor 200 200 100 100 rectfill
showpage
"""


def test_a_file_of_ghostscripts(tmp_path: Path, needs) -> None:  # type: ignore[no-untyped-def]
    source, out = tmp_path / "a.ps", tmp_path / "a.pdf"
    source.write_text(POSTSCRIPT)
    subprocess.run([needs("gs"), "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pdfwrite", "-dEmbedAllFonts=false",
                    f"-sOutputFile={out}", str(source)], check=True)
    assert {"P015", "P020", "P032", "P050"} <= set(codes(out.read_bytes(), KDP))
    assert {"P050", "P090"} <= set(codes(out.read_bytes(), INGRAM))


PAGE = """<!doctype html><style>@page { size: 6in 9in; margin: .2in } p { font: 6pt serif } i { opacity: .5 }</style>
<p>Small <i>and half</i> <a href="https://example.org">away</a></p>"""


def test_a_file_of_chromiums(tmp_path: Path, needs) -> None:  # type: ignore[no-untyped-def]
    source, out = tmp_path / "a.html", tmp_path / "a.pdf"
    source.write_text(PAGE)
    switches = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
                "--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path}/profile"]
    subprocess.run([needs("chromium"), *switches, "--no-pdf-header-footer", f"--print-to-pdf={out}", source.as_uri()],
                   check=True, capture_output=True, timeout=120)
    said = found(out.read_bytes(), KDP)
    assert {"P015", "P020", "P031", "P032", "P050", "P060", "P080"} <= {f.code for f in said}, said
    assert any("opacity (ca) 0.5" in f.found for f in said)


# ── laws ─────────────────────────────────────────────────────────────────────

NUMBER = st.floats(-50, 50)
MATRIX = st.tuples(*[NUMBER] * 6)


@given(MATRIX, MATRIX, MATRIX)
def test_matrices_join_in_order(a: Matrix, b: Matrix, c: Matrix) -> None:
    assert times(times(a, b), c) == pytest.approx(times(a, times(b, c)), abs=1e-3, rel=1e-6)
    assert times(a, IDENTITY) == a == times(IDENTITY, a)


@given(st.floats(0.1, 20), st.floats(-300, 300), st.floats(-300, 300))
def test_a_scaled_picture_is_as_large_as_it_says(scale: float, x: float, y: float) -> None:
    box = through((scale, 0, 0, scale, x, y), (0, 0, 1, 1))
    assert across((scale, 0, 0, scale, x, y)) == pytest.approx(box[2] - box[0], abs=1e-6)


@given(st.binary(max_size=200))
@example(b"[\x01]\x01")
def test_any_content_is_walked(content: bytes) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 200))
        page.obj.Contents = pdf.make_stream(content)
        try:
            for mark in marks(page, Walk()):
                assert mark.kind
        except pikepdf.PikepdfError:
            pass


# ── the verb ─────────────────────────────────────────────────────────────────


def test_the_verb(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "book.pdf"
    path.write_bytes(sound(KDP, shown(50, picture)))
    assert cli.main(["preflight", str(path), "--service", "kdp-paperback"]) == 3
    said = capsys.readouterr()
    assert "page 1, 53 mm from the left" in said.err and "error P040" in said.err
    assert "KDP paperback asks: 300 ppi" in said.err and "mend: 591 × 591 pixels" in said.err
    assert "would refuse it" in said.out
    path.write_bytes(sound(INGRAM))
    assert cli.main(["preflight", str(path), "--service", "ingramspark", "--json"]) == 3
    data = json.loads(capsys.readouterr().out)
    assert data["status"] == "refused" and data["checked"] == "2026-11"
    path.write_bytes(sound(LULU))
    assert cli.main(["preflight", str(path), "--service", "lulu"]) == 0
    assert "has nothing against it" in capsys.readouterr().out
    assert cli.main(["preflight", str(tmp_path / "none.pdf"), "--service", "lulu"]) == 4


def test_a_margin_is_told_from_the_spine() -> None:
    """On a left-hand page the spine is on the right."""
    near = f"BT /F 10 Tf {148 * PT - 45:.1f} 300 Td (Words) Tj ET".encode()
    assert "P030" not in codes(sound(KDP, drawn(near, page=1)), KDP)
    assert "P030" in codes(sound(KDP, drawn(near, page=2)), KDP)


def test_the_spine_is_on_the_other_side_where_one_reads_from_the_right() -> None:
    def backwards(pdf: Pdf) -> None:
        pdf.Root.ViewerPreferences = Dictionary(Direction=Name.R2L)
        for page in pdf.pages:
            box = [float(v) for v in page.obj.MediaBox]
            width = float(page.obj.TrimBox[2])
            page.obj.MediaBox = page.obj.BleedBox = Array([width - box[2], box[1], width - box[0], box[3]])

    near = f"BT /F 10 Tf {148 * PT - 45:.1f} 300 Td (Words) Tj ET".encode()
    assert not found(sound(KDP, backwards), KDP)
    assert "P030" in codes(sound(KDP, backwards, drawn(near, page=1)), KDP)
    assert "P030" not in codes(sound(KDP, backwards, drawn(near, page=2)), KDP)


def test_a_damaged_file_is_told_and_never_stops_the_look() -> None:
    """Sixty files with a few bytes changed, from a seed."""
    with Pdf.open(io.BytesIO(sound(KDP, shown(25.4, picture, (150, 400)), pages=24))) as pdf:
        whole = bytes_of(pdf, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    chance = random.Random(6)
    pieces = (b"/", b"<<", b">>", b"[", b" null ", b" -1 ", b" 1e99 ", b" 0 0 R ", b"(", b"\xff")
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 5, 40))):
            at = chance.randrange(len(data))
            data[at : at + chance.randrange(2)] = chance.choice(pieces)
        assert preflight(bytes(data), chance.choice((KDP, INGRAM, LULU, EUROPE)))


_LINE = b"[ <0010> 0 <0029> -1.5 () 3 <002f> 0 ] TJ"
_CLOSE = b"[<>0.0<0010>10<0029>0<>-1.5<00010469>-78<002f>0] TJ"


@pytest.mark.parametrize(("content", "texts"), [
    (b"BT %s %s ET", 2),
    (b"BT [ () 3 <0010> ] TJ [ 3 ] TJ [ () ] TJ [<00>]TJ ET", 2),
    (b"BT (\\( %s) Tj ([ <00>) Tj [ <00>\n0 ] TJ ET", 3),
    (b"BT % [ <00>\n 0 <01> ] TJ\n[ <00> 0 (a ] TJ) ] TJ ET", 1),
    (b"BT [<0g>0] TJ [<>] TJ [<>0] TJ [0<00>] TJ %s ET", 2),
    (b"% %s\nBT 3 Tr %s 0 Tr %s ET", 1),
    (b"BT [ <00> 0 (] TJ [ <00> ] TJ) ] TJ %s ET", 2),
])  # fmt: skip
@pytest.mark.parametrize("line", [_LINE, _CLOSE])
def test_no_line_of_glyphs_is_lost_by_cutting_it_short(content: bytes, texts: int, line: bytes) -> None:
    """Lines of glyphs are cut before they are parsed: strings, comments and what follows are as they were."""
    content = content.replace(b"%s", line) + b" 0 0 1 rg 1 2 3 4 re f"
    with Pdf.open(io.BytesIO(sound(KDP, drawn(content)))) as pdf:
        kinds = [m.kind for page in pdf.pages for m in marks(page, Walk()) if m.kind == "text" or m.colour.values[-1:] == (1,)]
    with Pdf.open(io.BytesIO(sound(KDP))) as pdf:
        before = [m.kind for page in pdf.pages for m in marks(page, Walk()) if m.kind == "text" or m.colour.values[-1:] == (1,)]
    assert kinds.count("text") - before.count("text") == texts
    assert kinds.count("fill") == before.count("fill") + 1


_TEXT = b"BT\n1 0 0 1 30. 300 Tm\n/F 10.5 Tf\n%s\nET\n" % _LINE


@pytest.mark.parametrize("between", [
    b"1 0 0 rg\n", b"q 0.5 g\n", b"/G gs\n", b"3 Tr\n", b"BT 0 1 0 rg ET\n", b"% BT\n", b"1 0 0 1 5 5 cm\n", b"/P Do\n",
])  # fmt: skip
def test_a_coarse_walk_sees_every_colour(between: bytes) -> None:
    """Text in a row is told once; never over what changes its colour, or lets something through."""
    state = Dictionary(Type=Name.ExtGState, ca=0.5)
    content = _TEXT * 3 + between + _TEXT * 3 + b"0 0 1 rg 1 2 3 4 re f\n" + _TEXT
    with Pdf.open(io.BytesIO(sound(KDP, drawn(content, ExtGState=Dictionary(G=state))))) as pdf:
        page = pdf.pages[0]
        fine, coarse = ([(m.kind, m.colour, m.see_through) for m in marks(page, Walk(c))] for c in (False, True))
    assert list(dict.fromkeys(fine)) == list(dict.fromkeys(coarse))
    assert len(coarse) < len(fine)


_PLAIN_LINES = (b"q", b"q", b"Q", b"Q", b"0 0 0 1 k", b"0.5 g", b"1 0 0 RG", b"1 2 3 4 re", b"W n", b"f*", b"S", b"B",
                b"BT\n1 0 0 -1 9.5 8 Tm\n/F 9 Tf\n%b\nET" % _CLOSE, b"BT\nET", b"BT\n3 -4 Td\n<0012> Tj\nET", b"1 0 0 1 5. -5 cm",
                b"BT\n[<>0.0] TJ\nET", b"BT\n[<>-1<>] TJ\n[3] TJ\n[0<><00>] TJ\nET", b"/P Do", b"/G gs", b"/CS cs", b"0.5 sc", b"[3 2] 0 d", b"0.25 w")  # fmt: skip


def test_what_is_read_without_a_parser_is_what_the_parser_says() -> None:
    """Three hundred contents in the plainest form, from a seed: every colour of every kind of mark, in its order."""
    chance = random.Random(8)
    state, form = Dictionary(Type=Name.ExtGState, ca=0.5), b"0 0 1 rg\n1 2 3 4 re\nf"
    with Pdf.open(io.BytesIO(sound(KDP))) as pdf:
        page = pdf.pages[0]
        made = pdf.make_stream(form, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        page.obj.Resources = Dictionary(XObject=Dictionary(P=made), ExtGState=Dictionary(G=state),
                                        ColorSpace=Dictionary(CS=Name.DeviceGray))  # fmt: skip
        for _ in range(300):
            lines = chance.choices(_PLAIN_LINES, k=chance.choice((4, 12, 40)))
            content = chance.choice((b"\n", b"\n\n")).join(lines * chance.choice((1, 2)))
            assert plain(content) is not None, content
            page.obj.Contents = pdf.make_stream(content)
            fine, coarse = ([(m.kind, m.colour, m.see_through) for m in marks(page, Walk(c))] for c in (False, True))
            assert list(dict.fromkeys(fine)) == list(dict.fromkeys(coarse)), content


@pytest.mark.parametrize("line", [
    b"1 2 re", b"0 0 1 k", b"k", b"BT (a) Tj ET", b"BT [<00>1-2<01>] TJ ET", b"BT [<0g>] TJ ET", b"BT [<00>1.2.3<01>] TJ ET", b"% f",
    b"BT 3 Tr <00> Tj ET", b"BT <00> Tj", b"<00> Tj", b"/P#20 Do", b"BI /W 1 ID x EI", b"1 2 3 4 re\rf", b"--1 g", b"- g",
    b"BT [<00>-<01>] TJ ET", b"/X /Y Do", b"(\nf\n) Do", b"<<\nf\n>> gs", b"BX", b"1 0 0 1 5 5 cm 7",
])  # fmt: skip
def test_what_is_not_plain_is_for_the_parser(line: bytes) -> None:
    assert plain(b"\nq\n\n0 g\n1 2 3 4 re  f\n") is not None
    assert plain(b"q\n0 g\n" + line + b"\n1 2 3 4 re\nf\n") is None


def test_text_that_cannot_be_measured_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: bytes) -> None:
        raise ValueError("Failed to load page.")

    monkeypatch.setattr(sys.modules["chapbook.preflight.examined"], "text_boxes", refuse)
    assert [f.found for f in found(sound(KDP), KDP)] == ["the text cannot be measured: Failed to load page."]
