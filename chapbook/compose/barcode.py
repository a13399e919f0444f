"""The ISBN as a barcode: EAN-13 (ISO/IEC 15420), drawn as black bars in millimetres."""

from __future__ import annotations

MODULE_MM = 0.33  # the nominal width of the narrowest bar
QUIET_LEFT, QUIET_RIGHT = 11, 7  # modules of white beside the bars
MODULES = 95
_BARS_MM = 14.0
_GUARD_MM = 1.65  # how far the guard bars reach below the others
_DIGITS_MM = 2.9  # from the bars to the foot of the digits
_TYPE_MM = 2.9
_FIRST_AT, _LEFT_AT, _RIGHT_AT = 5.0, 35.0, 82.0  # the middles of the digits' groups, in modules

_LEFT_ODD = ("0001101", "0011001", "0010011", "0111101", "0100011",
             "0110001", "0101111", "0111011", "0110111", "0001011")  # fmt: skip
_PARITY = ("OOOOOO", "OOEOEE", "OOEEOE", "OOEEEO", "OEOOEE",
           "OEEOOE", "OEEEOO", "OEOEOE", "OEOEEO", "OEEOEO")  # fmt: skip
_RIGHT = tuple("".join("10"[int(bit)] for bit in code) for code in _LEFT_ODD)
_LEFT_EVEN = tuple(code[::-1] for code in _RIGHT)


def ean13(isbn: str) -> str:
    """The thirteen digits of an ISBN; ten-digit ones are brought into the new form.

    Raises: ValueError when it is no ISBN or its last digit does not check.
    """
    digits = isbn.upper().removeprefix("ISBN").replace("-", "").replace(" ", "")
    if len(digits) == 10 and digits[:9].isdecimal():
        weights = sum((10 - i) * (10 if d == "X" else int(d)) for i, d in enumerate(digits))
        if weights % 11:
            raise ValueError(f"the last digit of ISBN {isbn} does not check")
        digits = f"978{digits[:9]}"
        return digits + _check(digits)
    if len(digits) != 13 or not digits.isdecimal() or digits[:3] not in ("978", "979"):
        raise ValueError(f"{isbn} is no ISBN")
    if _check(digits[:12]) != digits[12]:
        raise ValueError(f"the last digit of ISBN {isbn} does not check")
    return digits


def _check(digits: str) -> str:
    return str(-sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10)


def modules(digits: str) -> str:
    """The code's 95 modules, 1 where black."""
    left = "".join(
        (_LEFT_ODD if parity == "O" else _LEFT_EVEN)[int(digit)]
        for digit, parity in zip(digits[1:7], _PARITY[int(digits[0])], strict=True)
    )
    right = "".join(_RIGHT[int(digit)] for digit in digits[7:])
    return f"101{left}01010{right}101"


def barcode_svg(digits: str) -> str:
    """The bars with their quiet zones and the digits below, as SVG in millimetres."""
    black = modules(digits)
    guards = {*range(3), *range(45, 50), *range(92, 95)}
    bars = "".join(
        f'<rect x="{(QUIET_LEFT + i) * MODULE_MM:.3f}" y="0" width="{MODULE_MM}" '
        f'height="{_BARS_MM + (_GUARD_MM if i in guards else 0):g}"/>'
        for i, bit in enumerate(black)
        if bit == "1"
    )
    width, height = (QUIET_LEFT + MODULES + QUIET_RIGHT) * MODULE_MM, _BARS_MM + _DIGITS_MM
    places = ((_FIRST_AT, digits[:1]), (_LEFT_AT, digits[1:7]), (_RIGHT_AT, digits[7:]))
    below = "".join(
        f'<text x="{at * MODULE_MM:.3f}" y="{height - 0.3:g}" text-anchor="middle">{group}</text>' for at, group in places
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}mm" '
        f'height="{height:g}mm"><g fill="#000000">{bars}</g>'
        f'<g fill="#000000" font-family="Source Sans Pro" font-size="{_TYPE_MM}">{below}</g></svg>'
    )
