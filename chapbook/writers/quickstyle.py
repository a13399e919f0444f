"""Styles and boxes in WeasyPrint 70.0 made quicker, their values unchanged. See `quick.py`.

An element with an identifier has a style of its own in WeasyPrint, and so has all that is in it:
each note of a book computes a hundred values that are those of the note before.
"""

from __future__ import annotations

from typing import Any

_LENGTHS = (
    "margin_left", "margin_right", "margin_top", "margin_bottom",
    "padding_left", "padding_right", "padding_top", "padding_bottom",
    "width", "min_width", "max_width", "height", "min_height", "max_height",
)  # fmt: skip
_CORNERS = tuple(f"border_{y}_{x}_radius" for y in ("top", "bottom") for x in ("left", "right"))
_NO_CONTENT = ("normal", "inhibit", "none")
_NONE: frozenset[str] = frozenset()
_BORDERS = ("border_top_width", "border_right_width", "border_bottom_width", "border_left_width")


def quicken() -> None:
    """Put everything in place; `quick.quicken` calls it once."""
    _share_styles()
    _plain_values()
    _resolve_once()
    _strut_once()
    _bare_boxes()
    _bare_margins()


def kept(style: Any) -> dict[str, Any]:
    """Where what follows from a style may be kept: with what it reads, until something is written into it."""
    found: dict[str, Any] = (getattr(style, "keeper", None) or style).__dict__
    return found


def _share_styles() -> None:
    """Elements whose parents' styles and declarations are equal, but for the anchor, read one style.

    Every element has a marker and calls of notes by the engine's own sheet; they are made when asked for.
    """
    from weasyprint.css import ComputedStyle, StyleFor

    class Reader(ComputedStyle):  # type: ignore[misc]
        """An element's style: its anchor is its own, and what the layout writes into it."""

        def __init__(self, shared: Any, cascaded: Any) -> None:
            self.__dict__.update(shared.__dict__)
            self.__dict__.pop("anonymous_style", None)
            self.shared, self.cascaded = shared, cascaded
            self.keeper = shared

        def __setitem__(self, key: str, value: Any) -> None:
            self.keeper = None  # it keeps for itself
            super().__setitem__(key, value)

        @property
        def anonymous_style(self) -> Any:
            return self.shared.anonymous_style

        def copy(self) -> Any:
            copy = Reader(self.shared, self.cascaded)
            copy.update(self)
            copy.specified, copy.keeper = self.specified.copy(), None
            return copy

        def __missing__(self, key: str) -> Any:
            if key == "anchor":
                keeper, value = self.keeper, super().__missing__(key)
                self.keeper = keeper
                return value
            value = self.shared[key]
            super().__setitem__(key, value)
            return value

    def set_computed_styles(
        self: Any, element: Any, parent: Any, root: Any = None, pseudo_type: Any = None,
        base_url: Any = None, target_collector: Any = None,
    ) -> None:  # fmt: skip
        if parent is None:
            plain(self, element, parent, root, pseudo_type, base_url, target_collector)
            return
        if isinstance(element, tuple) and pseudo_type is None:  # a page: those before it are computed
            for key in [key for key in self._cascaded_styles if key[0] != element]:
                del self._cascaded_styles[key]
        cascaded = self._cascaded_styles.get((element, pseudo_type), {})
        above, root = self._computed_styles[parent, None], self._computed_styles[root, None]
        if pseudo_type and "anchor" not in cascaded:
            awaited = self.__dict__.setdefault("awaited", {})
            awaited[element, pseudo_type] = above, cascaded, pseudo_type, root, base_url
            return
        style = self._computed_styles[element, pseudo_type] = read(self, above, cascaded, pseudo_type, root, base_url)
        if target_collector and style["anchor"]:
            target_collector.collect_anchor(style["anchor"])

    def read(self: Any, above: Any, cascaded: Any, pseudo_type: Any, root: Any, base_url: Any) -> Reader:
        above = getattr(above, "shared", above)
        known = self.__dict__.setdefault("shared", {})
        key: list[Any] = [id(above), pseudo_type, base_url, self.initial_page_sizes["box"] is None]
        for name, (value, (origin, layer, specificity)) in cascaded.items():
            if name != "anchor":
                key += name, id(value), origin, layer, *specificity
        shared = known.get(named := tuple(key))
        if shared is None:  # it keeps alive what its key names by its address
            shared = known[named] = ComputedStyle(
                above, cascaded, pseudo_type, root, base_url, self.font_config, self.initial_page_sizes
            )
        return Reader(shared, cascaded)

    def call(self: Any, element: Any, pseudo_type: Any = None) -> Any:
        if pseudo_type and (awaited := self.awaited.pop((element, pseudo_type), None)):
            self._computed_styles[element, pseudo_type] = read(self, *awaited)
        return found(self, element, pseudo_type)

    plain, found = StyleFor.set_computed_styles, StyleFor.__call__
    set_computed_styles.quick = True  # type: ignore[attr-defined]
    StyleFor.set_computed_styles, StyleFor.__call__, StyleFor.awaited = set_computed_styles, call, {}


def _plain_values() -> None:
    """A property that no declaration names has its parent's value or the initial one; most have."""
    from weasyprint.css import ComputedStyle, computed_values, properties

    special = {"float", "display", "position", "page"}
    inherited = {name for name in properties.INHERITED if not name.startswith("text_decoration_")} - special
    initial = {
        name: value for name, value in properties.INITIAL_VALUES.items()
        if not name.startswith("text_decoration_")
        and name not in special | properties.INITIAL_NOT_COMPUTED | properties.INHERITED
    }  # fmt: skip
    others = {  # logical properties that stand for a physical one
        name: {logical(block="ttb", inline=inline) for inline in ("ltr", "rtl")}
        for name, logical in computed_values.PHYSICAL_FUNCTIONS.items()
    }

    def missing(self: Any, key: str) -> Any:
        cascaded, above = self.cascaded, self.parent_style
        if key in cascaded or above is None or not others.get(key, _NONE).isdisjoint(cascaded):
            return plain(self, key)
        if key in inherited:
            value = self[key] = above[key]
        elif key in initial:
            value = self[key] = initial[key]
        else:
            value = plain(self, key)
        return value

    plain = ComputedStyle.__missing__
    ComputedStyle.__missing__ = missing


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
