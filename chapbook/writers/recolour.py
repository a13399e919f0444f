"""Everything of a PDF that has a colour, as inks: content, forms, patterns, shadings, pictures."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from chapbook.writers.boxes import rounded
from chapbook.writers.inks import Cmyk, Inks, most_ink
from chapbook.writers.instructions import MARKED, instructions, plain

_DEVICE = {b"rg": b"k", b"RG": b"K", b"g": b"k", b"G": b"K", b"k": b"k", b"K": b"K"}
_SPACE = {b"cs": "fill", b"CS": "stroke"}
_SET = {b"sc": ("fill", b"k"), b"scn": ("fill", b"k"), b"SC": ("stroke", b"K"), b"SCN": ("stroke", b"K")}
_OF_COLOUR = {*_DEVICE, *_SPACE, *_SET}
_SPACES = (b"/DeviceRGB", b"/DeviceGray", b"/DeviceCMYK")
# Of a plain stream: what marks content, with or without what sets a state; what sets a colour.
_MARK = rb"\n(?:EMC|/[^\n ]*(?:[ \n]BMC|[ \n]<<[^\n]*[ \n]BDC%b))(?![^\n])"
_MARKS, _MARKS_AND_STATES = (re.compile(_MARK % more) for more in (b"", b"| gs"))
_SAYS = re.compile(rb"/ActualText(?![^\n]*[fF][eE][fF][fF]00[aA][dD])")  # a mark that stays; see _kept
_SETS = re.compile(rb"\n([-.0-9 ]++(?:rg|RG|[gGkK]))(?![^\n])")
_JPEG_QUALITY = 92
_HEADROOM = (0.0, 0.05, 0.1, 0.2, 0.4)  # inks; the last is enough for noise


class Recolouring:
    """One pass over a file; objects that pages share are done once."""

    def __init__(self, pdf: Pdf, inks: Inks) -> None:
        self.pdf = pdf
        self.inks = inks
        self.transparent = shows_through(pdf)
        self.done: set[tuple[int, int]] = set()
        self._known: dict[bytes, bytes] = {}  # instructions that set a colour

    def page(self, page: pikepdf.Page) -> bytes:
        """The content of a page in inks; its resources are changed in place."""
        page.contents_coalesce()
        self._resources(page.obj)
        content = page.obj.get("/Contents")
        return b"" if content is None else self._inked(content)

    def _resources(self, holder: Object) -> None:
        if not self.transparent and "/Group" in holder:
            del holder["/Group"]
        elif "/Group" in holder and "/CS" in holder.Group:
            holder.Group.CS = Name.DeviceCMYK
        resources = holder.get("/Resources")
        if resources is None or resources.objgen in self.done:
            return
        if resources.is_indirect:
            self.done.add(resources.objgen)
        for item in _values(resources, "/XObject"):
            self._stream(item)
        for item in _values(resources, "/Pattern"):
            if isinstance(item, pikepdf.Stream):
                self._stream(item)
            else:
                self._shading(item.get("/Shading"))
        for item in _values(resources, "/Shading"):
            self._shading(item)
        for state in _values(resources, "/ExtGState"):
            mask = state.get("/SMask")
            if isinstance(mask, Dictionary) and "/G" in mask:
                self._stream(mask.G)
        for key in ("/ColorSpace", *(() if self.transparent else ("/ExtGState",))):
            if key in resources:  # every colour is a device colour now; no state is left to set
                del resources[key]

    def _stream(self, item: Object) -> None:
        if item.objgen in self.done or not isinstance(item, pikepdf.Stream):
            return
        self.done.add(item.objgen)
        if item.get("/Subtype") == Name.Image:
            self._picture(item)
            return
        self._resources(item)
        item.write(self._inked(item))

    # ── content ──────────────────────────────────────────────────────────────

    def _inked(self, stream: Object) -> bytes:
        """A content stream with every colour as CMYK; of marked content, what the words of `clusters.py` say."""
        content = stream.read_bytes()
        if plain(content) and not _SAYS.search(content):
            return self._changed(content)
        out: list[bytes] = []
        spaces: dict[str, bytes] = {}
        left_out = MARKED if self.transparent else MARKED | {b"gs"}
        marked: list[bool] = []  # of each mark that is open, whether it is kept
        for operator, written in instructions(stream):
            if operator in left_out:
                if _kept(operator, written, marked):
                    out.append(written)
                continue
            if operator not in _OF_COLOUR:
                out.append(written)
            elif operator in _DEVICE:
                out.append(self._set(_DEVICE[operator], written))
            elif operator in _SPACE:
                spaces[_SPACE[operator]] = written.split()[0]
                if spaces[_SPACE[operator]] == b"/Pattern":
                    out.append(written)
            elif spaces.get(_SET[operator][0]) in _SPACES:
                out.append(self._set(_SET[operator][1], written))
            else:
                out.append(written)
        return b"\n".join(out)

    def _changed(self, content: bytes) -> bytes:
        """A plain stream, changed where it stands: it has device colours only, and no mark stays."""
        left = (_MARKS if self.transparent else _MARKS_AND_STATES).sub(b"", b"\n" + content)
        inked = _SETS.sub(lambda found: b"\n" + self._set(_DEVICE[found[1].split()[-1]], found[1]), left)
        return re.sub(rb"\n\n+", b"\n", inked).strip(b"\n")

    def _set(self, operator: bytes, written: bytes) -> bytes:
        if written not in self._known:
            ink = self._ink([float(value) for value in written.split()[:-1]])
            self._known[written] = b" ".join((*(str(rounded(v)).encode() for v in ink), operator))
        return self._known[written]

    def _ink(self, values: list[float]) -> Cmyk:
        if len(values) == 1:
            return (0.0, 0.0, 0.0, 1.0 - values[0])
        if len(values) == 3:
            return self.inks.colour(tuple(values))
        cyan, magenta, yellow, black = values
        return self.inks.limited((cyan, magenta, yellow, black))

    # ── shadings ─────────────────────────────────────────────────────────────

    def _shading(self, shading: Object | None) -> None:
        """The ends of a gradient; what lies between is mixed from inks, not from lights."""
        if shading is None or shading.get("/ColorSpace") not in (Name.DeviceRGB, Name.DeviceGray):
            return
        if "/Function" in shading and self._function(shading.Function):
            shading.ColorSpace = Name.DeviceCMYK
            if "/Background" in shading:
                shading.Background = self._values(shading.Background)

    def _function(self, function: Object) -> bool:
        if function.get("/FunctionType") == 3:
            done = [self._function(part) for part in function.Functions]  # every part, also after a failure
            return all(done)
        if function.get("/FunctionType") != 2 or len(function.get("/C0", ())) == 4:
            return function.get("/FunctionType") == 2
        function.C0, function.C1 = self._values(function.C0), self._values(function.C1)
        return True

    def _values(self, values: Object) -> Array:
        return Array([rounded(v) for v in self._ink([float(v) for v in values])])

    # ── pictures ─────────────────────────────────────────────────────────────

    def _picture(self, stream: pikepdf.Stream) -> None:
        """A picture in one channel or CMYK; its soft mask becomes white paper."""
        if stream.get("/ImageMask"):
            return
        if stream.get("/ColorSpace") == Name.DeviceGray and "/SMask" not in stream and "/Mask" not in stream:
            return
        picture = self._on_paper(stream, pikepdf.PdfImage(stream).as_pil_image())
        made = self.inks.picture(picture)
        coded = stream.get("/Filter") in (Name.DCTDecode, Array([Name.DCTDecode]))
        for key in ("/SMask", "/Mask", "/Decode", "/DecodeParms", "/Interpolate", "/Intent"):
            if key in stream:
                del stream[key]
        stream.ColorSpace = Name.DeviceGray if made.mode == "L" else Name.DeviceCMYK
        stream.BitsPerComponent = 8
        if not coded:
            stream.write(made.tobytes())
            return
        stream.write(self._jpeg(picture, made), filter=Name.DCTDecode)
        if made.mode == "CMYK":  # the encoder writes Adobe's inverted form
            stream.Decode = Array([1, 0] * 4)

    def _jpeg(self, picture: Any, made: Any) -> bytes:
        """A photograph coded anew; what the coding adds to the darkest pixels is left free for it."""
        from PIL import Image

        for headroom in _HEADROOM:
            made = self.inks.picture(picture, headroom) if headroom else made
            out = io.BytesIO()
            made.save(out, "JPEG", quality=_JPEG_QUALITY, subsampling=0, optimize=True)
            if made.mode != "CMYK" or most_ink(Image.open(out)) <= self.inks.limit:
                break
        return out.getvalue()

    def _on_paper(self, stream: pikepdf.Stream, picture: Any) -> Any:
        mask = stream.get("/SMask", stream.get("/Mask"))
        if not isinstance(mask, pikepdf.Stream):
            return picture
        from PIL import Image, ImageChops

        shown = pikepdf.PdfImage(mask).as_pil_image().convert("L").resize(picture.size)
        if "/SMask" not in stream:  # a stencil paints where it is 0 (ISO 32000-1, 8.9.6.3)
            shown = ImageChops.invert(shown)
        flat = picture if picture.mode == "L" else picture.convert("RGB")
        paper = Image.new(flat.mode, flat.size, 255 if flat.mode == "L" else (255, 255, 255))
        paper.paste(flat, mask=shown)
        return paper


def shows_through(pdf: Pdf) -> bool:
    """Whether anything on the pages of a file is transparent."""
    return any(_alters(state) for state in _states(pdf))


def _values(resources: Object, kind: str) -> Iterator[Object]:
    for _, item in sorted((resources.get(kind) or {}).items()):
        yield item


def _states(pdf: Pdf) -> Iterator[Dictionary]:
    """Every graphics state of pages, forms and patterns, each holder once."""
    waiting: list[Any] = [page.obj for page in pdf.pages]
    done: set[tuple[int, int]] = set()
    while waiting:
        resources = waiting.pop().get("/Resources")
        if resources is None or resources.objgen in done:
            continue
        if resources.is_indirect:
            done.add(resources.objgen)
        for state in _values(resources, "/ExtGState"):
            if isinstance(state, Dictionary):
                yield state
        for kind in ("/XObject", "/Pattern"):
            for item in _values(resources, kind):
                if isinstance(item, pikepdf.Stream) and item.objgen not in done:
                    done.add(item.objgen)
                    waiting.append(item)


def _alters(state: Dictionary) -> bool:
    alpha = [float(state[key]) for key in ("/ca", "/CA") if key in state]
    return (
        any(v < 1 for v in alpha)
        or state.get("/BM", Name.Normal) not in (Name.Normal, Name.Compatible)
        or (state.get("/Type") == Name.ExtGState and state.get("/SMask", Name("/None")) != Name("/None"))
    )


def _kept(operator: bytes, written: bytes, marked: list[bool]) -> bool:
    """Whether a mark stays: one that says a word whose glyphs do not; `marked` are those open."""
    if operator == b"EMC":
        return bool(marked) and marked.pop()
    if operator in (b"BDC", b"BMC"):
        marked.append(b"/ActualText" in written and b"feff00ad" not in written.lower())
        return marked[-1]
    return False
