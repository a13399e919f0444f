"""Text in WeasyPrint 70.0 made quicker, its lines and glyphs unchanged. See `quick.py`.

Pango takes its time to shape a line, but as much went to asking it: a context and a description
of the font for each line, and many calls from Python for each glyph that is drawn.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from chapbook.writers import quicklines
from chapbook.writers.quickstyle import kept
from chapbook.writers.quickwords import EMPTY, GLYPH

Glyph = tuple[int, int, int]  # its number, its width, how far it is moved along the line
_HAIR = 0.01  # pixels


def quicken() -> None:
    """Put everything in place; `quick.quicken` calls it once."""
    _set_up_once()
    _split_once()
    _justify_unshaped()
    _draw_runs()


def _set_up_once() -> None:
    """One Pango context and one description of the font for all lines of a style."""
    from weasyprint.text import line_break
    from weasyprint.text.ffi import ffi, gobject, pango

    def setup(self: Any, style: Any) -> None:
        context, description, features, values = _asked(style)
        self.__dict__.update(values)
        self.style = style
        self.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
        pango.pango_layout_set_auto_dir(self.layout, False)
        pango.pango_layout_set_font_description(self.layout, description)
        if features is not None:
            attributes = pango.pango_attr_list_new()
            pango.pango_attr_list_insert(attributes, features)
            pango.pango_layout_set_attributes(self.layout, attributes)

    line_break.Layout.setup = setup


def _asked(style: Any) -> tuple[Any, Any, Any, dict[str, Any]]:
    known = kept(style)
    if "pango" not in known:
        known["pango"] = _prepared(style)
    found: tuple[Any, Any, Any, dict[str, Any]] = known["pango"]
    return found


def _prepared(style: Any) -> tuple[Any, Any, Any, dict[str, Any]]:
    """What `Layout.setup` makes for a style: context, description of the font, features, its own values."""
    from weasyprint.text import constants, fonts
    from weasyprint.text.ffi import FROM_UNITS, ffi, gobject, pango, unicode_to_char_p

    context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, constants.PANGO_DIRECTION[style["direction"]])
    override = style["font_language_override"]
    lang = style["lang"] if override == "normal" else constants.LST_TO_ISO.get(override.lower(), override)
    language = pango.pango_language_get_default()
    if lang:
        pointer, _kept = unicode_to_char_p(lang)
        language = pango.pango_language_from_string(pointer)
        pango.pango_context_set_language(context, language)
    description = fonts.get_font_description(style)
    values = {"first_line_direction": 0, "language": language, "ascent": None,
              "underline_position": None, "strikethrough_position": None}  # fmt: skip
    if style["text_decoration_line"] != "none":
        metrics = ffi.gc(
            pango.pango_context_get_metrics(context, description, language), pango.pango_font_metrics_unref
        )
        for name in ("ascent", "underline_position", "strikethrough_position",
                     "underline_thickness", "strikethrough_thickness"):  # fmt: skip
            values[name] = FROM_UNITS * getattr(pango, f"pango_font_metrics_get_{name}")(metrics)
    wanted = fonts.font_features(
        style["font_kerning"], style["font_variant_ligatures"], style["font_variant_position"],
        style["font_variant_caps"], style["font_variant_numeric"], style["font_variant_alternates"],
        style["font_variant_east_asian"], style["font_feature_settings"],
    )  # fmt: skip
    if not wanted:
        return context, description, None, values
    text = ",".join(f"{name} {value}" for name, value in wanted.items()).encode()
    known = style.font_config.font_features
    if text not in known:
        known[text] = pango.pango_attr_font_features_new(text)
    return context, description, known[text], values


@cache
def _unshaped() -> Any:
    """A layout that Pango is not given before somebody asks for it; many lines are drawn without."""
    from weasyprint.text.line_break import Layout

    class Unshaped(Layout):
        def setup(self, style: Any) -> None:
            self.__dict__.update(_asked(style)[3])

        def reactivate(self, style: Any) -> None:
            self.style = style

        def deactivate(self) -> None:
            pass

        def __getattr__(self, name: str) -> Any:
            if name != "layout":
                raise AttributeError(name)
            self.__class__ = Layout
            self.reactivate(self.style)
            return self.layout

    return Unshaped


def _split_once() -> None:
    """A text of one style in one width is broken into lines as it was before; a page is tried more than once."""
    from weasyprint import document
    from weasyprint.layout import inline, preferred

    Unshaped = _unshaped()

    def split_first_line(
        text: str, style: Any, context: Any, max_width: float | None, justification_spacing: float,
        is_line_start: bool = True, minimum: bool = False,
    ) -> Any:  # fmt: skip
        line = quicklines.first_line(text, style, max_width, is_line_start, minimum)
        if line is not None:
            layout = Unshaped(style, justification_spacing, max_width)
            layout.text = line.text
            return layout, *line[1:]
        whole, known = kept(style).setdefault("lines", ({}, {}))
        made = whole.get(text)
        if made is not None and (max_width is None or made[3] < max_width - _HAIR):
            return again(made, justification_spacing, max_width)
        key = text, max_width, justification_spacing, is_line_start, minimum
        made = known.get(key)
        if made is not None:
            return again(made, justification_spacing, max_width)
        made = known[key] = split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
        made[0].__class__ = Unshaped
        if made[2] is None and made[0].text == text and (max_width is None or made[3] <= max_width):
            whole[text] = made  # in every width that it fits in
        return made

    def again(made: Any, justification_spacing: float, max_width: float | None) -> Any:
        layout = Unshaped.__new__(Unshaped)  # a box writes into its own
        layout.__dict__.update(made[0].__dict__)
        layout.justification_spacing, layout.max_width = justification_spacing, max_width
        return layout, *made[1:]

    def layout_document(html: Any, root_box: Any, context: Any, *more: Any, **named: Any) -> Any:
        quicklines.learn(root_box)
        return lay_out(html, root_box, context, *more, **named)

    lay_out, document.layout_document = document.layout_document, layout_document
    split, can_break = inline.split_first_line, inline.can_break_text
    for module in (inline, preferred):
        module.split_first_line = split_first_line
        module.can_break_text = lru_cache(maxsize=4096)(can_break)


def _justify_unshaped() -> None:
    """A justified line is set up when it is drawn, not when its spaces are counted."""
    from weasyprint.layout import inline

    Unshaped = _unshaped()

    def create_layout(text: str, style: Any, context: Any, max_width: Any, justification_spacing: float) -> Any:
        if text == " " or "\n" in text:  # these are changed when they are set
            return plain(text, style, context, max_width, justification_spacing)
        layout = Unshaped(style, justification_spacing, max_width)
        layout.text = text
        return layout

    plain = inline.create_layout
    inline.create_layout = create_layout


def _draw_runs() -> None:
    """A run of glyphs is read from Pango in one piece; what a glyph of a width is in a PDF is kept."""
    from weasyprint.draw import text as drawing
    from weasyprint.text.ffi import ffi, pango
    from weasyprint.text.fonts import get_pango_font_key

    def draw_first_line(
        stream: Any, textbox: Any, text_overflow: Any, block_ellipsis: Any, matrix: Any
    ) -> Any:
        found = None
        if text_overflow != "ellipsis" and block_ellipsis == "none" and textbox.text.strip():
            layout = textbox.pango_layout
            if layout.__class__ is Unshaped and (said := quicklines.shown(stream, layout, textbox.style)):
                stream.set_text_matrix(*matrix.values)
                stream.set_font_size(said[0].hash, said[1])
                stream.show_text(said[2])
                return []
            found = runs(stream, textbox)
        if found is None:
            return plain(stream, textbox, text_overflow, block_ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        string, previous = "", None
        for run, pango_font, font, size, glyphs in found:
            if pango_font != previous:
                previous = pango_font
                if string:
                    stream.show_text(string)
                string = ""
                stream.set_font_size(font.hash, size)
            known = font.__dict__.setdefault("shown", {}).setdefault(size, {})
            if not known.keys() >= set(glyphs):
                _learn(known, glyphs, stream, textbox.pango_layout.text, run, font, size)
            shown = "<" + "".join([known[glyph] for glyph in glyphs])
            string += shown[:-1] if shown[-1] == "<" else f"{shown}>"
        stream.show_text(string)
        return []

    def runs(stream: Any, textbox: Any) -> list[tuple[Any, Any, Any, float, list[Glyph]]] | None:
        """The runs of a line; None when a glyph is a picture, is above or below the line, or is missing."""
        if textbox.style["font_size"] < 1e-6:
            return None
        layout = textbox.pango_layout
        pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
        known = textbox.style.font_config.__dict__.setdefault("asked", {})
        found = []
        link = layout.get_first_line()[0].runs
        while link:
            run, link = link.data, link.next
            pango_font, glyphs = run.item.analysis.font, run.glyphs
            if pango_font not in known:  # the layout is kept, and with it the font at this address
                key, _, size = get_pango_font_key(pango_font)
                known[pango_font] = key, size, layout.layout
            key, size, _ = known[pango_font]
            font = stream._fonts.get(key) or stream.add_font(pango_font)[0]
            count = glyphs.num_glyphs * GLYPH
            numbers = memoryview(ffi.buffer(glyphs.glyphs, count * 4)).cast("i").tolist()
            drawn = font.bitmap or font.png or font.svg or font.colr
            if drawn or any(numbers[3::GLYPH]) or max(numbers[0::GLYPH], default=0) >= EMPTY:
                return None
            triples = list(zip(numbers[0::GLYPH], numbers[1::GLYPH], numbers[2::GLYPH], strict=True))
            found.append((run, pango_font, font, size, triples))
        return found

    Unshaped = _unshaped()
    if pango.pango_version() >= 14802:  # older ones tell other sizes of fonts
        plain = drawing.draw_first_line
        drawing.draw_first_line = draw_first_line


def _learn(
    known: dict[Glyph, str], glyphs: list[Glyph], stream: Any, text: str, run: Any, font: Any, size: float
) -> None:
    """How glyphs are shown, with what makes their width the line's; the font learns what to embed."""
    from weasyprint.text.ffi import FROM_UNITS, pango

    encoded, clusters, item = text.encode(), run.glyphs.log_clusters, run.item
    for index, (glyph, width, moved) in enumerate(glyphs):
        if glyph not in font.to_unicode:
            if item.analysis.level % 2:  # from right to left
                end = item.length if index == 0 else clusters[index - 1]
            else:
                end = item.length if index == len(glyphs) - 1 else clusters[index + 1]
            font.to_unicode[glyph] = encoded[item.offset + clusters[index] : item.offset + end].decode()
        if glyph not in font.widths:
            pango.pango_font_get_glyph_extents(item.analysis.font, glyph, stream.ink_rect, stream.logical_rect)
            font.widths[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
        offset = moved / size
        kerning = font.widths[glyph] + offset - width * 1000 * FROM_UNITS / size
        before, after = f">{-offset}<" if offset else "", f">{int(kerning)}<" if kerning else ""
        known[glyph, width, moved] = f"{before}{glyph:04x}{after}"
