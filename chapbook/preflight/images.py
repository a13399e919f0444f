"""Pictures as printed: their pixels, their colour space, and the most ink any pixel takes."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from chapbook.preflight.colour import Space, space_of
from chapbook.preflight.content import Mark

_LARGEST = 60_000_000  # pixels whose ink is added up one by one


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: pixels, bits a channel, and its space (None for a stencil or a JPX's own)."""

    width: int
    height: int
    bits: int
    space: Space | None


def image_of(mark: Mark) -> Image | None:
    """What the picture of a mark is, None when it does not say."""
    item = mark.item
    if isinstance(item, pikepdf.PdfInlineImage):
        return _inline(item, mark.resources)
    if not isinstance(item, pikepdf.Stream):
        return None
    width, height = item.get("/Width"), item.get("/Height")
    if width is None or height is None:
        return None
    bits = 1 if item.get("/ImageMask") else int(item.get("/BitsPerComponent", 8))
    space = None if item.get("/ImageMask") or "/ColorSpace" not in item else space_of(item.ColorSpace, mark.resources)
    return Image(int(width), int(height), bits, space)


def _inline(item: pikepdf.PdfInlineImage, resources: Object | None) -> Image | None:
    said = item.obj
    width, height = said.get("/Width"), said.get("/Height")
    if width is None or height is None:
        return None
    if said.get("/ImageMask"):
        return Image(int(width), int(height), 1, None)
    space = space_of(said.ColorSpace, resources) if "/ColorSpace" in said else None
    return Image(int(width), int(height), int(said.get("/BitsPerComponent", 8)), space)


def most_ink(item: Object, space: Space) -> float | None:
    """The largest sum of inks of a CMYK picture's pixels, from 0 to 4; None where it is not known."""
    if not isinstance(item, pikepdf.Stream):
        return None
    if space.device() not in ("DeviceCMYK",) and not (space.device() == "ICCBased" and space.values == 4):
        return None
    if int(item.get("/Width", 0)) * int(item.get("/Height", 0)) > _LARGEST:
        return None
    picture = _pixels(item, space)
    if picture is None or picture.mode != "CMYK":
        return None
    from PIL import ImageMath

    if picture.width * picture.height == 0:
        return None
    c, m, y, k = picture.split()
    summed = ImageMath.lambda_eval(lambda a: a["c"] + a["m"] + a["y"] + a["k"], c=c, m=m, y=y, k=k)
    return float(summed.getextrema()[1]) / 255


def _pixels(item: pikepdf.Stream, space: Space) -> Any:
    """The picture in CMYK as it is printed: `Decode` applied, Adobe's inverted JPEGs righted."""
    from PIL import Image as Pixels
    from PIL import ImageChops, UnidentifiedImageError

    upside_down = "/Decode" in item and [float(v) for v in item.Decode][:2] == [1.0, 0.0]
    filters = item.get("/Filter")
    names = [str(f) for f in filters] if isinstance(filters, Array) else [str(filters)]
    try:
        if names == ["/DCTDecode"]:
            jpeg = Pixels.open(io.BytesIO(item.read_raw_bytes()))
            jpeg.load()
            # Pillow takes every CMYK JPEG for Adobe's inverted one, which `Decode` would right.
            return jpeg if upside_down or jpeg.mode != "CMYK" else ImageChops.invert(jpeg)
        if int(item.get("/BitsPerComponent", 8)) == 8 and item.get("/ColorSpace") == Name.DeviceCMYK:
            size = int(item.Width), int(item.Height)
            picture = Pixels.frombytes("CMYK", size, item.read_bytes())
        else:
            picture = pikepdf.PdfImage(item).as_pil_image()
    except (pikepdf.PikepdfError, UnidentifiedImageError, NotImplementedError, ValueError, OSError, zlib.error):
        return None
    return ImageChops.invert(picture) if upside_down and picture.mode == "CMYK" else picture


def has_profile(item: Object | None) -> bool:
    """Whether a picture's space is given by an ICC profile."""
    value = item.get("/ColorSpace") if isinstance(item, Dictionary | pikepdf.Stream) else None
    return isinstance(value, Array) and bool(len(value)) and value[0] == Name.ICCBased
