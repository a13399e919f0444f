"""A content stream as its instructions, each with the bytes it is written in.

The page engine writes one instruction a line, which needs no parser: it would take longer than
all else that is done to a press page. Every line must then be of a known shape; where one is not,
the stream is parsed (ISO 32000-1, 7.8.2).
"""

from __future__ import annotations

import re

import pikepdf

Instruction = tuple[bytes, bytes]  # operator; the whole, its operands first

MARKED = {b"BDC", b"BMC", b"EMC", b"DP", b"MP"}
# How many operands, all of them on the line (ISO 32000-1, table A.1).
_OPERANDS = {
    b"q": 0, b"Q": 0, b"BT": 0, b"ET": 0, b"h": 0, b"S": 0, b"s": 0, b"f": 0, b"F": 0, b"f*": 0, b"B": 0,
    b"B*": 0, b"b": 0, b"b*": 0, b"n": 0, b"W": 0, b"W*": 0, b"T*": 0,
    b"w": 1, b"J": 1, b"j": 1, b"M": 1, b"Do": 1, b"gs": 1, b"sh": 1, b"Ts": 1, b"Tr": 1, b"Tc": 1, b"Tw": 1,
    b"Tz": 1, b"TL": 1, b"Tj": 1, b"i": 1, b"ri": 1, b"cs": 1, b"CS": 1, b"g": 1, b"G": 1,
    b"m": 2, b"l": 2, b"Td": 2, b"TD": 2, b"Tf": 2, b"rg": 3, b"RG": 3, b"re": 4, b"v": 4, b"y": 4,
    b"k": 4, b"K": 4, b"c": 6, b"cm": 6, b"Tm": 6,
}  # fmt: skip
_ANY = {b"sc", b"scn", b"SC", b"SCN"}  # as many as the colour space has
_BEGINS = {b"%c" % c for c in b"/-.0123456789"}  # a name or a number
_ARRAY = {b"TJ": b"] TJ", b"d": b"d"}  # an array first, and how it ends

# Most streams have lines of these shapes alone; to know that at once is five times as fast as line by line.
_SHAPE = rb"""(?x:
    [qQnhSsFfBbW] | [fBbW]\* | BT | ET | EMC | \[[^\]\n]*+\]\ (?:TJ|%N d)
    | /[^\s\0/<>\[\](){}%]++ (?: [\ \n]BMC | \ (?:gs|Do|%N Tf)
        | \n<<[^\n]*+(?<=>>)\nBDC | \ <<[^\n<>]*+>>\ BDC )
    | %N (?: [wJjMiGg] | %N (?: [ml] | T[dD] | %N (?: rg | RG
        | %N (?: re | [vykK] | %N %N (?: c | cm | Tm ) ) ) ) )
)""".replace(b"%N", rb"[-.0-9]++\ ")
_PLAIN = re.compile(rb"\n*+(?:%b\n++)*+(?:%b)?+" % (_SHAPE, _SHAPE))


def instructions(stream: pikepdf.Object) -> list[Instruction]:
    """The instructions of a stream, in order."""
    found = by_line(stream.read_bytes())
    return parsed(stream) if found is None else found


def parsed(stream: pikepdf.Object) -> list[Instruction]:
    """The instructions of any stream."""
    return [
        (str(one.operator).encode(), pikepdf.unparse_content_stream([one]))
        for one in pikepdf.parse_content_stream(stream)
    ]


def plain(content: bytes) -> bool:
    """Whether a stream has one instruction a line, all of them common ones, as `by_line` would tell it.

    What is marked may stand on lines before its operator. A line that looks like an instruction is
    one: they can be changed where they stand.
    """
    return b"(" not in content and b"%" not in content and _PLAIN.fullmatch(content) is not None


def by_line(content: bytes) -> list[Instruction] | None:
    """The instructions of a stream that has one a line; None when not every line is of a known shape."""
    if b"(" in content or b"%" in content:
        return None
    found: list[Instruction] = []
    held: list[bytes] = []  # operands of marked content stand on lines of their own
    for line in content.split(b"\n"):
        operator = line[line.rfind(b" ") + 1 :]
        count = _OPERANDS.get(operator)
        if held and operator not in MARKED:
            if not line.startswith(b"<<"):
                return None
            held.append(line)
        elif count is not None and line.count(b" ") == count:
            found.append((operator, line))
        elif operator in _ARRAY:
            if not line.startswith(b"[") or line.count(b"]") != 1 or not line.endswith(_ARRAY[operator]):
                return None
            found.append((operator, line))
        elif operator in MARKED:
            if not _marks(operator, [*held, *line[: -len(operator)].split(None, 1)]):
                return None
            found.append((operator, b"\n".join((*held, line))))
            held = []
        elif operator in _ANY and all(operand[:1] in _BEGINS for operand in line.split(b" ")[:-1]):
            found.append((operator, line))
        elif line.startswith(b"/") and b" " not in line:
            held.append(line)
        elif line:
            return None
    return None if held else found


def _marks(operator: bytes, operands: list[bytes]) -> bool:
    """Whether these are the operands of an operator of marked content (ISO 32000-1, table 320)."""
    if operator == b"EMC":
        return not operands
    if not operands or not operands[0].startswith(b"/"):
        return False
    if operator in (b"BMC", b"MP"):
        return len(operands) == 1
    return len(operands) == 2 and operands[1].strip().endswith(b">>")
