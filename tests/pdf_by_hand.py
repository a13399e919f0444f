"""PDFs made in a test from a few operators: sound for a service, or at fault in one way."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from chapbook.services import Service

PT = 72 / 25.4
Change = Callable[[Pdf], None]


def font(pdf: Pdf, *, embedded: bool = True) -> pikepdf.Object:
    """A font for the letters of WinAnsi; its program is empty, which no rule looks into."""
    made = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.Test, FirstChar=32, LastChar=126,
                      Widths=Array([500] * 95), Encoding=Name.WinAnsiEncoding)  # fmt: skip
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.Test, Flags=32, FontBBox=[0, -200, 1000, 800],
                            ItalicAngle=0, Ascent=800, Descent=-200, CapHeight=700, StemV=80)  # fmt: skip
    if embedded:
        descriptor.FontFile2 = pdf.make_stream(b"", Length1=0)
    made.FontDescriptor = pdf.make_indirect(descriptor)
    return pdf.make_indirect(made)


def sound(service: Service, *changes: Change, pages: int = 0, width_mm: float = 148, height_mm: float = 210) -> bytes:
    """A file the service has nothing against, then changed."""
    pdf = pikepdf.new()
    count = pages or max(service.pages_least, 4) + 1 * (max(service.pages_least, 4) % 2)
    letters = font(pdf)
    edges = service.bleed
    for number in range(1, count + 1):
        page = pdf.add_blank_page(page_size=(10, 10))
        left, right = (edges.inside, edges.outside) if number % 2 else (edges.outside, edges.inside)
        trim = [0, 0, width_mm * PT, height_mm * PT]
        around = [-left * PT, -edges.bottom * PT, (width_mm + right) * PT, (height_mm + edges.top) * PT]
        page.obj.MediaBox = page.obj.BleedBox = Array([round(v, 3) for v in around])
        page.obj.TrimBox = Array([round(v, 3) for v in trim])
        page.obj.Resources = Dictionary(Font=Dictionary(F=letters))
        blank = service.last_blank and number == count
        text = b"" if blank else b"0 0 0 1 k BT /F 10 Tf 1 0 0 1 150 300 Tm (Words) Tj ET"
        page.obj.Contents = pdf.make_stream(text)
    for change in changes:
        change(pdf)
    return bytes_of(pdf)


def bytes_of(pdf: Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def drawn(content: bytes, page: int = 1, **resources: pikepdf.Object) -> Change:
    """Draw something more on a page, with these resources: `XObject=Dictionary(…)`."""

    def change(pdf: Pdf) -> None:
        obj = pdf.pages[page - 1].obj
        for key, value in resources.items():
            obj.Resources[f"/{key}"] = value
        obj.Contents = pdf.make_stream(obj.Contents.read_bytes() + b"\n" + content)

    return change


def picture(pdf: Pdf, space: Name = Name.DeviceCMYK, size: tuple[int, int] = (300, 300), value: int = 0x20,
            **more: object) -> pikepdf.Object:  # fmt: skip
    """A picture of one colour."""
    width, height = size
    channels = {Name.DeviceCMYK: 4, Name.DeviceRGB: 3, Name.DeviceGray: 1}[space]
    return pdf.make_stream(bytes([value]) * width * height * channels, Type=Name.XObject, Subtype=Name.Image, Width=width,
                           Height=height, ColorSpace=space, BitsPerComponent=8, **more)  # fmt: skip


def shown(mm: float, picture_of: Callable[[Pdf], pikepdf.Object], at: tuple[float, float] = (150, 400)) -> Change:
    """Print a picture so many millimetres wide and high."""

    def change(pdf: Pdf) -> None:
        side = mm * PT
        content = f"q {side:.3f} 0 0 {side:.3f} {at[0]} {at[1]} cm /Im Do Q".encode()
        drawn(content, XObject=Dictionary(Im=picture_of(pdf)))(pdf)

    return change
