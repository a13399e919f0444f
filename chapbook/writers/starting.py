"""`import weasyprint` in a third of its time: what it works out at each start is worked out here once.

WeasyPrint 70.0 has cffi parse 16 kB of C declarations at every start, and imports the whole of
fontTools, which is called only where HarfBuzz cannot cut a font. While it is imported, `cffi` is
a stand-in that gives the parsed table (`declarations.py`, generated) for exactly that text, and two parts of fontTools are
stand-ins that import themselves when called. Any other text goes to cffi, as ever.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_INSTANCER, _SUBSET = "fontTools.varLib.instancer", "fontTools.subset"


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


def _when_called(module: str, name: str) -> Any:
    def call(*given: Any, **named: Any) -> Any:
        return getattr(importlib.import_module(module), name)(*given, **named)

    return call
