"""Boxes in WeasyPrint 70.0 made quicker, where they stand and what they show unchanged. See `quick.py`.

What follows from the style alone is found once a style and not for each piece of each line.
"""

from __future__ import annotations

from typing import Any

from chapbook.writers.quickstyle import kept

_LENGTHS = (
    "margin_left", "margin_right", "margin_top", "margin_bottom",
    "padding_left", "padding_right", "padding_top", "padding_bottom",
    "width", "min_width", "max_width", "height", "min_height", "max_height",
)  # fmt: skip
_BORDERS = ("border_top_width", "border_right_width", "border_bottom_width", "border_left_width")
_CORNERS = tuple(f"border_{y}_{x}_radius" for y in ("top", "bottom") for x in ("left", "right"))
_NO_CONTENT = ("normal", "inhibit", "none")
_IN_FLOW = ("static", "relative")


def quicken() -> None:
    """Put everything in place; `quick.quicken` calls it once."""
    _resolve_once()
    _strut_once()
    _flow_at_once()
    _bare_boxes()
    _bare_margins()


def _resolve_once() -> None:
    """Lengths without percentages are the same whatever contains the box: they are set at once."""
    from weasyprint.layout import absolute, block, column, flex, float, grid, inline, page, percent, preferred, replaced, table
    from weasyprint.layout.absolute import AbsolutePlaceholder

    def fixed(style: Any) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        if style["border_collapse"] == "collapse" or style["box_sizing"] != "content-box":
            return None
        for name in _LENGTHS:
            value = style[name]
            if value != "auto":
                if getattr(value, "unit", "%") == "%":
                    return None
                value = value.value
            elif name in ("min_width", "min_height"):
                value = 0
            found[name] = value
        found.update((name, style[name]) for name in _BORDERS)
        return found

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        known = kept(box.style)
        if "lengths" not in known:
            known["lengths"] = fixed(box.style)
        lengths = known["lengths"]
        if lengths is None or isinstance(box, AbsolutePlaceholder):
            plain(box, containing_block)
        else:
            box.__dict__.update(lengths)

    plain = percent.resolve_percentages
    for module in (absolute, block, column, flex, float, grid, inline, page, percent, preferred, replaced, table):
        if hasattr(module, "resolve_percentages"):
            module.resolve_percentages = resolve_percentages


def _strut_once() -> None:
    """The height of an empty line is asked for every box of every line."""
    from weasyprint.layout import inline

    def strut(style: Any) -> tuple[float, float]:
        known = kept(style)
        if "strut" not in known:
            known["strut"] = plain(style)
        found: tuple[float, float] = known["strut"]
        return found

    plain = inline.strut
    inline.strut = strut


def _flow_at_once() -> None:
    """Whether a box is in the flow is asked ten times for each."""
    from weasyprint.formatting_structure.boxes import Box

    def is_in_normal_flow(self: Any) -> Any:
        style = self.style
        return (style["float"] == "none" and style["position"] in _IN_FLOW) or plain(self)

    plain = Box.is_in_normal_flow
    Box.is_in_normal_flow = is_in_normal_flow


def _bare_boxes() -> None:
    """Most boxes have no background, no shadow and square corners; what is looked up once a style."""
    from weasyprint.draw.color import get_color
    from weasyprint.formatting_structure.boxes import Box
    from weasyprint.layout import background

    nothing = {"background": None, **dict.fromkeys(_CORNERS, (0, 0))}

    def bare(style: Any) -> bool:
        return (
            style["border_image_source"][0] == "none" and style["mask_border_source"][0] == "none"
            and style["visibility"] != "hidden" and not style["box_shadow"]
            and all(kind == "none" for kind, _ in style["background_image"])
            and get_color(style, "background_color").alpha == 0
            and all((0, "px") in style[corner] for corner in _CORNERS)
        )  # fmt: skip

    def layout_box_backgrounds(
        page: Any, box: Any, get_image_from_uri: Any, layout_children: bool = True, style: Any = None
    ) -> None:
        known = kept(box.style)
        if "bare" not in known:
            known["bare"] = bare(box.style)
        if not known["bare"] or style is not None or box is page or not isinstance(box, Box):
            plain(page, box, get_image_from_uri, layout_children, style)
            return
        box.__dict__.update(nothing)
        if layout_children:
            for child in box.all_children():
                layout_box_backgrounds(page, child, get_image_from_uri)

    plain = background.layout_box_backgrounds
    background.layout_box_backgrounds = layout_box_backgrounds


def _bare_margins() -> None:
    """Nothing is made for the margins of a page that have no content: a part's have none."""
    from weasyprint import layout

    sides = {"top": ("left", "center", "right"), "left": ("top", "middle", "bottom")}
    sides |= {"bottom": sides["top"], "right": sides["left"]}
    names = [f"@{side}-{at}" for side, places in sides.items() for at in places]
    names += [f"@{y}-{x}-corner" for y in ("top", "bottom") for x in ("left", "right")]

    def make_margin_boxes(context: Any, page: Any, state: Any) -> Any:
        styles = [context.style_for(page.page_type, name) for name in names]
        if all(style is None or style["content"] in _NO_CONTENT for style in styles):
            return ()
        return plain(context, page, state)

    plain = layout.make_margin_boxes
    layout.make_margin_boxes = make_margin_boxes
