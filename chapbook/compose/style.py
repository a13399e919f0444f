"""Tokens and style sheets: `tokens.yaml` → base → format, as one sheet for an edition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from chapbook import yamltext
from chapbook.diagnostics import Diagnostic, Position
from chapbook.errors import ConfigurationError
from chapbook.model import Source
from chapbook.textfile import read_text

Tokens = Mapping[str, Mapping[str, tuple[str, ...]]]

# Which groups of tokens an edition knows, and the sheets it is made of.
_GROUPS = {
    "print": ("page_mm", "type_pt", "space_pt", "mark_em"),
    "web": ("mark_em", "type_rem", "web_rem", "colour"),
    "audit": ("mark_em", "type_rem", "web_rem", "colour"),
    "epub": (),
    "handout": ("space_pt", "mark_em"),
    "zine": ("mark_em",),
    "wrap": ("type_pt", "space_pt", "mark_em"),
}
_SHEETS = {"print": ("base.css", "print.css"), "web": ("base.css", "web.css", "reading.css"), "audit": ("base.css", "audit.css"), "epub": ("epub.css",), "wrap": ("base.css", "wrap.css"),
           "handout": ("base.css", "handout.css"), "zine": ("base.css", "zine.css")}  # fmt: skip
_LOADS = re.compile(r"(?i)@import\b|url\(\s*(?!['\"]?(?:#|data:font/|data:image/))[^)]{0,60}")
JOINT = "\n/* joint */\n"  # between rules that many sheets share and those of one: an engine may read them apart
_UNITS = {"mm": "mm", "pt": "pt", "em": "em", "rem": "rem"}


def default_styles() -> Path:
    """The toolchain's own styles: in the package, or beside it in a checkout."""
    packaged = Path(str(files("chapbook") / "styles"))
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "styles"


@cache
def tokens(folder: Path) -> Tokens:
    """The tokens of a styles folder: group → name → values as written.

    Raises: ConfigurationError when `tokens.yaml` cannot be used.
    """
    path = folder / "tokens.yaml"
    try:
        top = yamltext.parse(path.read_text("utf-8"), "styles/tokens.yaml").data
    except OSError as error:
        raise ConfigurationError(f"styles/tokens.yaml cannot be read: {error.strerror}") from error
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for group, values in top.items() if isinstance(top, Mapping) else ():
        names = values.data if isinstance(values.data, Mapping) else {}
        found[group] = {
            name: tuple(str(v.data) for v in value.data)
            if isinstance(value.data, tuple)
            else (str(value.data),)
            for name, value in names.items()
        }
    return found


def number(folder: Path, group: str, name: str, index: int = 0) -> float:
    """One token as a number, in the unit its group names."""
    return float(tokens(folder)[group][name][index])


def stylesheet(edition: str, folder: Path) -> str:
    """The sheet of an edition ("print", "web", "audit" or "epub"): custom properties, then the rules."""
    root = "".join(f"  --{name}: {value};\n" for name, value in _properties(edition, folder))
    parts = [f":root {{\n{root}}}\n"] if root else []
    if edition in ("web", "audit"):
        dark = "".join(f"    --{n}: {v[0]};\n" for n, v in tokens(folder)["dark"].items())
        parts.append(f"@media screen and (prefers-color-scheme: dark) {{\n  :root {{\n{dark}  }}\n}}\n")
    parts.extend(_sheet(folder / name) for name in _SHEETS[edition])
    return "\n".join(parts)


def _properties(edition: str, folder: Path) -> list[tuple[str, str]]:
    out = []
    for group in _GROUPS[edition]:
        unit = _UNITS.get(group.rpartition("_")[2], "")
        for name, values in tokens(folder)[group].items():
            out.append((name, values[0] + unit))
            if len(values) == 2:  # a leading: points in print, a factor on the web
                out.append((f"{name}-leading", values[1] + (unit if unit == "pt" else "")))
    return out


def _sheet(path: Path) -> str:
    if path.parent == default_styles() or not (path.exists() or path.is_symlink()):
        text = (default_styles() / path.name).read_text("utf-8")  # a book may bring only what it changes
    else:
        text = _of_the_book(path)
    return re.sub(r"/\*.*?\*/\n?", "", text, flags=re.DOTALL)


def _of_the_book(path: Path) -> str:
    found: list[Diagnostic] = []
    text = read_text(path.parents[1], f"styles/{path.name}", found)
    if text is None or found:
        raise ConfigurationError(f"styles/{path.name} cannot be read", diagnostics=found)
    _refuse_loads(Source(f"styles/{path.name}", text))
    return text


def _refuse_loads(source: Source) -> None:
    """A sheet draws with what the book has; it fetches nothing, in no spelling (CSS Syntax 3, 4.3.7).

    Raises: ConfigurationError.
    """
    blanked = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m[0]), source.text, flags=re.DOTALL)
    for number, line in enumerate(blanked.split("\n"), start=1):
        plain = re.sub(r"\\([0-9a-fA-F]{1,6})\s?", lambda m: chr(min(int(m[1], 16), 0x10FFFF)), line)
        if match := _LOADS.search(plain):
            hint = "remove it: pictures belong to the text, fonts come with the toolchain"
            found = Diagnostic("C010", f"a style sheet that loads something ({match[0].strip()})",
                               Position(source.path, number, match.start() + 1), hint)  # fmt: skip
            raise ConfigurationError(f"{source.path} cannot be used", diagnostics=[found])
