"""Group S: drawings (SVG)."""

from __future__ import annotations

import base64
import io
from itertools import pairwise

from tests.battery.bench import Bench, unpacked
from tests.battery.pictures import CHAPTER, marked, png

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20" width="40" height="20">'
PLAIN = HEAD + '<rect width="40" height="20" fill="#d00"/></svg>'
REFUSED = (
    HEAD + "<script>alert(1)</script></svg>",
    HEAD.replace(">", ' onload="alert(1)">') + "</svg>",
    HEAD + "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject></svg>",
    HEAD + '<image href="https://example.org/x.png" width="9" height="9"/></svg>',
    HEAD + '<image xlink:href="file:///etc/passwd" width="9" height="9"/></svg>',
    HEAD + '<image href="//example.org/x.png" width="9" height="9"/></svg>',
    HEAD + "<style>@import 'https://example.org/x.css';</style></svg>",
    HEAD + "<style>rect{fill:url(https://example.org/x#y)}</style><rect width='9' height='9'/></svg>",
    HEAD + "<style>@im\\70ort 'x.css';</style></svg>",
    HEAD + '<rect width="9" height="9" style="fill:u\\72l(https://example.org/x)"/></svg>',
    HEAD + '<rect width="9" height="9" fill="url(https://example.org/x#y)"/></svg>',
    HEAD + '<a href="javascript:alert(1)"><rect width="9" height="9"/></a></svg>',
    HEAD + '<set attributeName="onclick" to="alert(1)"/></svg>',
    HEAD + '<use href="https://example.org/x.svg#y"/></svg>',
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">' + PLAIN,
    '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD + "<text>&x;</text></svg>",
    '<?xml-stylesheet href="https://example.org/x.css"?>' + PLAIN,
)


def row_68_hostile_drawings(b: Bench) -> None:
    for drawing in REFUSED:
        b.refuses(CHAPTER.format("x.svg"), "01.md:3", "assets/x.svg", x_svg=drawing.encode())
        b.refuses(CHAPTER.format("x.svg"), "01.md:3", "assets/x.svg", x_svg=drawing.encode("utf-16"))


def row_69_drawing_bombs(b: Bench) -> None:
    names = "abcdefghi"
    entities = "".join(f'<!ENTITY {n} "{f"&{o};" * 10}">' for o, n in pairwise(names))
    bomb = f'<!DOCTYPE svg [<!ENTITY a "x">{entities}]>{HEAD}<text>&i;</text></svg>'
    uses = "".join(f'<g id="{n}">' + f'<use href="#{o}"/>' * 10 + "</g>" for o, n in pairwise(names))
    nested = f'{HEAD}<defs><rect id="a" width="1" height="1"/>{uses}</defs><use href="#i"/></svg>'
    loop = f'{HEAD}<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g></svg>'
    deep = HEAD + "<g>" * 5000 + "</g>" * 5000 + "</svg>"
    for drawing in (bomb, nested, loop, deep):
        b.refuses(CHAPTER.format("x.svg"), "01.md:3", "assets/x.svg", within_s=10, x_svg=drawing.encode())


def row_70_plain_drawing(b: Bench) -> None:
    """The drawing shows in EPUB, HTML and PDF, and what an editor left in it does not."""
    inner = base64.b64encode(marked()["x.jpg"]).decode()
    drawing = (
        HEAD.replace(">", ' xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
                     'inkscape:export-filename="/home/MARKER/x.png">')
        + "<!-- MARKER --><metadata>MARKER</metadata><title>MARKER</title><desc>MARKER</desc>"
        + "<inkscape:path>MARKER</inkscape:path>"
        + '<defs><linearGradient id="g"><stop offset="0" stop-color="#d00"/></linearGradient></defs>'
        + '<rect width="40" height="20" fill="url(#g)" id="r" data-author="MARKER"/>'
        + f'<image width="4" height="4" href="data:image/jpeg;base64,{inner}"/></svg>'
    )  # fmt: skip
    files = b.builds(CHAPTER.format("x.svg"), x_svg=drawing.encode())
    for name, data in files.every_byte():
        assert b"MARKER" not in data, name
    svg = next(d for n, d in unpacked(files.of("epub")) if n.endswith(".svg") and b"#d00" in d)
    assert base64.b64encode(svg) in files.of("html") or b"linearGradient" in files.of("html")
    assert base64.b64decode(inner)[:4] != b"" and b"MARKER" not in base64.b64decode(svg.split(b"base64,")[1].split(b'"')[0])
    import pypdfium2

    document = pypdfium2.PdfDocument(files.of("pdf"))
    reds = 0
    for page in document:
        picture = page.render(scale=1).to_pil().convert("RGB")
        reds += sum(r > 190 and g < 40 and bl < 40 for r, g, bl in zip(*[iter(picture.tobytes())] * 3, strict=True))
    document.close()
    assert reds > 100, "the drawing is not on a page"
    assert io.BytesIO(png()).getvalue()
