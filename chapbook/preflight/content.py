"""The content of a page, walked through with its graphics state: what is painted, and how.

Forms are entered with their matrix, patterns once a page. What a page clips away is still
walked: the state, not the picture, is judged. Limitation: glyph procedures of Type 3 fonts are
not entered, and inks that lie over one another by overprint or transparency are not added up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from dataclasses import dataclass, field, replace
from functools import lru_cache

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from chapbook.preflight.colour import GREY, PATTERN, Space, resource, space_of
from chapbook.preflight.matrix import IDENTITY, Box, Matrix, across, through, times, upright
from chapbook.preflight.plain import plain

GROUP = "transparency group"  # alone it lets nothing through
_DEEPEST = 12  # forms within forms
_MOST = 3_000_000  # operators of one page
_FILLING, _STROKING = {"f", "F", "f*"}, {"S", "s"}
_BOTH = {"B", "B*", "b", "b*"}
_PAINTING, _FILLED, _STROKED = _FILLING | _STROKING | _BOTH, _FILLING | _BOTH, _STROKING | _BOTH
_DRAWING = {"m", "l", "c", "v", "y", "re"}
_SHOWING = {"Tj", "TJ", "'", '"'}
_ASKED = ("q Q BT Td TD Tm Tj TJ ' \" m l c v y re f F f* S s B B* b b* n sh Do cm g G rg RG k K cs CS sc SC scn SCN "
          "Tf Tr gs BI ID EI")  # fmt: skip
_NUMBER = rb"-?\d++(?:\.\d*+)?"
# Strings and kerns, glyphs in one of them at least: all on one line, so that no comment ends within.
_EMPTY = rb"(?: |\(\)|<>|%b(?=[ <(\]]))*+" % _NUMBER
_GLYPHS = re.compile(rb"\[%b<[0-9a-f]++>(?:%b<[0-9a-f]++>)*+%b\] TJ" % (_EMPTY, _EMPTY, _EMPTY))
# Text objects one after another, of which only the last changes the state that follows: all have one colour.
_TEXTS = re.compile(rb"(BT\n(?:%b ){6}Tm\n/\w++ %b Tf\n(?: <00> Tj\n)++ET\n){2,}" % (_NUMBER, _NUMBER))
_UNIT: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as set: its space and values; a pattern has none."""

    space: Space = GREY
    values: tuple[float, ...] = (0.0,)


@dataclass(frozen=True, slots=True)
class State:
    """The part of the graphics state (ISO 32000-1, 8.4.1) a printer's rules are about."""

    ctm: Matrix = IDENTITY
    fill: Colour = Colour()
    stroke: Colour = Colour()
    font: str = ""
    size: float = 0.0
    mode: int = 0
    see_through: str = ""  # what lets something through: opacity 0.5, blend mode Multiply, soft mask


@dataclass(frozen=True, slots=True)
class Mark:
    """Something painted: text, fill, stroke, image, stencil, shading or group.

    `box` is around it in the page's points, None where it has none of its own (gradients,
    groups); clipping is not taken off. `size_pt` is the type's size as printed; `item` the image
    or shading.
    """

    kind: str
    colour: Colour
    box: Box | None = None
    size_pt: float = 0.0
    matrix: Matrix = IDENTITY
    item: Object | pikepdf.PdfInlineImage | None = None
    see_through: str = ""
    resources: Object | None = None


@dataclass(slots=True)
class Walk:
    """One page's walk: how many operators, which patterns were entered, and what was malformed.

    A `coarse` walk asks for colours: it tells once what is painted in a row in one, whatever its place and size.
    """

    coarse: bool = False
    steps: int = 0
    patterns: set[tuple[int, int]] = field(default_factory=set)
    malformed: int = 0
    cut_short: bool = False


def marks(page: pikepdf.Page, walk: Walk) -> Iterator[Mark]:
    """Everything a page paints, in its order.

    Raises: pikepdf.PdfError when the content cannot be read at all.
    """
    group = page.obj.get("/Group")
    resources = page.resources if "/Resources" in page.obj or "/Parent" in page.obj else Dictionary()
    if isinstance(group, Dictionary) and group.get("/S") == Name.Transparency:
        yield Mark("group", Colour(), see_through=GROUP)
    yield from _content(page.obj, page, resources, State(), walk, 0)


def _instructions(stream: Object | pikepdf.Page, coarse: bool) -> Sequence[Any]:
    """The instructions of a content stream that paint, or set what painting asks. Raises: pikepdf.PdfError."""
    page = isinstance(stream, pikepdf.Page)
    held = stream.get("/Contents") if page else stream
    parts = [part for part in (held if isinstance(held, Array) else [held]) if isinstance(part, pikepdf.Stream)]
    try:
        if not parts or (isinstance(held, Array) and len(parts) < len(held)):
            return list(pikepdf.parse_content_stream(stream))  # the parser says what is wrong with it
        content = b"\n".join(part.read_bytes() for part in parts)
        told = _plain(content) if coarse else None
        return _parsed(content, page, coarse) if told is None else told
    except TypeError as error:  # the parser's own, for what can be no operand
        raise pikepdf.PdfError(str(error)) from error


_plain = lru_cache(maxsize=4)(plain)  # furniture and printers' marks are the same on page after page


@lru_cache(maxsize=4)
def _parsed(content: bytes, page: bool, coarse: bool) -> Sequence[Any]:
    """The instructions of a content, its lines of glyphs cut short: that something is shown is what matters.

    Most of a page is such lines. Only what is written in their plainest form is cut.
    """
    short = _GLYPHS.sub(b" <00> Tj", content)
    with pikepdf.new() as aside:
        stream = aside.make_stream(_TEXTS.sub(rb"\1", short) if coarse else short)
        whole = aside.make_indirect(Dictionary(Type=Name.Page, Contents=stream)) if page else stream
        return list(pikepdf.parse_content_stream(whole, _ASKED))


def _content(
    holder: Object, stream: Object | pikepdf.Page, resources: Object, state: State, walk: Walk, depth: int
) -> Iterator[Mark]:
    stack: list[State] = []
    text, line = IDENTITY, IDENTITY
    base = state.ctm
    path: Box | None = None
    for instruction in _instructions(stream, walk.coarse):
        walk.steps += 1
        if walk.steps > _MOST:
            walk.cut_short = True
            return
        try:
            operator, operands = str(instruction.operator), list(instruction.operands)
            if operator == "q":
                stack.append(state)
            elif operator == "Q":
                state = stack.pop() if stack else state
            elif operator == "BT":
                text = line = IDENTITY
            elif operator in ("Td", "TD"):
                text = line = times((1.0, 0.0, 0.0, 1.0, float(operands[0]), float(operands[1])), line)
            elif operator == "Tm":
                text = line = _matrix(operands)
            elif operator in _SHOWING:
                if state.mode != 3 and _says(operands):
                    yield _shown(state, text)
            elif operator in _DRAWING:
                path = _around(path, through(state.ctm, _reach(operator, operands)))
            elif operator in _PAINTING:
                yield from _painted(operator, state, resources, path)
                path = None
            elif operator == "n":
                path = None
            elif operator == "sh":
                shading = resource(resources, "/Shading", str(operands[0]))
                yield Mark("shading", state.fill, None, 0.0, state.ctm, shading, state.see_through, resources)
            elif operator == "Do":
                yield from _object(str(operands[0]), resources, state, walk, depth)
            elif operator == "INLINE IMAGE":
                yield Mark("image", state.fill, through(state.ctm, _UNIT), 0.0, state.ctm, operands[0],
                           state.see_through, resources)  # fmt: skip
            else:
                state = _set(operator, operands, state, resources)
                if operator in ("scn", "SCN") and operands and isinstance(operands[-1], Name):
                    yield from _pattern(str(operands[-1]), resources, replace(state, ctm=base), walk, depth)
        except (IndexError, KeyError, TypeError, ValueError, AttributeError):
            walk.malformed += 1  # an operator without its operands paints nothing


def _matrix(values: list[Object]) -> Matrix:
    a, b, c, d, e, f = (float(v) for v in values)
    return a, b, c, d, e, f


def _says(operands: list[Object]) -> bool:
    """Whether a text operator shows more than nothing."""
    last = operands[-1]
    if isinstance(last, pikepdf.String):
        return len(bytes(last)) > 0
    return isinstance(last, Array) and any(isinstance(p, pikepdf.String) and len(bytes(p)) for p in last)


def _shown(state: State, text: Matrix) -> Mark:
    at = times(text, state.ctm)
    size = abs(state.size) * upright(at)
    spot = (at[4], at[5], at[4] + size, at[5] + size)
    colour = state.stroke if state.mode in (1, 5) else state.fill
    return Mark("text", colour, spot, size, at, None, state.see_through)


def _reach(operator: str, operands: list[Object]) -> Box:
    """The box around a piece of a path, its handles included."""
    values = [float(v) for v in operands]
    if operator == "re":
        x, y, wide, high = values
        return min(x, x + wide), min(y, y + high), max(x, x + wide), max(y, y + high)
    xs, ys = values[::2], values[1::2]
    return min(xs), min(ys), max(xs), max(ys)


def _around(one: Box | None, other: Box) -> Box:
    if one is None:
        return other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _painted(operator: str, state: State, resources: Object, path: Box | None) -> Iterator[Mark]:
    if operator in _FILLED:
        yield Mark("fill", state.fill, path, 0.0, state.ctm, None, state.see_through, resources)
    if operator in _STROKED:
        yield Mark("stroke", state.stroke, path, 0.0, state.ctm, None, state.see_through, resources)


# ── setting the state ────────────────────────────────────────────────────────

_PLAIN = {"g": "DeviceGray", "rg": "DeviceRGB", "k": "DeviceCMYK"}


def _set(operator: str, operands: list[Object], state: State, resources: Object) -> State:
    if operator == "Tf":
        font, size = str(operands[0]), float(operands[1])
        return state if (font, size) == (state.font, state.size) else replace(state, font=font, size=size)
    side = "fill" if operator.islower() else "stroke"
    if operator == "cm":
        return replace(state, ctm=times(_matrix(operands), state.ctm))
    if operator.lower() in _PLAIN:
        values = tuple(float(v) for v in operands)
        return _coloured(state, side, Colour(Space(_PLAIN[operator.lower()], len(values)), values))
    if operator.lower() == "cs":
        space = space_of(operands[0], resources)
        return _coloured(state, side, Colour(space, _initial(space)))
    if operator.lower() in ("sc", "scn"):
        if isinstance(operands[-1], Name):
            return _coloured(state, side, Colour(PATTERN, ()))
        space = (state.fill if side == "fill" else state.stroke).space
        return _coloured(state, side, Colour(space, tuple(float(v) for v in operands)))
    if operator == "Tr":
        return replace(state, mode=int(operands[0]))
    if operator == "gs":
        return _with_state(state, resource(resources, "/ExtGState", str(operands[0])))
    return state


def _coloured(state: State, side: str, colour: Colour) -> State:
    return replace(state, fill=colour) if side == "fill" else replace(state, stroke=colour)


def _initial(space: Space) -> tuple[float, ...]:
    """The colour a space begins with (ISO 32000-1, 8.6.3): black, or full tint."""
    if space.family == "DeviceCMYK":
        return (0.0, 0.0, 0.0, 1.0)
    return ((1.0,) if space.family in ("Separation", "DeviceN") else (0.0,)) * space.values


def _with_state(state: State, given: Object | None) -> State:
    if not isinstance(given, Dictionary):
        return state
    said = [p for p in state.see_through.split("; ") if p]

    def put(kind: str, text: str) -> None:
        said[:] = [p for p in said if not p.startswith(kind)]
        if text:
            said.append(f"{kind} {text}".strip())

    for key in ("/ca", "/CA"):
        if key in given:
            value = float(given[key])
            put(f"opacity ({key[1:]})", f"{value:g}" if value < 1 else "")
    if "/BM" in given:
        mode = given.BM[0] if isinstance(given.BM, Array) and len(given.BM) else given.BM
        put("blend mode", "" if str(mode) in ("/Normal", "/Compatible") else str(mode)[1:])
    if "/SMask" in given:
        put("soft mask", "of a graphics state" if isinstance(given.SMask, Dictionary) else "")
    if "/Font" in given and isinstance(given.Font, Array) and len(given.Font) == 2:
        state = replace(state, size=float(given.Font[1]))
    return replace(state, see_through="; ".join(said))


# ── entering ─────────────────────────────────────────────────────────────────


def _object(name: str, resources: Object, state: State, walk: Walk, depth: int) -> Iterator[Mark]:
    item = resource(resources, "/XObject", name)
    if not isinstance(item, pikepdf.Stream):
        walk.malformed += 1
        return
    if item.get("/Subtype") == Name.Image:
        kind = "stencil" if item.get("/ImageMask") else "image"
        see = "; ".join(p for p in (state.see_through, "soft mask of a picture" if "/SMask" in item else "") if p)
        yield Mark(kind, state.fill, through(state.ctm, _UNIT), 0.0, state.ctm, item, see, resources)
        return
    if item.get("/Subtype") != Name.Form or depth >= _DEEPEST:
        return
    group = item.get("/Group")
    if isinstance(group, Dictionary) and group.get("/S") == Name.Transparency:
        see = "; ".join(p for p in (state.see_through, GROUP) if p)
        yield Mark("group", Colour(), see_through=see, matrix=state.ctm)
        state = replace(state, see_through="")  # a group begins opaque (ISO 32000-1, 11.6.6)
    yield from _within(item, resources, state, walk, depth)


def _within(item: pikepdf.Stream, resources: Object, state: State, walk: Walk, depth: int) -> Iterator[Mark]:
    matrix = _matrix(list(item.Matrix)) if "/Matrix" in item else IDENTITY
    inner = item.get("/Resources", resources)
    yield from _content(item, item, inner, replace(state, ctm=times(matrix, state.ctm)), walk, depth + 1)


def _pattern(name: str, resources: Object, state: State, walk: Walk, depth: int) -> Iterator[Mark]:
    item = resource(resources, "/Pattern", name)
    if item is None or item.objgen in walk.patterns or depth >= _DEEPEST:
        return
    if item.is_indirect:
        walk.patterns.add(item.objgen)
    if isinstance(item, pikepdf.Stream):
        yield from _within(item, resources, state, walk, depth)
    elif isinstance(item, Dictionary) and "/Shading" in item:
        yield Mark("shading", Colour(), None, 0.0, state.ctm, item.Shading, state.see_through, resources)



def ppi(mark: Mark, width: int, height: int, unit: float) -> float:
    """The resolution a picture is printed at, the lower of its two directions."""
    wide, high = across(mark.matrix) * unit, upright(mark.matrix) * unit
    return min(width * 72 / wide if wide else 1e9, height * 72 / high if high else 1e9)
