"""Styles in WeasyPrint 70.0 made quicker, their values unchanged. See `quick.py`.

An element with an identifier has a style of its own in WeasyPrint, and so has all that is in it:
each note of a book computes a hundred values that are those of the note before.
"""

from __future__ import annotations

import re
from math import inf
from typing import Any

_EVERY = (0, 0, 1)  # the specificity of a pseudo-element alone: `::marker`
_VIEWPORT = re.compile(r"\d\s*[spdl]?v(?:w|h|i|b|min|max)\b|\d\s*pv", re.IGNORECASE)
_STORES = 6  # sheets and fonts of which styles are kept
_MOST = 1_000  # styles kept of them
_NONE: frozenset[str] = frozenset()


def quicken() -> None:
    """Put everything in place; `quick.quicken` calls it once."""
    _share_styles()
    _plain_values()


def kept(style: Any) -> dict[str, Any]:
    """Where what follows from a style may be kept: with what it reads, until something is written into it."""
    found: dict[str, Any] = (getattr(style, "keeper", None) or style).__dict__.setdefault("kept", {})
    return found


def keep(source: Any, text: str) -> None:
    """Let styles that follow from a sheet, or from those in a document, be kept for other documents: unless a page's
    size is one of their units."""
    source.kept = _VIEWPORT.search(text) is None


class _Store(dict[tuple[Any, ...], Any]):
    """Computed styles by what they follow from, and the sheets and fonts that this names by their address."""

    def __init__(self, *named: Any) -> None:
        super().__init__()
        self.named = named

    def forget_lines(self) -> None:
        """Drop what was kept for the texts of one document."""
        for style in self.values():
            while style is not None:
                vars(style).get("kept", {}).pop("lines", None)
                style = vars(style).get("anonymous_style")


_stores: dict[tuple[int, ...], _Store] = {}


def _store(style_for: Any) -> _Store:
    """The styles known for a document: those of all documents of its sheets, or its own."""
    found: _Store | None = style_for.__dict__.get("shared")
    if found is None:
        kept = [sheet for sheet, _, _ in style_for._sheets if getattr(sheet, "kept", False)]
        own = [origin for sheet, origin, _ in style_for._sheets if sheet not in kept]
        named = style_for.font_config, *kept
        found = _Store(*named)
        if not own or (style_for.kept and set(own) == {"author"}):
            address = tuple(map(id, named))
            found = _stores.get(address, found)
            if len(found) > _MOST:
                found = _Store(*named)
            _stores.pop(address, None)
            _stores[address] = found
            for other in list(_stores)[:-_STORES]:
                del _stores[other]
        style_for.shared = found
    return found


def release(style_for: Any) -> None:
    """Part the styles of a finished document from each other."""
    style_for.__dict__.get("anonymous", {}).clear()
    if "shared" in style_for.__dict__:
        style_for.shared.forget_lines()


def _share_styles() -> None:
    """Elements whose parents' styles and declarations are equal, but for the anchor, read one style.

    Every element has a marker and calls of notes by the engine's own sheet; they are made when asked for,
    and what that sheet says of them, below all that others say, is added then.
    """
    from weasyprint.css import AnonymousStyle, ComputedStyle, InitialStyle, StyleFor
    from weasyprint.html import PH_STYLESHEET, UA_STYLESHEET

    everywhere = _everywhere()
    for sheet in UA_STYLESHEET, PH_STYLESHEET:
        sheet.kept = True

    class Reader(ComputedStyle):
        """An element's style: its anchor is its own, and what the layout writes into it."""

        def __init__(self, shared: Any, cascaded: Any, anonymous: dict[int, Any]) -> None:
            dict.update(self, shared)
            self.__dict__.update(shared.__dict__)
            for name in ("anonymous_style", "kept"):
                self.__dict__.pop(name, None)
            self.shared, self.cascaded, self.anonymous = shared, cascaded, anonymous
            self.keeper = shared

        def __setitem__(self, key: str, value: Any) -> None:
            self.keeper = None  # it keeps for itself, from now on
            self.__dict__["kept"] = {}
            dict.__setitem__(self, key, value)

        @property
        def anonymous_style(self) -> Any:
            return anonymous_style(self)

        def copy(self) -> Any:
            copy = Reader(self.shared, self.cascaded, self.anonymous)
            copy.update(self)
            copy.specified, copy.keeper = self.specified.copy(), None
            return copy

        def __missing__(self, key: str) -> Any:
            if key == "anchor":
                keeper, value = self.keeper, super().__missing__(key)
                self.keeper = keeper
                return value
            value = self.shared[key]
            dict.__setitem__(self, key, value)
            return value

    class AnonymousReader(AnonymousStyle):
        """The style of the boxes without an element in those of a style: what the layout writes into it is the document's."""

        def __init__(self, shared: Any, anonymous: dict[int, Any]) -> None:
            dict.update(self, shared)
            self.__dict__.update(shared.__dict__)
            for name in ("anonymous_style", "kept"):
                self.__dict__.pop(name, None)
            self.shared, self.anonymous, self.specified = shared, anonymous, self
            self.keeper = shared

        __setitem__ = Reader.__setitem__
        anonymous_style = Reader.anonymous_style

        def __missing__(self, key: str) -> Any:
            value = self.shared[key]
            dict.__setitem__(self, key, value)
            return value

    def anonymous_style(style: Any) -> Any:
        shared = style.shared.anonymous_style
        return style.anonymous.get(id(shared)) or style.anonymous.setdefault(id(shared), AnonymousReader(shared, style.anonymous))

    def set_computed_styles(
        self: Any, element: Any, parent: Any, root: Any = None, pseudo_type: Any = None,
        base_url: Any = None, target_collector: Any = None,
    ) -> None:  # fmt: skip
        if isinstance(element, tuple) and pseudo_type is None:  # a page: those before it are computed
            for key in [key for key in self._cascaded_styles if key[0] != element]:
                del self._cascaded_styles[key]
        cascaded = self._cascaded_styles.get((element, pseudo_type), {})
        if parent is None:
            above, root_style = None, InitialStyle(self.font_config)
        else:
            above, root_style = self._computed_styles[parent, None], self._computed_styles[root, None]
        if pseudo_type and "anchor" not in cascaded:
            awaited = self.__dict__.setdefault("awaited", {})
            awaited[element, pseudo_type] = above, cascaded, pseudo_type, root_style, base_url
            return
        cascaded = everywhere.get(pseudo_type, {}) | cascaded
        style = self._computed_styles[element, pseudo_type] = read(self, above, cascaded, pseudo_type, root_style, base_url)
        if parent is None:
            self.root = style, base_url
        if target_collector and style["anchor"]:
            target_collector.collect_anchor(style["anchor"])

    def read(self: Any, above: Any, cascaded: Any, pseudo_type: Any, root: Any, base_url: Any) -> Reader:
        above, root = getattr(above, "shared", above), getattr(root, "shared", root)
        known = _store(self)
        key: list[Any] = [id(above), pseudo_type, base_url, self.initial_page_sizes["box"] is None]
        for name, (value, (origin, layer, specificity)) in cascaded.items():
            if name != "anchor":
                key += name, value if name == "lang" else id(value), origin, layer, *specificity
        shared = known.get(named := tuple(key))
        if shared is None:  # it keeps alive what its key names by its address
            shared = known[named] = ComputedStyle(
                above, cascaded, pseudo_type, root, base_url, self.font_config, self.initial_page_sizes
            )
        return Reader(shared, cascaded, self.__dict__.setdefault("anonymous", {}))

    def call(self: Any, element: Any, pseudo_type: Any = None) -> Any:
        styles, wanted = self._computed_styles, (element, pseudo_type)
        if pseudo_type and (awaited := self.awaited.pop(wanted, None)):
            above, cascaded, *others = awaited
            styles[wanted] = read(self, above, everywhere.get(pseudo_type, {}) | cascaded, *others)
        elif pseudo_type in everywhere and wanted not in styles:
            styles[wanted] = read(self, styles[element, None], everywhere[pseudo_type], pseudo_type, *self.root)
        return found(self, element, pseudo_type)

    def begin(self: Any, html: Any, *more: Any, **named: Any) -> None:
        self.kept = getattr(html, "kept", False)
        plain(self, html, *more, **named)

    plain, found = StyleFor.__init__, StyleFor.__call__
    StyleFor.__init__, StyleFor.awaited = begin, {}
    StyleFor.set_computed_styles, StyleFor.__call__ = set_computed_styles, call


def _everywhere() -> dict[str, dict[str, Any]]:
    """What the engine's own sheet says of every element's pseudo-elements, taken out of it: as cascaded values."""
    from weasyprint.html import UA_STYLESHEET

    found: dict[str, dict[str, Any]] = {}
    selectors = UA_STYLESHEET.matcher.other_selectors
    for entry in selectors[:]:
        _test, specificity, _order, pseudo_type, (declarations, _layer) = entry
        if pseudo_type and specificity == _EVERY:
            selectors.remove(entry)
            known = found.setdefault(pseudo_type, {})
            known.update((name, (value, (1, inf, _EVERY))) for name, value, _important in declarations)
    return found


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
