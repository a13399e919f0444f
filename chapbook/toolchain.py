"""What makes a book besides its own files, as one digest: this package, its engines, the system's fonts and profiles.

Only names, versions, sizes and times are looked at outside the package, so that asking costs
little. Nothing of it is ever published.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from chapbook.store import digest_of

ENGINES = (
    "EbookLib", "fontpkg-source-code-pro", "font-source-sans-pro", "font-source-serif-pro", "latex2mathml", "lxml",
    "pikepdf", "pillow", "pydyf", "Pygments", "pypandoc_binary", "pypdfium2", "pyphen", "PyYAML", "segno", "tinycss2",
    "tinyhtml5", "uharfbuzz", "weasyprint", "ziafont", "ziamath",
)  # fmt: skip
_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libpango-1.0.dylib", "libharfbuzz.dylib")
_PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib", "/lib/x86_64-linux-gnu",
           "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu")  # fmt: skip
_KINDS = (".py", ".css", ".yaml", ".toml", ".js", ".lua", ".csl", ".html")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts",
                "~/.fonts", "~/.local/share/fonts", "~/Library/Fonts")  # fmt: skip


@cache
def toolchain() -> str:
    """The digest, in hexadecimal."""
    return digest_of((*_own(), *_engines(), *_libraries(), *_fonts(), *_profiles()))


def _own() -> Iterator[str | bytes]:
    here = Path(__file__).parent
    styles = here.parent / "styles"
    for folder in (here, *((styles,) if not (here / "styles").is_dir() and styles.is_dir() else ())):
        for path in sorted(folder.rglob("*")):
            if path.suffix in _KINDS:
                yield path.relative_to(folder).as_posix()
                yield path.read_bytes()


def _engines() -> Iterator[str]:
    """The names of what is installed of each: they have the version in them (`importlib.metadata` takes ten times as long)."""
    yield f"Python {sys.version}"
    wanted = {_plain(name) for name in ENGINES}
    folders = [Path(folder) for folder in sys.path if Path(folder).is_dir()]
    for name in sorted(path.name for folder in folders for path in folder.iterdir()):
        if name.endswith((".dist-info", ".egg-info")) and _plain(name.partition("-")[0]) in wanted:
            yield name


def _plain(name: str) -> str:
    """A project's name as all its spellings have it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _libraries() -> Iterator[str]:
    """The names that the usual links lead to: they have the version in them."""
    for folder in _PLACES:
        for name in _LIBRARIES:
            path = Path(folder, name)
            if path.exists():
                yield str(path.resolve())


def _fonts() -> Iterator[str]:
    for place in FONT_FOLDERS:
        for folder, below, files in os.walk(Path(place).expanduser()):
            below.sort()
            for name in sorted(files):  # a book may be set in one (scripts.toml): another file of that name is another font
                status = Path(folder, name).stat(follow_symlinks=False)
                yield f"{folder}/{name} {status.st_size} {status.st_mtime_ns}"


def _profiles() -> Iterator[str]:
    from chapbook import printing

    for condition in printing.conditions().values():
        path = printing.installed(condition)
        if path is not None:
            status = path.stat()
            yield f"{path} {status.st_size} {status.st_mtime_ns}"
