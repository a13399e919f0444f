"""`import weasyprint` in a third of its time: what it works out at each start is worked out here once.

WeasyPrint 70.0 has cffi parse 16 kB of C declarations at every start, and imports the whole of
fontTools, which is called only where HarfBuzz cannot cut a font, and `ssl`, though it is given no address of the network.
While it is imported, `cffi` is a stand-in that gives the parsed table (`declarations.py`, generated) for exactly that text,
and the parts of fontTools and `ssl` are stand-ins that import themselves when called. Any other text goes to cffi, as ever.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_INSTANCER, _SUBSET, _FONTS = "fontTools.varLib.instancer", "fontTools.subset", "fontTools.ttLib"
_USER = "weasyprint.pdf.fonts"


def imported() -> bool:
    """Whether this process has the engine."""
    return "weasyprint" in sys.modules


@contextmanager
def quickly() -> Iterator[None]:
    """Import WeasyPrint in here; nothing is changed where it, or what it needs, is imported already."""
    if {"weasyprint", "cffi"} & sys.modules.keys():
        yield
        return
    standing = {"cffi": _module("cffi", FFI=_Declaring)}
    if _SUBSET not in sys.modules:
        import fontTools  # its name only: it imports nothing

        later = _Later(_SUBSET)
        standing[_SUBSET] = later
        standing[_INSTANCER] = _module(_INSTANCER, instantiateVariableFont=_when_called(_INSTANCER, "instantiateVariableFont"))
        fontTools.subset = later
    if _FONTS not in sys.modules:
        standing[_FONTS] = _module(_FONTS, TTFont=_when_called(_FONTS, "TTFont", _errors_known), TTLibError=_NoFont,
                                   ttFont=_Later(f"{_FONTS}.ttFont"), woff2=_Later(f"{_FONTS}.woff2"))  # fmt: skip
    if "ssl" not in sys.modules:
        standing["ssl"] = _Later("ssl")  # urllib asks whether there is one, and uses it when there is a connection
    sys.modules.update(standing)
    try:
        yield
    finally:
        for name, module in standing.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


class _Declaring:
    """`cffi.FFI` until it has its declarations: then the table made of the same text, or cffi's own."""

    def __init__(self) -> None:
        self.real: Any = None

    def cdef(self, text: str) -> None:
        """Take the declarations."""
        from chapbook.writers import declarations

        if hashlib.sha256(text.encode()).hexdigest() == declarations.OF:
            self.real = declarations.ffi
            return
        standing = sys.modules.pop("cffi")
        try:
            self.real = importlib.import_module("cffi").FFI()
        finally:
            sys.modules["cffi"] = standing
        self.real.cdef(text)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.real, name)
        setattr(self, name, found)  # asked once
        return found


class _Later(ModuleType):
    """A module that is imported when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name)


def _module(name: str, **content: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(content)
    return module


class _NoFont(Exception):
    """fontTools' error, as long as fontTools is not there to raise it."""


def _errors_known() -> None:
    """Let the engine catch what fontTools raises, now that it may."""
    vars(sys.modules[_USER])["TTLibError"] = importlib.import_module(_FONTS).TTLibError


def _when_called(module: str, name: str, first: Callable[[], None] = lambda: None) -> Any:
    def call(*given: Any, **named: Any) -> Any:
        first()
        return getattr(importlib.import_module(module), name)(*given, **named)

    return call
