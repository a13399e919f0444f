"""Footnotes in WeasyPrint 70.0 laid out once a page, their places unchanged. See `quick.py`.

The engine lays out all notes of a page again for each call it meets on it, to know what is left for the
text, and once more to draw them. A note under the same notes stands where it stood: it is laid out
once. Notes with floats, tables, pictures or boxes placed from outside in them are left to the engine, and all notes
of a page with a float that reaches to its foot.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def quicken() -> None:
    """Put everything in place; `quick.quicken` calls it once."""
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox
    from weasyprint.layout import LayoutContext, page

    def update(self: Any) -> Any:
        area = self.current_footnote_area
        notes = _notes(self, area)
        if not notes:
            return plain_update(self)
        if area.height != "auto" and not self.in_column:
            self.page_bottom += area.margin_height()
        area.children = self.current_page_footnotes
        laid_out = area.copy()
        laid_out.children = notes
        with _once():
            laid_out = plain_layout(self, laid_out, float("-inf"), None, area.page)[0]
        area.height = laid_out.height
        if not self.in_column:
            self.page_bottom -= laid_out.margin_height()
        last = laid_out.children[-1]
        bottom = laid_out.position_y + laid_out.margin_height() - laid_out.margin_bottom
        return last.position_y + last.margin_height() - last.margin_bottom > bottom

    def block_level_layout(context: Any, box: Any, *more: Any, **named: Any) -> Any:
        """The page's: its notes at last."""
        if not isinstance(box, FootnoteAreaBox):
            return plain_layout(context, box, *more, **named)
        notes = _notes(context, context.current_footnote_area) if box.children else None
        if not notes:
            return plain_layout(context, box, *more, **named)
        box.children = notes
        with _once():
            made = plain_layout(context, box, *more, **named)
        for each in context.current_footnote_area, box, made[0]:
            each.__dict__.pop("noted", None)
        return made

    plain_update, plain_layout = LayoutContext._update_footnote_area, page.block_level_layout
    LayoutContext._update_footnote_area, page.block_level_layout = update, block_level_layout


def _notes(context: Any, area: Any) -> list[Any] | None:
    """The boxes of a page's notes, each made once for its area; None when they have to be laid out together."""
    if any(shape.position_y + shape.margin_height() > area.position_y for shape in context.excluded_shapes):
        return None
    known = area.__dict__.setdefault("noted", {})
    for note in context.current_page_footnotes:
        if id(note) not in known:
            known[id(note)] = _made(area, note), note
    notes = [known[id(note)][0] for note in context.current_page_footnotes]
    return None if None in notes else notes


def _made(area: Any, note: Any) -> Any:
    """The box of a note, ready to be laid out; None where it is not of text alone."""
    from weasyprint.formatting_structure import boxes, build

    alone = area.copy()
    alone.children = [note.deepcopy()]
    made = build.create_anonymous_boxes(alone).children
    plain = {boxes.BlockBox, boxes.LineBox, boxes.InlineBox, boxes.InlineBlockBox, boxes.TextBox}
    places = {boxes.BlockBox, boxes.InlineBlockBox}

    def alike(box: Any, within: bool) -> bool:
        """Whether a box comes out the same wherever the note stands; `within` another that places what has no place in the flow."""
        placed = within and box.style["position"] == "absolute" and not box.is_floated()
        if type(box) not in plain or box.footnote is not None or not (placed or box.is_in_normal_flow()) or box.is_table_wrapper:
            return False
        within = within or (type(box) in places and box.style["position"] == "relative")
        return all(alike(child, within) for child in getattr(box, "children", ()))

    if len(made) != 1 or type(made[0]) is not boxes.BlockBox or made[0].style["position"] != "static" or not alike(made[0], False):
        return None
    made[0].note_in = area, note
    return made[0]


@contextmanager
def _once() -> Iterator[None]:
    """Notes are laid out once in here for each place that they are in."""
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox
    from weasyprint.layout import block

    def block_level_layout(context: Any, box: Any, *given: Any) -> Any:
        bottom_space, _, above, page_is_empty, _, _, adjoining_margins, *others = given
        if not isinstance(above, FootnoteAreaBox):
            return plain(context, box, *given)
        key = (
            box.position_x, box.position_y, above.width, above.height, bottom_space, page_is_empty,
            tuple(adjoining_margins), context.forced_break, *others,
        )  # fmt: skip
        known = box.__dict__.setdefault("laid_out", {})
        if key not in known:
            fresh = _made(*box.note_in) if known else box
            fresh.position_x, fresh.position_y = box.position_x, box.position_y
            known[key] = plain(context, fresh, *given)
        note, resume, next_page, margins, *rest = known[key]
        return note, resume, dict(next_page), list(margins), *rest

    plain = block.block_level_layout
    block.block_level_layout = block_level_layout
    try:
        yield
    finally:
        block.block_level_layout = plain
