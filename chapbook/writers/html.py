"""The web edition as one file: policy, sheet, script, pictures and fonts put inside the document."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape

from chapbook import fonts
from chapbook.compose.onefile import ENCLOSED
from chapbook.model import Composition, Face, Resource
from chapbook.writers.cuts import Cut

# Attributes have no `<`, `>` or `"` in them, and text no `<`: they are escaped.
_VOID = re.compile(r"<(img|br|hr|wbr|meta|link|col)((?:\s[^<>]*?)?)/>")
_LANGUAGE = re.compile(r'(<[a-z][^<>]*?)\sxml:lang="[^"]*"')
_SOURCE = re.compile(r'(<img src=")([^"]+)(")')


def write(composition: Composition, cut: Cut = fonts.subset) -> bytes:
    """The bytes of the file, UTF-8; `cut` makes the fonts."""
    text = composition.documents[0].text
    named = {r.name: r for r in composition.resources}
    kinds = {r.media_type: r for r in composition.resources}
    text = _SOURCE.sub(lambda m: m[1] + _data(named[_unescaped(m[2])]) + m[3], text)
    others = composition.metadata.get("faces", ())
    assert isinstance(others, tuple)
    sheet = (_faces(text, others, cut) + kinds["text/css"].data.decode()).replace("</", "<\\/")
    script = kinds["text/javascript"].data.decode() if "text/javascript" in kinds else ""
    return _html(text).replace(ENCLOSED, _enclosed(sheet, script), 1).encode()


def policy(sheet: str, script: str) -> str:
    """The Content-Security-Policy of a file with this sheet and this script ("" for none).

    Nothing is loaded, whatever the markup says; sheet and script are allowed by their digests
    alone (CSP 3, 6.7.3.3), so neither an injected one nor an attribute is obeyed.
    """
    scripts = f"script-src {_digest(script)}; " if script else ""
    return (f"default-src 'none'; {scripts}style-src {_digest(sheet)}; font-src data:; img-src data:; "
            "base-uri 'none'; form-action 'none'")  # fmt: skip


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _enclosed(sheet: str, script: str) -> str:
    rule = escape(policy(sheet, script))
    head = f'<meta http-equiv="Content-Security-Policy" content="{rule}">\n<style>{sheet}</style>'
    return head + (f"\n<script>{script}</script>" if script else "")


def _unescaped(address: str) -> str:
    return address.replace("&amp;", "&").replace("&#x27;", "'").replace("&quot;", '"')


def _html(text: str) -> str:
    """XHTML, with closed void elements and xml:lang, as HTML has it."""
    text = _VOID.sub(r"<\1\2>", text)
    return _LANGUAGE.sub(r"\1", text) if "xml:lang=" in text else text


def _data(resource: Resource) -> str:
    return f"data:{resource.media_type};base64,{base64.b64encode(resource.data).decode()}"


def _faces(text: str, others: tuple[Face, ...], cut: Cut) -> str:
    """`@font-face` rules with the characters of the document and no others.

    `others` are the fonts of the system that the book uses: of them, what the book's own lack.
    """
    shown = re.sub(r"<[^>]*>", "", text)
    characters = frozenset(shown) | frozenset("“”‘’–—…•*0123456789")
    lacking = frozenset(c for c in characters if not fonts.covers(c))
    rules = []
    for face in (*fonts.faces(), *others):
        if face.family == fonts.MONO and "<code" not in text:
            continue
        if face.italic and face.weight == 600:
            continue  # bold italics are rare; the browser slants the bold
        wanted = lacking if face in others else characters
        if not any(ord(char) in fonts.characters(face) for char in wanted):
            continue  # browsers refuse a font of nothing, aloud
        data = base64.b64encode(cut(face, wanted)).decode()
        style = "italic" if face.italic else "normal"
        rules.append(f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};'
                     f"font-style:{style};font-display:swap;"
                     f'src:url("data:font/woff2;base64,{data}") format("woff2")}}')  # fmt: skip
    return "\n".join(rules) + "\n"
