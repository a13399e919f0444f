"""Pictures of the book: made anew from their pixels, so that nothing else travels with them.

A raster picture keeps its pixels (turned the way the camera was held) and loses everything
else: EXIF, GPS, XMP, comments, thumbnails, profiles, trailing bytes. An SVG is kept only if
all of it is drawing: scripts, foreign content, entities and references outward are refused.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from chapbook.diagnostics import Diagnostic, Position
from chapbook.model import Picture
from chapbook.read.gather import read_bytes

MAX_PIXELS = 60_000_000
_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/png", "GIF": "image/png",
            "TIFF": "image/png"}  # fmt: skip
_SVG_FORBIDDEN = {"script", "foreignObject", "iframe", "object", "embed", "audio", "video",
                  "handler", "set", "animate", "animateTransform", "animateMotion"}  # fmt: skip
_MAX_SVG_BYTES = 2_000_000
_MAX_SVG_NODES = 50_000

Fault = Callable[..., None]


def read_picture(
    root: Path, path: str, place: Position, found: list[Diagnostic]
) -> Picture | None:
    """The picture at `path` (relative to the book); None when a diagnostic says why not."""

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
    if pure.suffix.lower() == ".svg" or data.lstrip()[:5] in (b"<?xml", b"<svg "):
        return _svg(path, data, fault)
    return _raster(path, data, fault)


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
    """Pillow refuses a file cut short, though WeasyPrint's import turns that off for the process."""
    from PIL import ImageFile

    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


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
            upright = ImageOps.exif_transpose(picture)
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
    if len(data) > _MAX_SVG_BYTES or re.search(rb"<!(DOCTYPE|ENTITY)", data, re.IGNORECASE):
        fault("I008", "an SVG with a document type, entities or over 2 MB is not read",
              "save it as plain SVG")  # fmt: skip
        return None
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        fault("I007", f"it is not well-formed ({error})", "save it again as plain SVG")
        return None
    for nodes, element in enumerate(root.iter()):
        problem = _svg_problem(element)
        if nodes > _MAX_SVG_NODES:
            problem = "it has too many elements"
        if problem:
            fault("I008", problem, "save it as plain SVG without it")
            return None
    for prefix, name in (("", "http://www.w3.org/2000/svg"), ("xlink", "http://www.w3.org/1999/xlink")):
        ElementTree.register_namespace(prefix, name)
    clean = ElementTree.tostring(root, "utf-8", xml_declaration=False)
    return Picture(path, clean, "image/svg+xml")


def _svg_problem(element: ElementTree.Element) -> str:
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    if name in _SVG_FORBIDDEN:
        return f"<{name}> is not allowed"
    for key, value in element.attrib.items():
        short = key.rpartition("}")[2]
        if short.lower().startswith("on"):
            return f"the attribute {short}= is not allowed"
        if short == "href" and not value.startswith(("#", "data:image/png", "data:image/jpeg")):
            return f"a reference outward is not allowed: {value[:40]}"
        if "url(" in value and not re.search(r"url\(\s*['\"]?#", value):
            return "a reference outward is not allowed in a style"
    if name == "style" and re.search(r"@import|url\(\s*['\"]?(?!#)", element.text or ""):
        return "a style sheet that loads something is not allowed"
    return ""
