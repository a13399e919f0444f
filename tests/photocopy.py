"""Pages as a scanner or a copier sees them, and what a camera reads on them."""

from __future__ import annotations

import random

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter


def render(data: bytes, page: int, ppi: int) -> Image.Image:
    """A page (from 0) in grey."""
    document = pypdfium2.PdfDocument(data)
    try:
        return document[page].render(scale=ppi / 72).to_pil().convert("L")
    finally:
        document.close()


def photocopied(page: Image.Image) -> Image.Image:
    """A page rendered at 150 ppi as a poor copier gives it: blurred, speckled, hard in contrast."""
    seeded = random.Random(6)
    soft = page.filter(ImageFilter.GaussianBlur(0.7))
    pixels = bytearray(soft.tobytes())
    for index, value in enumerate(pixels):
        noisy = value + seeded.gauss(0, 18)
        pixels[index] = max(0, min(255, round((noisy - 128) * 1.3 + 128)))
    return Image.frombytes("L", soft.size, bytes(pixels))


def read_codes(page: Image.Image) -> list[str]:
    """The texts of all codes on a picture, sorted."""
    return sorted(code.text for code in zxingcpp.read_barcodes(page))
