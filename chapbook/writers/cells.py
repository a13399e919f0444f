"""Which cells of a table head which: the identifiers of head cells, and each cell's heads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SCOPES = {"row": "Row", "rowgroup": "Row", "col": "Column", "colgroup": "Column"}


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the grid: its element, first row and column, and how far it reaches."""

    element: Any
    row: int
    column: int
    rows: int
    columns: int

    @property
    def over_rows(self) -> range:
        """The rows it reaches over."""
        return range(self.row, self.row + self.rows)

    @property
    def over_columns(self) -> range:
        """The columns it reaches over."""
        return range(self.column, self.column + self.columns)

    @property
    def scope(self) -> str:
        """"Row" or "Column" for a head cell, "" for others."""
        if self.element.tag != "th":
            return ""
        return SCOPES.get(self.element.get("scope") or "", "Column")


def heads(table: Any, name: str) -> Mapping[Any, tuple[str, tuple[str, ...]]]:
    """For each cell element its own identifier ("" unless it is a head) and those of its heads.

    `name` makes identifiers of this table differ from those of others in the book. Heads stand
    above in the columns of a cell or before it in its rows (HTML, 4.9.12.2).
    """
    places = list(_places(table))
    names = {p.element: f"{name}-{p.row}-{p.column}" for p in places if p.scope}
    rows: dict[int, list[Place]] = defaultdict(list)
    columns: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        if place.scope:
            for index in place.over_rows if place.scope == "Row" else place.over_columns:
                (rows if place.scope == "Row" else columns)[index].append(place)
    found = {}
    for place in places:
        own = names.get(place.element, "")
        before = (h for row in place.over_rows for h in rows[row] if h.column < place.column)
        above = (h for column in place.over_columns for h in columns[column] if h.row < place.row)
        over = () if own else tuple(dict.fromkeys(names[h.element] for h in (*before, *above)))
        found[place.element] = own, over
    return found


def _places(table: Any) -> Iterator[Place]:
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(table.iter("tr")):
        column = 0
        for cell in line:
            if cell.tag not in ("td", "th"):
                continue
            while (row, column) in taken:
                column += 1
            rows, columns = _span(cell, "rowspan"), _span(cell, "colspan")
            taken |= {(row + i, column + j) for i in range(rows) for j in range(columns)}
            yield Place(cell, row, column, rows, columns)
            column += columns


def _span(cell: Any, name: str) -> int:
    value = cell.get(name) or "1"
    return max(1, int(value)) if value.isdigit() else 1
