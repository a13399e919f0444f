"""Group P: nothing private, and no clock, in what is published."""

from __future__ import annotations

import datetime
import os
import re
import shutil

from tests.battery.bench import Bench, Files, unpacked
from tests.battery.process import build
from tests.books_by_hand import unfold
from tests.conftest import ROOT

MARKER = "zqmarker"
ENGINES = ("weasyprint", "pydyf", "pikepdf", "ebooklib", "pandoc", "pypdfium", "fonttools", "pillow", "qpdf", "libxml")
HIDDEN = "Marisol Quintanar"


def row_83_no_trace_of_a_machine(b: Bench) -> None:
    """A build under a marked user, host, home, folder, temporary folder, locale and zone."""
    base = b.folder / f"{MARKER}-home" / f"{MARKER}-books"
    root = unfold("\n=== manuscript/01.md\n# One\n\nText.[^1]\n\n[^1]: A note.\n", base / f"{MARKER}-book")
    tmp = base / f"{MARKER}-tmp"
    tmp.mkdir()
    env = {"HOME": str(base.parent), "USER": f"{MARKER}user", "LOGNAME": f"{MARKER}user", "TMPDIR": str(tmp),
           "TZ": f"{MARKER}:Asia/Pyongyang", "LC_ALL": "C.UTF-8", "LANG": f"{MARKER}_XX.UTF-8", "HOSTNAME": f"{MARKER}host"}  # fmt: skip
    host = ("unshare", "--uts", "sh", "-c", f'hostname {MARKER}host; exec "$@"', "sh")
    done = build(root, env=env, before=host if os.geteuid() == 0 and shutil.which("unshare") else (), cwd=root)
    assert done.returncode == 0, done.stderr
    searched = 0
    for name, data in Files(root / "dist").every_byte():
        searched += 1
        low = data.lower()
        for form in (MARKER.encode(), MARKER.encode("utf-16-be"), b"pyongyang", b"/tmp/", b"file:///", str(ROOT).lower().encode()):
            assert form not in low, (name, form)
        for engine in ENGINES:
            assert not re.search(rf"{engine}[ /-]?v?\d".encode(), low), (name, engine)
    assert searched > 10
    b.numbers["private markers found"] = f"0 of 9 in {searched} files and streams"


def row_84_dates(b: Bench) -> None:
    """No date but that of the edition: no year of today, no other day."""
    now = datetime.datetime.now(tz=datetime.UTC)
    for date in ("", "date: 2019-03-07\n"):
        text = f"\n=== manuscript/01.md\n# One\n\nText.\n=== manuscript/book.yaml\ntitle: A\nauthor: A\nlang: en\n{date}"
        files = b.builds(text)
        for name, data in files.every_byte():
            if re.search(r"\.(png|jpg|woff2?|ttf|otf)$", name) or data[:5] == b"%PDF-" or data[:4] == b"PK\3\4":
                continue
            for match in re.finditer(rb"(?:D:)?(20\d\d)-?(0[1-9]|1[0-2])-?([0-3]\d)(?!\d)(?=T|Z|\b|\d{6})", data):
                day = "-".join(g.decode() for g in match.groups())
                assert day in (("2019-03-07",) if date else ("2000-01-01",)), (name, match[0])
            assert f"{now:%Y-%m}".encode() not in data and f"{now:%Y%m%d}".encode() not in data, name
        import io
        import zipfile

        with zipfile.ZipFile(io.BytesIO(files.of("epub"))) as archive:
            assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def hidden_forms(words: str) -> tuple[bytes, ...]:
    """A name as text, in identifiers, addresses and strings of PDFs."""
    parts = [words, *words.split()]
    forms = (form for p in parts for form in (p.lower().encode(), p.lower().encode("utf-16-be")))
    return (*forms, words.lower().replace(" ", "-").encode(), words.lower().replace(" ", "%20").encode())


REDACTED = f"""
=== manuscript/01.md
# About [{HIDDEN}]{{.redact #marisol}} and others

We met [{HIDDEN}]{{.redact}} and *[{HIDDEN}]{{.redact}}*, in `[{HIDDEN}]{{.redact}}` too.[^1]
See [there](#goal "of [{HIDDEN}]{{.redact}}").

![Photograph of [{HIDDEN}]{{.redact}}](assets/x.png){{alt="[{HIDDEN}]{{.redact}} at the door"}}

## The [{HIDDEN}]{{.redact}} papers {{#goal}}

The words [[{HIDDEN}]{{.redact}} paid the sum]{{.claim #one}} and more [@a].

| who | what |
|---|---|
| [{HIDDEN}]{{.redact}} | [{HIDDEN.split()[0]}
{HIDDEN.split()[1]}]{{.redact}} |

    [{HIDDEN}]{{.redact}} in code

[^1]: Told by [{HIDDEN}]{{.redact}}.
=== manuscript/book.yaml
title: "The [{HIDDEN}]{{.redact}} file"
author: A
lang: en
description: "On [{HIDDEN}]{{.redact}}"
=== manuscript/claims.yaml
- {{id: one, verdict: supported, note: "As [{HIDDEN}]{{.redact}} said.", sources: [a]}}
=== manuscript/sources.yaml
references:
- {{id: a, type: book, title: "Letters of [{HIDDEN}]{{.redact}}", author: [{{literal: "[{HIDDEN}]{{.redact}}"}}]}}
"""


def redaction_is_whole(b: Bench) -> None:
    """Redacted words stand in no byte of any artifact, nor in what is said at the terminal."""
    from tests.battery.pictures import png

    text = REDACTED.replace("\n| [", "\n| [").replace(f"[{HIDDEN.split()[0]}\n{HIDDEN.split()[1]}]", f"[{HIDDEN}]")
    files = b.builds(text, x_png=png())
    forms = hidden_forms(HIDDEN)
    for name, data in files.every_byte():
        low = data.lower()
        assert not any(form in low for form in forms), name
    for edition, words in files.texts():
        assert "[redacted]" in words, edition
        assert not any(part.lower() in words.lower() for part in HIDDEN.split()), edition
    assert HIDDEN.lower() not in files.warnings.lower()
    assert b"\xe2\x96\x88" not in files.of("html"), "a bar tells the length"
    opened = text.replace("The words", f"{HIDDEN} and the words")
    run = b.refuses(opened, "01.md:", "in the open", x_png=png())
    assert HIDDEN.lower() not in run.said.lower()
    assert not any(part.lower() in run.said.lower() for part in HIDDEN.split())


def at_risk_is_quiet(b: Bench) -> None:
    """At risk: neutral names and metadata, nothing live, no script; the report says so."""
    text = ("\n=== manuscript/01.md\n# One\n\nSee [there](https://example.org/x), <mailto:a@example.org>, [@a].[^1]\n\n"
            "[^1]: Note, <https://example.com/y>.\n=== manuscript/book.yaml\ntitle: Zqtitle\nsubtitle: Sub\nauthor: Zqauthor\n"
            "lang: en\nat-risk: true\npublisher: Zqhouse\nrights: Zqrights\ndescription: Zqdescription\nsubject: Zqsubject\n"
            "=== manuscript/sources.yaml\nreferences:\n- {id: a, type: webpage, title: T here, URL: 'https://example.net/z'}\n")  # fmt: skip
    files = b.builds(text)
    assert set(files.data) == {"document.epub", "document.pdf", "document-print.pdf", "document.html", "parity.json",
                               "build.json", "SHA256SUMS"}  # fmt: skip
    for name, data in files.every_byte():
        low = data.lower()
        assert b"<script" not in low and b'href="http' not in low and b'href="mailto' not in low, name
        assert not re.search(rb"/s\s*/uri\b", low), name
    documents = dict(unpacked(files.of("epub")))
    opf = next(d for n, d in documents.items() if n.endswith(".opf"))
    heads = b"".join(re.findall(rb"(?s)<head>.*?</head>", files.of("html") + b"".join(documents.values())))
    heads += b"".join(re.findall(rb"(?s)<x:xmpmeta.*?</x:xmpmeta>|<rdf:RDF.*?</rdf:RDF>", files.of("pdf") + files.of("print")))
    for name in (b"Zqauthor", b"Zqhouse", b"Zqtitle", b"Zqrights", b"Zqdescription", b"Zqsubject"):
        assert name not in opf and name not in heads and name not in files.data["build.json"], name
    assert b"default-src 'none'" in files.of("html").replace(b"&#x27;", b"'")
    assert b'"inputs": null' in files.data["build.json"] and b"links outward" in files.data["build.json"]
    assert "https://example.org/x" not in files.text("html") or "there" in files.text("html")
    assert "Zqtitle" in files.text("html")


