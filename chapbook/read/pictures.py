"""Pictures of the book: made anew from their pixels, so that nothing else travels with them.

A raster picture keeps its pixels (turned the way the camera was held) and loses everything
else: EXIF, GPS, XMP, comments, thumbnails, trailing bytes; a profile is applied and goes.
Drawings are `svg.py`.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from typing import TYPE_CHECKING

from chapbook.diagnostics import Diagnostic, Position
from chapbook.model import Picture
from chapbook.read import svg
from chapbook.read.kept import Kept
from chapbook.textfile import read_bytes

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

MAX_PIXELS = 60_000_000
_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/png", "GIF": "image/png",
            "TIFF": "image/png"}  # fmt: skip
Fault = Callable[..., None]


def read_picture(
    root: Path, path: str, place: Position, found: list[Diagnostic], kept: Kept | None = None
) -> Picture | None:
    """The picture at `path` (relative to the book); None when a diagnostic says why not.

    `kept` has pictures cleaned before.
    """

    def fault(code: str, message: str, hint: str = "") -> None:
        found.append(Diagnostic(code, f"{path}: {message}", place, hint))

    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\\" in path or "%" in path or ":" in path:
        fault("I003", "a picture's path must stay inside the book's folder", "assets/name.png")
        return None
    full = root / path
    if not full.exists():
        fault("I002", "there is no such picture", _in_another_case(root, path))
        return None
    if _in_another_case(root, path):
        fault("I002", "the name differs in letter case", _in_another_case(root, path))
        return None
    problems: list[Diagnostic] = []
    data = read_bytes(root, path, problems)
    if data is None:
        found.extend(Diagnostic(p.code, p.message, place, p.hint) for p in problems)
        return None
    drawn = pure.suffix.lower() == ".svg" or data.lstrip()[:5] in (b"<?xml", b"<svg ")
    return (kept or Kept()).picture(path, data, partial(_svg if drawn else _raster, path, data, fault))


def _in_another_case(root: Path, path: str) -> str:
    """A hint when the path is there in another letter case; "" when it is there as written."""
    folder = root
    for part in PurePosixPath(path).parts:
        names = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
        if part not in names:
            close = [name for name in names if name.casefold() == part.casefold()]
            return f"the file is named {close[0]}" if close else "check the path; it starts at the book's folder"
        folder = folder / part
    return ""


@contextlib.contextmanager
def _whole_files_only() -> Iterator[None]:
    """Pillow refuses a file cut short, though WeasyPrint's import turns that off for the process.

    Its own limit of pixels is set aside meanwhile: ours is lower, and says the size.
    """
    from PIL import Image as Pixels
    from PIL import ImageFile

    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    limit, Pixels.MAX_IMAGE_PIXELS = Pixels.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
        Pixels.MAX_IMAGE_PIXELS = limit


def _in_srgb(picture: Pixels) -> Pixels:
    """The picture with its colours as sRGB and 8 bits; a profile that cannot be used is left out."""
    from PIL import ImageCms

    if picture.mode.startswith("I"):  # 16 bits of grey; Pillow would cut off all above 255
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        turned = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode=mode)
    except ImageCms.PyCMSError:
        return picture
    return turned if turned is not None else picture


def _raster(path: str, data: bytes, fault: Fault) -> Picture | None:
    from PIL import Image as Pixels
    from PIL import ImageOps, UnidentifiedImageError

    try:
        with _whole_files_only(), warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Pixels.open(io.BytesIO(data))
            if picture.format not in _FORMATS:
                fault("I004", f"{picture.format} is not read", "save it as JPEG or PNG")
                return None
            width, height = picture.size
            if width * height > MAX_PIXELS:
                fault("I005", f"{width} × {height} pixels are too many", "make it smaller")
                return None
            if getattr(picture, "n_frames", 1) > 1:
                fault("I006", "it has several frames or pages", "save the one you mean")
                return None
            picture.load()
            upright = _in_srgb(ImageOps.exif_transpose(picture))
    except (UnidentifiedImageError, Warning, OSError, SyntaxError, ValueError) as error:
        fault("I007", f"it cannot be read ({type(error).__name__})", "save it again as JPEG or PNG")
        return None
    media_type = _FORMATS[picture.format]
    modes = {"JPEG": {"L", "RGB"}}.get(picture.format, {"L", "LA", "RGB", "RGBA"})
    wanted = upright.mode if upright.mode in modes else ("RGBA" if "A" in upright.getbands()
             or "transparency" in upright.info else "RGB")  # fmt: skip
    if media_type == "image/jpeg" and wanted == "RGBA":
        wanted = "RGB"
    pixels = upright.convert(wanted)
    bare = Pixels.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    out = io.BytesIO()
    if media_type == "image/jpeg":
        bare.save(out, "JPEG", quality=90, subsampling=0, optimize=True)
    else:
        bare.save(out, "PNG", optimize=True)
    return Picture(path, out.getvalue(), media_type, *bare.size)


def _svg(path: str, data: bytes, fault: Fault) -> Picture | None:
    def remake(pixels: bytes) -> tuple[str, bytes] | None:
        inner = _raster(path, pixels, lambda *_: None)
        return (inner.media_type, inner.data) if inner else None

    try:
        return Picture(path, svg.cleaned(data, remake), "image/svg+xml")
    except svg.NotADrawing as reason:
        fault("I008", str(reason), "save it as plain SVG without it")
        return None
