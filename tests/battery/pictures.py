"""Group I: pictures of pixels."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from tests.battery.bench import Bench, unpacked

CHAPTER = '# One\n\n![A field](assets/{0}){{alt="a field of colour"}}\n'


def png(size: tuple[int, int] = (40, 20), color: str = "red") -> bytes:
    """A small picture."""
    return saved(Image.new("RGB", size, color), "PNG")


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    """A picture as a file's bytes."""
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = "MARKER-DESCRIPTION"
    exif[0x013B] = "MARKER-ARTIST"
    exif[0x0110] = "MARKER-CAMERA"
    exif[0x0112] = 6  # the camera was turned
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (48.0, 12.0, 30.0)
    gps[29] = "MARKER-GPSDATE"
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0MARKER-USERCOMMENT"
    return exif


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">MARKER-XMP</x:xmpmeta>'
MARKERS = 12


def marked() -> dict[str, bytes]:
    """JPEG, PNG and WebP with everything a file may carry beside its pixels."""
    picture = Image.new("RGB", (60, 20), "green")
    for x in range(20):
        for y in range(20):
            picture.putpixel((x, y), (255, 0, 0))
    text = PngInfo()
    text.add_text("Author", "MARKER-TEXT")
    text.add_text("Comment", "MARKER-ZTEXT", zip=True)
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    jpeg = saved(picture, "JPEG", exif=_exif(), comment=b"MARKER-COMMENT", xmp=XMP, quality=95)
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x10\x1c\x02\x78\0\x0bMARKER-IPTC"
    thumb = b"MARKER-THUMBNAIL"
    jpeg = jpeg[:2] + _segment(0xED, iptc) + _segment(0xE7, thumb) + jpeg[2:] + b"MARKER-TRAILING"
    return {
        "x.jpg": jpeg,
        "x.png": saved(picture, "PNG", pnginfo=text, exif=_exif()) + b"MARKER-TRAILING",
        "x.webp": saved(picture, "WEBP", lossless=True, exif=_exif(), xmp=XMP) + b"MARKER-TRAILING",
    }


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def row_64_nothing_travels_with_a_picture(b: Bench) -> None:
    for name, data in marked().items():
        assert data.count(b"MARKER") >= 4
        root = b.book(CHAPTER.format(name))
        (root / "assets").mkdir()
        (root / "assets" / name).write_bytes(data)
        files = b.builds(root)
        for where, content in files.every_byte():
            assert b"MARKER" not in content, (name, where)
        inner = next(d for n, d in unpacked(files.of("epub")) if n.endswith((".png", ".jpg", ".jpeg")) and "cover" not in n)
        picture = Image.open(io.BytesIO(inner))
        assert picture.size == (20, 60), "not turned"
        assert not picture.getexif() and set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        red, green = picture.convert("RGB").getpixel((10, 5)), picture.convert("RGB").getpixel((10, 50))
        assert red[0] > 240 and red[1] < 15 and green[1] > 115 and green[0] < 15, (red, green)  # type: ignore[index]
    b.numbers["private markers of pictures found"] = f"0 of {MARKERS}"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(side: int = 30_000) -> bytes:
    """A PNG of side² pixels in a few kilobytes."""
    packer = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 1)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def row_65_pictures_that_are_too_much(b: Bench) -> None:
    b.refuses(CHAPTER.format("x.png"), "01.md:3", "30000", within_s=10, x_png=huge_png())
    frames = [Image.new("P", (2, 2), i % 250) for i in range(10_000)]
    gif = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], optimize=False)
    b.refuses(CHAPTER.format("x.gif"), "01.md:3", "frames", within_s=10, x_gif=gif)
    pages = [Image.new("1", (2, 2), i % 2) for i in range(500)]
    tiff = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    b.refuses(CHAPTER.format("x.tiff"), "01.md:3", "pages", within_s=10, x_tiff=tiff)


def row_66_pictures_that_are_none(b: Bench) -> None:
    whole = saved(Image.effect_noise((300, 200), 50).convert("RGB"), "JPEG")
    b.refuses(CHAPTER.format("x.jpg"), "01.md:3", "assets/x.jpg", x_jpg=whole[: len(whole) // 2])
    b.refuses(CHAPTER.format("x.png"), "01.md:3", "assets/x.png", x_png=b"")
    good = png()
    at = good.index(b"IDAT") + 8
    b.refuses(CHAPTER.format("x.png"), "01.md:3", "assets/x.png", x_png=good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1 :])
    b.refuses(CHAPTER.format("x.png"), "01.md:3", "assets/x.png", x_png=b"this is text\n")


def row_67_pictures_of_every_kind(b: Bench) -> None:
    """CMYK, 16 bits, alpha, palette, a profile: the middle pixel has the colour it had."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    palette = Image.new("RGB", (9, 9), (200, 30, 40)).quantize(8)
    sixteen = Image.new("I;16", (9, 9), 0x8000)
    alpha = Image.new("RGBA", (9, 9), (10, 20, 200, 128))
    cases = {
        "x.jpg": (saved(Image.new("CMYK", (9, 9), (0, 255, 255, 0)), "JPEG", quality=95), (255, 0, 0)),
        "x.png": (saved(palette, "PNG"), (200, 30, 40)),
        "y.png": (saved(sixteen, "PNG"), (128, 128, 128)),
        "z.png": (saved(alpha, "PNG"), (10, 20, 200)),
        "w.png": (saved(Image.new("RGB", (9, 9), (1, 100, 2)), "PNG", icc_profile=profile), (1, 100, 2)),
        "v.jpg": (saved(Image.new("RGB", (9, 9), (1, 100, 2)), "JPEG", icc_profile=profile, quality=95), (1, 100, 2)),
    }
    for name, (data, wanted) in cases.items():
        root = b.book(CHAPTER.format(name))
        (root / "assets").mkdir()
        (root / "assets" / name).write_bytes(data)
        files = b.builds(root, only="epub,html")
        inner = next(d for n, d in unpacked(files.of("epub")) if n.endswith((".png", ".jpg")) and "cover" not in n)
        picture = Image.open(io.BytesIO(inner))
        assert "icc_profile" not in picture.info
        found = picture.convert("RGBA").getpixel((4, 4))
        assert all(abs(a - c) < 12 for a, c in zip(found, wanted, strict=False)), (name, found, wanted)  # type: ignore[arg-type]
        if name == "z.png":
            assert found[3] == 128  # type: ignore[index]
