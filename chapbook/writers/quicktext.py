"""Text in WeasyPrint 70.0 made quicker, its lines and glyphs unchanged. See `quick.py`.

Pango takes its time to shape a line, but as much went to asking it: a context and a description
of the font for each line, and many calls from Python for each glyph that is drawn.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from chapbook.writers.quickstyle import kept

GLYPH = 5  # 32-bit numbers in a PangoGlyphInfo: glyph, width, x offset, y offset, attributes
Glyph = tuple[int, int, int]  # its number, its width, how far it is moved along the line
_SPECIAL = 0x0FFFFFFF  # PANGO_GLYPH_EMPTY; numbers above it stand for characters without a glyph


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

    def reactivate(self: Any, style: Any) -> None:
        blank = self.text == " " and style["text_decoration_line"] == "none"
        if blank:  # nothing of it is drawn
            self.layout = self.language = self.style = None
        else:
            again(self, style)

    line_break.Layout.setup = setup
    again, line_break.Layout.reactivate = line_break.Layout.reactivate, reactivate


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


def _split_once() -> None:
    """A text of one style in one width is broken into lines as it was before; a page is tried more than once."""
    from weasyprint.layout import inline, preferred

    def split_first_line(
        text: str, style: Any, context: Any, max_width: float | None, justification_spacing: float,
        is_line_start: bool = True, minimum: bool = False,
    ) -> Any:  # fmt: skip
        known = kept(style).setdefault("lines", {})
        key = text, max_width, justification_spacing, is_line_start, minimum
        made = known.get(key)
        if made is None:
            made = known[key] = split(
                text, style, context, max_width, justification_spacing, is_line_start, minimum
            )
            return made
        layout = made[0].__class__.__new__(made[0].__class__)  # a box writes into its own
        layout.__dict__.update(made[0].__dict__)
        return layout, *made[1:]

    split, can_break = inline.split_first_line, inline.can_break_text
    for module in (inline, preferred):
        module.split_first_line = split_first_line
        module.can_break_text = lru_cache(maxsize=4096)(can_break)


def _justify_unshaped() -> None:
    """A justified line is set up when it is drawn, not when its spaces are counted."""
    from weasyprint.layout import inline
    from weasyprint.text.line_break import Layout

    class Unshaped(Layout):
        def setup(self, style: Any) -> None:
            self.__dict__.update(_asked(style)[3])

        def deactivate(self) -> None:
            self.__class__ = Layout
            del self.language

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
            if drawn or any(numbers[3::GLYPH]) or max(numbers[0::GLYPH], default=0) >= _SPECIAL:
                return None
            triples = list(zip(numbers[0::GLYPH], numbers[1::GLYPH], numbers[2::GLYPH], strict=True))
            found.append((run, pango_font, font, size, triples))
        return found

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
