"""The web edition as one file: sheet, pictures and fonts put inside the document."""

from __future__ import annotations

import base64
import re

from chapbook import fonts
from chapbook.model import Composition, Resource

_VOID = re.compile(r"<(img|br|hr|wbr|meta|link|col)((?:\s[^<>]*?)?)/>")
_SOURCE = re.compile(r'(<img src=")([^"]+)(")')


def write(composition: Composition) -> bytes:
    """The bytes of the file, UTF-8."""
    text = composition.documents[0].text
    named = {r.name: r for r in composition.resources}
    text = _SOURCE.sub(lambda m: m[1] + _data(named[_unescaped(m[2])]) + m[3], text)
    own = next(r for r in composition.resources if r.media_type == "text/css")
    sheet = _faces(text) + own.data.decode()
    text = text.replace("/*sheet*/", sheet.replace("</", "<\\/"), 1)
    return _html(text).encode()


def _unescaped(address: str) -> str:
    return address.replace("&amp;", "&").replace("&#x27;", "'").replace("&quot;", '"')


def _html(text: str) -> str:
    """XHTML's closed void elements and xml:lang as HTML has them."""
    text = _VOID.sub(r"<\1\2>", text)
    return re.sub(r'\sxml:lang="[^"]*"', "", text)


def _data(resource: Resource) -> str:
    return f"data:{resource.media_type};base64,{base64.b64encode(resource.data).decode()}"


def _faces(text: str) -> str:
    """`@font-face` rules with the characters of the document and no others."""
    shown = re.sub(r"<[^>]*>", "", text)
    characters = frozenset(shown) | frozenset("“”‘’–—…•*0123456789")
    rules = []
    for face in fonts.faces():
        if face.family == fonts.MONO and "<code" not in text:
            continue
        if face.italic and face.weight == 600:
            continue  # bold italics are rare; the browser slants the bold
        data = base64.b64encode(fonts.subset(face, characters)).decode()
        style = "italic" if face.italic else "normal"
        rules.append(f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};'
                     f"font-style:{style};font-display:swap;"
                     f'src:url("data:font/woff2;base64,{data}") format("woff2")}}')  # fmt: skip
    return "\n".join(rules) + "\n"
