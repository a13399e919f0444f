"""Office printers, copiers and cameras as data: what they need of a sheet, from `office.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chapbook import yamltext
from chapbook.yamltext import Value


@dataclass(frozen=True, slots=True)
class Office:
    """The numbers, in millimetres where nothing else is said.

    `edge_mm` is what a printer cannot reach at any side; `signature_pages` how many pages are
    folded into one another at most. `module_least_mm` is the smallest module of a code that a
    copy keeps, `module_mm` the one drawn, `quiet_modules` the white around it; `level_clean` and
    `level_copied` are levels of error correction.
    """

    edge_mm: float
    signature_pages: int
    fold_mm: float
    fold_more_mm: float
    quiet_modules: int
    module_least_mm: float
    module_mm: float
    level_clean: str
    level_copied: str

    def at_fold_mm(self, pages: int) -> float:
        """The margin a page needs at the fold of a signature of so many pages."""
        return self.fold_mm + self.fold_more_mm * max(0, pages // 4 - 1)


@cache
def office() -> Office:
    """The file's numbers."""
    text = (files("chapbook") / "office.yaml").read_text("utf-8")
    value = yamltext.parse(text, "chapbook/office.yaml")

    def said(*keys: str) -> str:
        found: Value = value
        for key in keys:
            assert isinstance(found.data, Mapping)
            found = found.data[key]
        return str(found.data)

    return Office(
        edge_mm=float(said("duplex", "unprintable_edge_mm")),
        signature_pages=int(said("duplex", "signature_max_pages")),
        fold_mm=float(said("duplex", "saddle_margin_mm", "first_4_pages")),
        fold_more_mm=float(said("duplex", "saddle_margin_mm", "each_further_4")),
        quiet_modules=int(said("qr", "quiet_zone_modules")),
        module_least_mm=float(said("qr", "module_mm", "min")),
        module_mm=float(said("qr", "module_mm", "target")),
        level_clean=said("qr", "error_level", "clean"),
        level_copied=said("qr", "error_level", "photocopied"),
    )
