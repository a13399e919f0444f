"""Group H: markup that would load, run or collect something."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from tests.battery.bench import Bench, Files, unpacked
from tests.battery.network import counting
from tests.battery.pictures import png
from tests.conftest import ROOT

ACTIVE = ("<script>alert(1)</script>", "<iframe src='https://example.org'></iframe>", "<form action='/x'></form>",
          "<object data='x'></object>", "<base href='https://example.org/'>", "<meta http-equiv='refresh' content='0'>",
          "<embed src='x'>", "<svg onload='x'></svg>", "<link rel='stylesheet' href='https://example.org/x.css'>",
          "<style>p{background:url(https://example.org/x)}</style>", "<SCRIPT>x</SCRIPT>", "<video src='x'></video>",
          "<math><mtext></mtext></math>", "<a rel='attachment' href='x.png'>x</a>")  # fmt: skip


def row_52_active_elements(b: Bench) -> None:
    for written in ACTIVE:
        b.refuses(f"# One\n\n{written}\n", "01.md:3")
        b.refuses(f"# One\n\nIn a line {written} here.\n", "01.md:3")


def row_53_raw_html_blocks(b: Bench) -> None:
    b.refuses("# One\n\n```{=html}\n<script>x</script>\n```\n", "01.md:3", "html")
    b.refuses("# One\n\nA `<script>x</script>`{=html} here.\n", "01.md:3", "html")


def row_54_attributes(b: Bench) -> None:
    for attribute in ("onclick", "style", "onload", "ONERROR"):
        for written in ("## T {%s}", "::: {.x %s}\ntext\n:::", "[span]{%s}", "[link](https://example.org){%s}",
                        "![Red](assets/x.png){%s}", "`code`{%s}", "```{.py %s}\ncode\n```",
                        "<div %s>text</div>", "<b %s>text</b>", "| a |\n|---|\n| b |\n\n: T {%s}"):  # fmt: skip
            text = "# One\n\n" + written % f'{attribute}="alert(1)"' + "\n"
            line = 7 if written.startswith("|") else 3
            b.refuses(text, f"01.md:{line}", attribute.lower() if written[0] == "<" else attribute, x_png=png())


DISGUISES = ("[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](<java\tscript:alert(1)>)",
             "[x](&#106;avascript:alert(1))", "[x](<java\nscript:alert(1)>)", "[x](javascript&colon;alert(1))",
             "<javascript:alert(1)>", "<a href=' javascript:alert(1)'>x</a>",
             "[x](\\javascript:alert(1))", "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:x)",
             "[x](file:///etc/passwd)", "[x](//example.org/x)", "[x](\\\\\\\\example.org\\x)", "[x](blob:x)",
             "[x](https:javascript:1)", "[x](https:/example.org)", "<a href='jav&#x09;ascript:alert(1)'>x</a>")  # fmt: skip


def row_55_link_schemes(b: Bench) -> None:
    for written in DISGUISES:
        b.refuses(f"# One\n\nSee {written} here.\n", "01.md:3")
    b.refuses("# One\n\nSee [x][y].\n\n[y]: javascript:alert(1)\n", "01.md:5:6")
    for target in ("javascript:alert(1)", "data:image/png;base64,AAAA", "file:///etc/passwd", "//example.org/x.png"):
        b.refuses(f"# One\n\n![Red]({target})\n", "01.md:3")


def row_56_nothing_is_fetched(b: Bench) -> None:
    with counting() as server:
        address = server.address
        for written in (f"![Red]({address}/x.png)", f"<img src='{address}/x.png' alt='Red'>"):
            b.refuses(f"# One\n\n{written}\n", "01.md:3")
        for sheet in ("web.css", "print.css", "base.css", "epub.css"):
            for rule in ("@import url('{0}/x.css');\n", "p {{ background: url({0}/x.png) }}\n",
                         "@font-face {{ font-family: X; src: url({0}/x.ttf) }}\n", "p {{ background: u\\72l({0}/x) }}\n"):  # fmt: skip
                root = b.book("# One\n\nText.\n")
                styles = root / "styles"
                styles.mkdir()
                for path in (ROOT / "styles").iterdir():
                    if path.is_file():
                        (styles / path.name).write_bytes(path.read_bytes())
                own = styles / sheet
                own.write_text(rule.format(address) + own.read_text("utf-8"), "utf-8")
                b.refuses(root, f"styles/{sheet}:1")
        sources = f"\n=== manuscript/sources.yaml\nreferences:\n- {{id: a, type: webpage, title: T, URL: '{address}/a'}}\n"
        b.builds(f"\n=== manuscript/01.md\n# One\n\nText [@a] and [there]({address}/b).\n{sources}")
        assert server.requests == 0, f"{server.requests} requests"
    b.numbers["requests seen by the loopback server"] = str(server.requests)


def row_57_comments(b: Bench) -> None:
    text = ("# One <!-- MARKERNAME one -->\n\nBefore <!-- MARKERNAME two --> after.\n\n<!--\nMARKERNAME three\n\n"
            "MARKERNAME four\n-->\n\n- item <!-- MARKERNAME five -->\n\nLast.[^a]\n\n[^a]: Note <!-- MARKERNAME six -->.\n")  # fmt: skip
    files = b.builds(text)
    assert not [name for name, data in files.every_byte() if b"MARKERNAME" in data]
    assert "Before after." in files.text("html")
    kept = b.builds("# One\n\nCode `<!-- kept -->` here.\n", only="html")
    assert "<!-- kept -->" in kept.text("html")


NAMESPACES = re.compile(r"https?://(www\.w3\.org|www\.color\.org|www\.npes\.org|www\.idpf\.org|purl\.org|ns\.adobe\.com|iptc\.org|www\.aiim\.org|"
                        r"www\.daisy\.org|schema\.org|kb\.daisy\.org|idpf\.org)[\w./#-]*")  # fmt: skip


def scanned(files: Files, expected: frozenset[str]) -> None:
    """No output holds what could run, or an address that is not one of `expected`."""
    for name, data in files.every_byte():
        if not name.endswith((".html", ".xhtml", ".css", ".opf", ".ncx", ".svg", ".xml")) and "object" not in name:
            continue
        text = data.decode("utf-8", "replace")
        address_of = r"<[^<>]*(?:javascript|vbscript):"
        markup = _without_known_scripts(text)
        if "object" not in name:
            assert "<script" not in markup, name
            assert not re.search(r"<[a-z][^<>]*\son\w+\s*=", re.sub(r'"[^"]*"', '""', markup)), name
            assert not re.search(address_of, markup, re.IGNORECASE), name
        for address in re.findall(r"https?://[^\s\"'<>)\]}]+", re.sub(NAMESPACES, "", text)):
            assert address.rstrip(".,;") in expected or address in expected, (name, address)


def _without_known_scripts(text: str) -> str:
    """A script whose digest the document's own policy names is the toolchain's; it is left out."""

    def known(match: re.Match[str]) -> str:
        digest = base64.b64encode(hashlib.sha256(match[1].encode()).digest()).decode()
        return "" if f"sha256-{digest}" in text else match[0]

    return re.sub(r"<script>(.*?)</script>", known, text, flags=re.DOTALL)


def row_58_nothing_runs_in_what_is_published(b: Bench) -> None:
    text = ("# One\n\nA [link](https://example.org/a?b=1&c=2), code `<script>alert(1)</script>` and\n"
            "text \\<script>, onclick=no, javascript\\: and <https://example.com/>.\n\n    <iframe src=x>\n")  # fmt: skip
    scanned(b.builds(text), frozenset({"https://example.org/a?b=1&c=2", "https://example.org/a?b=1&amp;c=2",
                                       "https://example.com/", "https://book.invalid/"}))  # fmt: skip


def bytes_of(path: Path) -> bytes:
    """A file's bytes and everything inside it."""
    data = path.read_bytes()
    return data + b"".join(content for _, content in unpacked(data))
