"""The press PDF: inks, boxes, marks, standards; services as data; and the plates Ghostscript makes of it."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chapbook import printing
from chapbook.compose import pages
from chapbook.compose.style import default_styles
from chapbook.errors import ManuscriptError
from chapbook.model import Book, Trim
from chapbook.pipeline import build, check
from chapbook.printing import Printing
from chapbook.read.manuscript import files_used
from chapbook.services import LARGEST_BLEED_MM, Edges, services
from chapbook.writers import boxes, press, weasy
from chapbook.writers.inks import Inks, most_ink
from chapbook.writers.plates import ready
from chapbook.writers.recolour import Recolouring, shows_through
from chapbook.writers.service import laid_out_for
from tests.books_by_hand import unfold
from tests.conftest import CI, ROOT

STYLES = default_styles()
GHOSTSCRIPTS = Path("/usr/share/color/icc/ghostscript/default_cmyk.icc")
PT = 72 / 25.4


@pytest.fixture(scope="module")
def book() -> Book:
    """The illustrated book on a machine that has no profile."""
    found = check(ROOT / "tests" / "books" / "illustrated").book
    return printed_with(found, None)


@pytest.fixture(scope="module")
def master(book: Book) -> bytes:
    return weasy.lay_out(pages.compose(book, STYLES)).pdf


@pytest.fixture(scope="module")
def profile() -> bytes:
    if not GHOSTSCRIPTS.is_file():
        (pytest.fail if CI else pytest.skip)("NOT CHECKED: Ghostscript's CMYK profile is not installed")
    return GHOSTSCRIPTS.read_bytes()


def printed_with(book: Book, profile: bytes | None) -> Book:
    used = Printing(printing.conditions()["FOGRA39"], profile)
    return replace(book, options={**book.options, "printing": used})


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def box(page: pikepdf.Page, name: str) -> tuple[float, ...]:
    return tuple(float(v) for v in page.obj[name])


# ── the file ─────────────────────────────────────────────────────────────────


def test_without_a_profile_it_names_a_registered_condition(book: Book, master: bytes) -> None:
    made = press.press(book, master, STYLES)
    assert made.said() == "PDF/X-1a:2003, FOGRA39"
    with opened(made.data) as pdf:
        assert pdf.pdf_version == "1.4"
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == pikepdf.Name.GTS_PDFX
        assert str(intent.OutputConditionIdentifier) == "FOGRA39"
        assert str(intent.RegistryName) == "http://www.color.org"
        assert "/DestOutputProfile" not in intent
        assert str(pdf.docinfo["/GTS_PDFXVersion"]) == "PDF/X-1a:2003"
        assert pdf.docinfo["/Trapped"] == pikepdf.Name("/False")
        assert str(pdf.docinfo["/CreationDate"]) == "D:20250101000000Z"


def test_with_a_profile_it_is_x4(book: Book, master: bytes, profile: bytes) -> None:
    made = press.press(printed_with(book, profile), master, STYLES)
    assert made.standard == "PDF/X-4"
    with opened(made.data) as pdf:
        assert pdf.pdf_version == "1.6"
        (intent,) = pdf.Root.OutputIntents
        assert intent.DestOutputProfile.read_bytes() == profile
        assert intent.DestOutputProfile.N == 4
        xmp = pdf.Root.Metadata.read_bytes().decode()
        assert "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>" in xmp
        assert "<xmp:MetadataDate>2025-01-01T00:00:00Z" in xmp
        assert all(f"<xmpMM:{k}>" in xmp for k in ("DocumentID", "VersionID", "RenditionClass"))
        assert "/GTS_PDFXVersion" not in pdf.docinfo


def test_without_a_date_no_standard_is_named(book: Book, master: bytes) -> None:
    made = press.press(replace(book, work=replace(book.work, date="")), master, STYLES)
    assert made.standard == "" and made.said() == "no PDF/X (no date in book.yaml), FOGRA39"
    assert b"GTS_PDFXVersion" not in made.data


@pytest.mark.parametrize("name", [None, *services()])
def test_same_bytes_boxes_and_nothing_to_click(book: Book, master: bytes, name: str | None) -> None:
    service = services()[name] if name else None
    made = press.press(book, master, STYLES, service)
    assert made.data == press.press(book, master, STYLES, service).data
    assert b"/ObjStm" not in made.data
    edges = service.bleed if service else Edges(3, 3, 3, 3)
    with opened(made.data) as pdf:
        assert len(pdf.trailer.ID) == 2
        assert not {"/Outlines", "/StructTreeRoot", "/Names", "/AcroForm"} & set(pdf.Root.keys())
        forms = set()
        for number, page in enumerate(pdf.pages, start=1):
            assert "/Annots" not in page.obj and "/ArtBox" not in page.obj and "/CropBox" not in page.obj
            trim, bleed, media = (box(page, n) for n in ("/TrimBox", "/BleedBox", "/MediaBox"))
            left, right = (edges.inside, edges.outside) if number % 2 else (edges.outside, edges.inside)
            assert trim[2] - trim[0] == pytest.approx(432, abs=0.01)
            assert trim[0] - bleed[0] == pytest.approx(left * PT, abs=0.01)
            assert bleed[2] - trim[2] == pytest.approx(right * PT, abs=0.01)
            assert trim[1] - bleed[1] == pytest.approx(edges.bottom * PT, abs=0.01)
            room = 0.0 if service else 7 * PT
            assert bleed[0] - media[0] == pytest.approx(room, abs=0.01)
            marks = page.obj.Resources.get("/XObject", {}).get("/CropMarks") if "/Resources" in page.obj else None
            forms.add(marks.objgen if marks is not None else None)
        assert forms == ({None} if service else forms - {None}) and len(forms) == 1
        if service:
            assert len(pdf.pages) % 2 == 0 and len(pdf.pages) >= service.pages_least
            assert not service.last_blank or press.is_blank(pdf.pages[-1])
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == pikepdf.Name.FontDescriptor:
                assert "/FontFile2" in item


def test_marks_stand_beyond_the_bleed() -> None:
    frame = boxes.frame((0, 0, 400, 600), Edges(3, 3, 3, 0), spine_left=True, marks=True)
    numbers = [line.split() for line in boxes._marks(frame).splitlines() if line.endswith(" l")]
    assert len(numbers) == 8
    for x0, y0, _, x1, y1, _ in numbers:
        outside_x = max(float(x0), float(x1)) < frame.bleed[0] or min(float(x0), float(x1)) > frame.bleed[2]
        outside_y = max(float(y0), float(y1)) < frame.bleed[1] or min(float(y0), float(y1)) > frame.bleed[3]
        assert outside_x or outside_y


def plates(data: bytes, page: int, folder: Path, gs: str) -> dict[str, Image.Image]:
    """The four plates of a page, cut to its trim (white is no ink)."""
    path = folder / "press.pdf"
    path.write_bytes(data)
    subprocess.run([gs, "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffsep", "-r72", "-dUseTrimBox",
                    f"-dFirstPage={page}", f"-dLastPage={page}", f"-sOutputFile={folder}/p.tif", str(path)],
                   check=True, capture_output=True)  # fmt: skip
    return {ink: Image.open(folder / f"p({ink}).tif").convert("L") for ink in ("Cyan", "Magenta", "Yellow", "Black")}


def test_text_is_on_the_black_plate_only(book: Book, master: bytes, tmp_path: Path, needs, profile: bytes) -> None:  # type: ignore[no-untyped-def]
    gs = needs("gs")
    for number, used in enumerate((None, profile)):
        data = press.press(printed_with(book, used), master, STYLES).data
        folder = tmp_path / str(number)
        folder.mkdir()
        for page in (3, 5, 7):
            found = plates(data, page, folder, gs)
            assert found["Black"].getextrema()[0] < 40
            for ink in ("Cyan", "Magenta", "Yellow"):
                assert found[ink].getextrema() == (255, 255), (page, ink)
        cover = plates(data, 1, folder, gs)
        assert all(plate.getextrema()[0] < 200 for plate in cover.values())


# ── inks ─────────────────────────────────────────────────────────────────────

SHARE = st.floats(0, 1)
RGB = st.tuples(SHARE, SHARE, SHARE)


@given(RGB, st.sampled_from((240.0, 300.0, None)))
def test_every_colour_keeps_the_ink_limit(rgb: tuple[float, float, float], limit: float | None) -> None:
    ink = Inks(STYLES, None, limit).colour(rgb)
    assert all(-1e-9 <= v <= 1 + 1e-9 for v in ink)
    assert sum(ink) <= (limit or 300) / 100 + 1e-6
    if max(rgb) - min(rgb) < 0.003:
        assert ink[:3] == (0, 0, 0)


def test_the_token_colours_have_their_own_inks() -> None:
    accent = (0x16 / 255, 0x32 / 255, 0x4A / 255)
    assert Inks(STYLES, None, None).colour(accent) == (0.95, 0.60, 0.30, 0.62)
    assert sum(Inks(STYLES, None, 240).colour(accent)) <= 2.4


def test_pictures(profile: bytes) -> None:
    photograph = Image.merge("RGB", [Image.effect_noise((60, 60), spread) for spread in (60, 90, 120)])
    drawing = Image.new("RGB", (4, 1), (200, 30, 30))
    drawing.putpixel((0, 0), (0, 0, 0))
    drawing.putpixel((1, 0), (90, 90, 90))
    for used in (None, profile):
        inks = Inks(STYLES, used, 240)
        assert inks.picture(Image.new("RGB", (2, 2), (7, 7, 7))).mode == "L"
        assert max(map(sum, colours(inks.picture(photograph)))) <= 2.4 * 255
        made = inks.picture(drawing)
        assert made.getpixel((0, 0)) == (0, 0, 0, 255)
        assert made.getpixel((1, 0)) == (0, 0, 0, 165)
        assert made.getpixel((2, 0))[1] > 150  # type: ignore[index]


def colours(picture: Image.Image) -> list[tuple[int, ...]]:
    return [colour for _, colour in picture.getcolors(100_000)]  # type: ignore[misc,union-attr]


def page_with(content: bytes, resources: pikepdf.Dictionary | None = None) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    page.obj.Contents = pdf.make_stream(content)
    if resources is not None:
        page.obj.Resources = resources
    return pdf


def test_content_in_every_form_of_colour() -> None:
    content = (b"1 0 0 rg 0.5 G /DeviceCMYK cs 0 0 0 1 scn /DeviceRGB CS 0 0 1 SC /Pattern cs /P1 scn "
               b"/Span <</MCID 0>> BDC 0 0 9 9 re f EMC /a1 gs")  # fmt: skip
    with page_with(content) as pdf:
        said = Recolouring(pdf, Inks(STYLES, None, None)).page(pdf.pages[0]).decode().split()
    assert said == ("0 1 1 0 k 0 0 0 0.5 K 0 0 0 1 k 1 1 0 0 K /Pattern cs /P1 scn 0 0 9 9 re f").split()


def test_a_picture_with_a_soft_mask_comes_to_lie_on_paper() -> None:
    pdf = pikepdf.new()
    mask = pdf.make_stream(b"\x00\x80\xff", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=3,
                           Height=1, ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8)  # fmt: skip
    picture = pdf.make_stream(b"\xff\x00\x00" * 3, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=3,
                              Height=1, ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, SMask=mask)  # fmt: skip
    page = pdf.add_blank_page(page_size=(200, 200))
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))
    page.obj.Contents = pdf.make_stream(b"/I Do")
    Recolouring(pdf, Inks(STYLES, None, None)).page(page)
    made = page.obj.Resources.XObject.I
    assert made.ColorSpace == pikepdf.Name.DeviceCMYK and "/SMask" not in made
    assert list(made.read_bytes()) == [0, 0, 0, 0, 0, 128, 128, 0, 0, 255, 255, 0]


def test_a_photograph_coded_anew_keeps_the_limit() -> None:
    out = io.BytesIO()
    noise = [Image.effect_noise((90, 90), spread) for spread in (60, 90, 120)]
    Image.merge("RGB", noise).point(lambda v: v // 2).save(out, "JPEG", quality=95)
    with page_with(b"/I Do") as pdf:
        photograph = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=90, Height=90,
                                     ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8)  # fmt: skip
        photograph.write(out.getvalue(), filter=pikepdf.Name.DCTDecode)
        pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=photograph))
        Recolouring(pdf, Inks(STYLES, None, 240)).page(pdf.pages[0])
        made = pdf.pages[0].obj.Resources.XObject.I
        assert made.Filter == pikepdf.Name.DCTDecode and list(made.Decode) == [1, 0] * 4
        shown = Image.open(io.BytesIO(made.read_raw_bytes()))
        assert 1.5 < most_ink(shown) <= 2.4


def test_gradients_end_in_inks() -> None:
    def part(a: list[float], b: list[float]) -> pikepdf.Dictionary:
        return pikepdf.Dictionary(FunctionType=2, Domain=[0, 1], C0=a, C1=b, N=1)

    both = pikepdf.Dictionary(FunctionType=3, Domain=[0, 1], Bounds=[0.5], Encode=[0, 1, 0, 1],
                              Functions=[part([1, 1, 1], [1, 0, 0]), part([1, 0, 0], [0, 0, 0])])  # fmt: skip
    shading = pikepdf.Dictionary(ShadingType=2, ColorSpace=pikepdf.Name.DeviceRGB, Coords=[0, 0, 1, 1], Function=both)
    resources = pikepdf.Dictionary(Shading=pikepdf.Dictionary(S=shading))
    with page_with(b"/S sh", resources) as pdf:
        Recolouring(pdf, Inks(STYLES, None, None)).page(pdf.pages[0])
        made = pdf.pages[0].obj.Resources.Shading.S
        assert made.ColorSpace == pikepdf.Name.DeviceCMYK
        assert [[float(v) for v in f[k]] for f in made.Function.Functions for k in ("/C0", "/C1")] == [
            [0, 0, 0, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 1]]  # fmt: skip


def test_what_shows_through_is_told_wherever_it_is() -> None:
    half, full = (pikepdf.Dictionary(ExtGState=pikepdf.Dictionary(s=pikepdf.Dictionary(ca=v))) for v in (0.5, 1))
    with page_with(b"/s gs 0 0 9 9 re f", half) as pdf:
        assert Recolouring(pdf, Inks(STYLES, None, None)).transparent
        form = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9], Resources=half)
        pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
        assert Recolouring(pdf, Inks(STYLES, None, None)).transparent
    with page_with(b"/s gs", full) as pdf:
        assert not Recolouring(pdf, Inks(STYLES, None, None)).transparent


def test_plates_of_one_part_show_through_where_it_does() -> None:
    """So the whole book has a transparent page where one of its parts has one (PDF/X-1a has none)."""
    for alpha, through in ((0.5, True), (1, False)):
        states = pikepdf.Dictionary(ExtGState=pikepdf.Dictionary(s=pikepdf.Dictionary(ca=alpha)))
        with page_with(b"/s gs\n1 0 0 rg\n0 0 9 9 re\nf", states) as pdf:
            out = io.BytesIO()
            pdf.save(out)
        _, made = ready(out.getvalue(), Inks(STYLES, None, None))
        with opened(made) as pdf:
            assert shows_through(pdf) == through
            assert pdf.pages[0].obj.Contents.read_bytes() == b"/s gs\n"[: 6 * through] + b"0 1 1 0 k\n0 0 9 9 re\nf"


# ── printing conditions and profiles ─────────────────────────────────────────


def test_a_profile_is_found_where_a_package_put_it(tmp_path: Path) -> None:
    fogra = printing.conditions()["FOGRA39"]
    assert printing.installed(fogra, (str(tmp_path),)) is None
    (tmp_path / "FOGRA39L_coated.icc").write_bytes(b"")
    assert printing.installed(fogra, (str(tmp_path),)) == tmp_path / "FOGRA39L_coated.icc"


def test_what_is_no_profile_is_refused(profile: bytes) -> None:
    assert printing.fault_of(profile) == ""
    assert "cut short" in printing.fault_of(profile[:-1])
    assert "no ICC profile" in printing.fault_of(b"GIF89a" * 100)
    assert "not for CMYK" in printing.fault_of(profile[:16] + b"RGB " + profile[20:])
    assert "class prtr" in printing.fault_of(profile[:12] + b"mntr" + profile[16:])


def test_a_book_names_its_profile(tmp_path: Path, profile: bytes) -> None:
    root = unfold("\n=== manuscript/book.yaml\ntitle: A\nauthor: B\nlang: en\npress-profile: own.icc\n"
                  "=== manuscript/01.md\n# One\n\nText.", tmp_path)  # fmt: skip
    with pytest.raises(ManuscriptError) as missing:
        check(root)
    assert [d.code for d in missing.value.diagnostics] == ["C011"]
    (root / "manuscript" / "own.icc").write_bytes(profile)
    used = check(root).book.options["printing"]
    assert isinstance(used, Printing)
    assert used.profile == profile and not used.condition.registered and used.condition.title
    result = check(root)
    assert "manuscript/own.icc" in files_used(result.project, result.book)


# ── services ─────────────────────────────────────────────────────────────────


def test_services_say_where_they_are_from() -> None:
    assert list(services()) == ["kdp-paperback", "ingramspark", "lulu", "european-print-shop"]
    for service in services().values():
        assert service.seen and service.checked.startswith("20") and service.title
        assert max(service.bleed.top, service.bleed.outside, service.bleed.inside) <= LARGEST_BLEED_MM


def test_margins_grow_with_the_pages() -> None:
    kdp, lulu = services()["kdp-paperback"], services()["lulu"]
    assert [kdp.inside_mm(n) for n in (10, 150, 151, 828)] == pytest.approx([9.525, 9.525, 12.7, 22.225])
    assert [lulu.inside_mm(n) for n in (32, 61, 151)] == pytest.approx([12.7, 15.875, 25.4])
    assert services()["ingramspark"].inside_mm(400) == pytest.approx(12.7)
    assert kdp.bleed == Edges(3.175, 3.175, 3.175, 0)


def test_a_service_prints_its_own_sizes() -> None:
    kdp = services()["kdp-paperback"]
    assert kdp.trim_for(148, 210) == (148, 210)
    assert kdp.trim_for(125, 176) == pytest.approx((127, 203.2))
    assert services()["lulu"].trim_for(125, 176) == (125, 176)


def test_a_book_whose_margins_do_is_not_laid_out_again(book: Book) -> None:
    for service in (services()["european-print-shop"], services()["kdp-paperback"]):
        sized, laid = laid_out_for(service, book, STYLES, (b"master", 8), lambda _: pytest.fail("laid out again"))
        assert (sized, laid) == (book, (b"master", 8))


def test_a_wider_margin_makes_pages_that_ask_for_a_wider_one(book: Book) -> None:
    """90 pages ask for 20 mm; so there are 170, which ask for 30."""
    asked: list[float] = []

    def lay(sized: Book) -> tuple[bytes, int]:
        asked.append(sized.trim.inner_mm)
        return b"", {20: 172, 30: 190}[round(sized.trim.inner_mm)]

    small = replace(book, trim=replace(book.trim, width_mm=140, height_mm=200))
    service = replace(services()["lulu"], inside_by_pages=((0, 60, 12.7), (61, 150, 20), (151, 999, 30)))
    sized, (_, count) = laid_out_for(service, small, STYLES, (b"", 92), lay)
    assert asked == [20, 30]
    assert count == 190 and pages.margins(sized, STYLES).inner == 30


def test_a_file_for_each_service_named(tmp_path: Path) -> None:
    root = unfold("\n=== manuscript/book.yaml\ntitle: A\nauthor: B\nlang: en\npress: [kdp-paperback, lulu]\n"
                  "trim: B6\n=== manuscript/01.md\n# One\n\nText.", tmp_path)  # fmt: skip
    made = build(root, ("print",), jobs=1).artifacts
    assert [a.name for a in made] == ["a-print.pdf", "a-print-kdp-paperback.pdf", "a-print-lulu.pdf"]
    assert [a.extent for a in made][1:] == [24, 32]
    with opened(made[1].data) as pdf:
        assert box(pdf.pages[0], "/TrimBox")[2] == pytest.approx(360, abs=0.1)  # KDP has no B6: 5 × 8 inches
    alone = build(root, ("print",), jobs=1, services=("ingramspark",)).artifacts
    assert [a.name for a in alone] == ["a-print-ingramspark.pdf"]


def test_a_book_read_from_the_right_is_bound_on_the_right(book: Book, master: bytes) -> None:
    turned = replace(book, work=replace(book.work, lang="ar"))
    with opened(press.press(turned, master, STYLES, services()["kdp-paperback"]).data) as pdf:
        assert pdf.Root.ViewerPreferences.Direction == pikepdf.Name.R2L
        trim, bleed = box(pdf.pages[0], "/TrimBox"), box(pdf.pages[0], "/BleedBox")
        assert bleed[2] == trim[2] and bleed[0] == pytest.approx(trim[0] - 9, abs=0.01)


LENGTH = st.floats(0, 20)


@given(LENGTH, LENGTH, LENGTH, LENGTH, st.booleans(), st.booleans())
def test_boxes_lie_in_one_another(a: float, b: float, c: float, d: float, spine_left: bool, marked: bool) -> None:
    frame = boxes.frame((0, 0, 300, 400), Edges(a, b, c, d), spine_left=spine_left, marks=marked)
    for inner, outer in ((frame.trim, frame.bleed), (frame.bleed, frame.media)):
        assert outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]
    assert (frame.media == frame.bleed) is not marked


def test_the_running_head_keeps_the_margin_too(book: Book) -> None:
    """The design's head stands 12.3 mm from the edge; Lulu asks for 12.7."""
    a5 = replace(book, trim=Trim())
    assert pages.head_mm(a5, STYLES) < 12.7
    sized, _ = laid_out_for(services()["lulu"], a5, STYLES, (b"", 40), lambda _: (b"", 40))
    assert pages.head_mm(sized, STYLES) == pytest.approx(12.7)
    assert pages.margins(sized, STYLES) == pages.margins(a5, STYLES)  # and no line breaks elsewhere
