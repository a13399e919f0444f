"""From screen colours to inks: black and greys to K alone, all else to the press's CMYK.

The tokens' colours have press values of their own. Others go through the ICC profile of the
printing condition where the book has one (sRGB in, relative colorimetric, black point
compensation). Without a profile: complement, with all the grey of a colour taken out of the
three inks and given to black (K = 1 − max; C = (max − R) / max), which no press is measured by.

A picture of at most 256 colours is a drawing and its greys become K; a picture all in greys
becomes one channel. A photograph is converted as a whole, since single K dots in its shadows
would show. What needs more ink than the limit loses cyan, magenta and yellow in proportion.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chapbook.compose.style import tokens

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

INK_PERCENT = 300.0  # total ink where a service names no limit of its own: coated offset
_SAME = 0.004  # how near two colour values are when they are one
_DRAWING = 256  # colours

Cmyk = tuple[float, float, float, float]


class Inks:
    """The conversion for one file: press values by RGB, the profile if any, the ink limit."""

    def __init__(self, styles: Path, profile: bytes | None, limit_percent: float | None) -> None:
        self.named = _named(styles)
        self.profile = profile
        self.limit = (limit_percent or INK_PERCENT) / 100
        self._transform: Any = None
        self._known: dict[tuple[float, ...], Cmyk] = {}

    def facts(self) -> tuple[bytes | str, ...]:
        """All that the conversion depends on."""
        return repr(sorted(self.named.items())), repr(self.limit), self.profile or b""

    def colour(self, rgb: tuple[float, ...]) -> Cmyk:
        """One colour, each value from 0 to 1."""
        if rgb not in self._known:
            self._known[rgb] = self.limited(self._colour(rgb))
        return self._known[rgb]

    def _colour(self, rgb: tuple[float, ...]) -> Cmyk:
        for known, ink in self.named.items():
            if all(abs(a - b) < _SAME for a, b in zip(known, rgb, strict=True)):
                return ink
        if max(rgb) - min(rgb) < _SAME:
            return (0.0, 0.0, 0.0, 1.0 - rgb[0])
        if self.profile is None:
            black = 1.0 - max(rgb)
            cyan, magenta, yellow = ((1.0 - v - black) / (1.0 - black) for v in rgb)
            return (cyan, magenta, yellow, black)
        from PIL import Image

        dot = Image.new("RGB", (1, 1), tuple(round(v * 255) for v in rgb))
        cyan, magenta, yellow, black = self._through_profile(dot).tobytes()
        return (cyan / 255, magenta / 255, yellow / 255, black / 255)

    def limited(self, ink: Cmyk) -> Cmyk:
        """A colour within the ink limit: black stays, the others shrink together."""
        colours, black = ink[:3], ink[3]
        if sum(ink) <= self.limit:
            return ink
        part = max(0.0, self.limit - black) / sum(colours)
        cyan, magenta, yellow = (int(v * part * 10_000) / 10_000 for v in colours)
        return (cyan, magenta, yellow, black)

    # ── pictures ─────────────────────────────────────────────────────────────

    def picture(self, picture: Picture, headroom: float = 0.0) -> Picture:
        """A picture as one channel (mode L) or as CMYK.

        `headroom` is kept free below the limit (1 is one ink in full), for a coding with losses.
        """
        from PIL import Image, ImageChops

        if picture.mode in ("1", "L"):
            return picture.convert("L")
        if picture.mode == "CMYK":
            return self._limited_picture(picture, headroom)
        rgb = picture.convert("RGB")
        red, green, blue = rgb.split()
        spread = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(green, blue))
        low_high = spread.getextrema()
        assert isinstance(low_high[1], int | float)
        if low_high[1] <= 1:
            return green
        made = self._through_profile(rgb) if self.profile else _complement(rgb)
        if rgb.getcolors(_DRAWING) is not None:
            greys = spread.point([255, 255] + [0] * 254)
            none = Image.new("L", rgb.size, 0)
            made.paste(Image.merge("CMYK", (none, none, none, ImageChops.invert(green))), mask=greys)
        return self._limited_picture(made, headroom)

    def _through_profile(self, rgb: Picture) -> Picture:
        from PIL import ImageCms

        if self._transform is None:
            assert self.profile is not None
            press = ImageCms.ImageCmsProfile(io.BytesIO(self.profile))
            self._transform = ImageCms.buildTransform(
                ImageCms.createProfile("sRGB"), press, "RGB", "CMYK",
                ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION)  # fmt: skip
        made = ImageCms.applyTransform(rgb, self._transform)
        assert made is not None
        return made

    def _limited_picture(self, picture: Picture, headroom: float) -> Picture:
        from PIL import Image, ImageMath

        cyan, magenta, yellow, black = picture.split()
        room = int((self.limit - headroom) * 255)

        def less(band: Picture) -> Picture:
            def shrink(a: dict[str, Any]) -> Any:
                colours = a["c"] + a["m"] + a["y"]
                left = a["max"](room - a["k"], colours * 0)
                return a["convert"](a["band"] * a["min"](left, colours) / a["max"](colours, colours * 0 + 1), "L")

            made: Picture = ImageMath.lambda_eval(shrink, c=cyan, m=magenta, y=yellow, k=black, band=band)
            return made

        return Image.merge("CMYK", (*(less(band) for band in (cyan, magenta, yellow)), black))


def most_ink(picture: Picture) -> float:
    """The largest sum of inks of a CMYK picture's pixels, from 0 to 4."""
    from PIL import ImageMath

    cyan, magenta, yellow, black = picture.split()
    summed = ImageMath.lambda_eval(lambda a: a["c"] + a["m"] + a["y"] + a["k"], c=cyan, m=magenta, y=yellow, k=black)
    return float(summed.getextrema()[1]) / 255


def _complement(rgb: Picture) -> Picture:
    """The conversion without a profile, of a whole picture."""
    from PIL import Image, ImageChops, ImageMath

    red, green, blue = rgb.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)

    def ink(band: Picture) -> Picture:
        def part(a: dict[str, Any]) -> Any:
            return a["convert"]((a["most"] - a["band"]) * 255 / a["max"](a["most"], a["most"] * 0 + 1), "L")

        made: Picture = ImageMath.lambda_eval(part, most=most, band=band)
        return made

    return Image.merge("CMYK", (ink(red), ink(green), ink(blue), ImageChops.invert(most)))


def _named(styles: Path) -> Mapping[tuple[float, ...], Cmyk]:
    """The press values of the tokens' colours, by their RGB."""
    screen = tokens(styles)["colour"]
    found: dict[tuple[float, ...], Cmyk] = {}
    for name, values in tokens(styles)["press"].items():
        code = screen[name][0].lstrip("#")
        rgb = tuple(int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))
        cyan, magenta, yellow, black = (float(v) / 100 for v in values)
        found[rgb] = (cyan, magenta, yellow, black)
    return found
