"""Code with its words coloured by kind, as classes; Pygments knows the languages."""

from __future__ import annotations

from functools import cache
from html import escape

# What the style sheets tell apart; all other kinds of token are plain.
_KINDS = (("Comment", "c"), ("Keyword", "k"), ("Literal.String", "s"), ("Literal.Number", "n"),
          ("Name.Function", "f"), ("Name.Class", "f"))  # fmt: skip


@cache
def highlighted(text: str, classes: tuple[str, ...]) -> str:
    """`text` as XHTML; plain when no class names a language Pygments knows."""
    # mdBook writes ```rust,ignore: the language is the first word
    name = classes[0].partition(",")[0] if classes else ""
    if not name or name in ("text", "console", "plain"):
        return escape(text, quote=False)
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return escape(text, quote=False)
    out = []
    for token, piece in lexer.get_tokens(text):
        kind = next((c for prefix, c in _KINDS if str(token).startswith(f"Token.{prefix}")), "")
        shown = escape(piece, quote=False)
        out.append(f'<span class="{kind}">{shown}</span>' if kind and piece.strip() else shown)
    return "".join(out)
