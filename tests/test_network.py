"""Sources asked over a real HTTP server on loopback: redirects, failures, slow and odd answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from chapbook import cli
from chapbook.errors import ManuscriptError
from chapbook.lock import NAME, Seen, format_lock, load_lock, parse_lock
from chapbook.model import Item
from chapbook.network import add
from chapbook.network.check import Manners, accept_archives, check_sources
from chapbook.network.client import Limits, ask
from chapbook.pipeline import check
from tests.books_by_hand import unfold
import contextlib

DAY = "2026-11-24"
QUICK = Limits(wait_s=0.5, total_s=0.8, bytes=5000)
PAGE = (b"<html lang=en><head><title>Trade | The Paper</title><meta property=og:title content='Trade  fell'>"
        b"<meta property=og:site_name content='The Paper'><meta name=author content='Ada Lee'>"
        b"<meta property=article:published_time content='2021-07-29T10:00'></head>"
        b"<body><script>no</script><p>Trade fell by \xe2\x80\x9c80\npercent\xe2\x80\x9d \xe2\x80\x93 in 2020.</p></body></html>")  # fmt: skip


class Answers(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        Answers.asked.append(self.path)
        if path == "/page":
            self.give(200, "text/html", PAGE)
        elif path == "/moved":
            self.away("/page")
        elif path == "/round":
            self.away("/round")
        elif path == "/out":
            self.away("file:///etc/passwd")
        elif path == "/silent":
            time.sleep(1.5)
        elif path == "/slow":
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(30):
                    self.wfile.write(b"x" * 10)
                    self.wfile.flush()
                    time.sleep(0.1)
            except OSError:
                pass
        elif path == "/huge":
            self.give(200, "text/plain", b"x" * 50_000)
        elif path == "/zip":
            self.give(200, "application/zip", b"PK")
        elif path == "/doi/10.1000/x":
            data = {"type": "article-journal", "title": ["On trade"], "author": [{"family": "Lee", "given": "A."}],
                    "issued": {"date-parts": [[2019]]}, "reference": ["dropped"]}  # fmt: skip
            self.give(200, "application/json", json.dumps(data).encode())
        elif path == "/api/books":
            entry = {"title": "A Book", "authors": [{"name": "B. Kim"}], "publish_date": "May 2, 2018"}
            self.give(200, "application/json", json.dumps({"ISBN:9780306406157": entry}).encode())
        elif path == "/wayback/available":
            url = parse_qs(urlsplit(self.path).query)["url"][0]
            closest = {"available": True, "url": f"http://web.archive.org/web/2021/{url}"}
            data = {"archived_snapshots": {"closest": closest} if url.endswith("/page") else {}}
            self.give(200, "application/json", json.dumps(data).encode())
        else:
            self.give(404, "text/html", b"no")

    def give(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def away(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "status", "problem"),
    [
        ("/page", 200, ""),
        ("/moved", 200, ""),
        ("/none", 404, "404 Not Found"),
        ("/silent", 0, "no answer in time"),
        ("/slow", 200, "only a part was read"),
        ("/huge", 200, "only a part was read"),
        ("/out", 302, "302 "),
    ],
)
def test_one_address(web: str, path: str, status: int, problem: str) -> None:
    answer = ask(web + path, QUICK)
    assert answer.status == status or path == "/out"
    assert answer.problem.startswith(problem) or path == "/out"
    assert (answer.redirects == (f"{web}/page",)) == (path == "/moved")
    assert len(answer.body) <= QUICK.bytes
    assert b"root:" not in answer.body


def test_what_is_no_address_of_the_web(web: str) -> None:
    assert ask("file:///etc/passwd").problem == "it is not an address of the web"
    assert "infinite loop" in ask(web + "/round", QUICK).problem
    assert ask("http://127.0.0.1:1/", QUICK).problem


def items(web: str, *paths: str) -> tuple[Item, ...]:
    return tuple(Item(p.strip("/"), {"URL": web + p}, p) for p in paths)


def test_the_lock_is_kept_and_resumed(web: str, tmp_path: Path) -> None:
    (tmp_path / "manuscript").mkdir()
    manners = Manners(DAY, pause_s=0.0, limits=QUICK, archive=web, keep=True)
    said: list[str] = []
    lock = check_sources(tmp_path, items(web, "/page", "/moved", "/none", "/zip"), manners, lambda _s, w: said.append(w))
    assert lock["page"].status == 200 and lock["page"].seen == DAY
    assert lock["moved"].moved == f"{web}/page"
    assert lock["none"].problem == "404 Not Found" and lock["none"].seen == ""
    assert "not kept" in lock["zip"].problem and not lock["zip"].snapshot
    assert lock["page"].proposed == f"https://web.archive.org/web/2021/{web}/page"
    assert (tmp_path / "evidence/page.html").read_bytes() == PAGE
    assert load_lock(tmp_path) == lock and len(said) == 4
    before = len(Answers.asked)
    again = check_sources(tmp_path, items(web, "/page", "/moved"), manners, lambda _s, _w: None)
    assert len(Answers.asked) == before, "asked twice on one day"
    assert set(again) == {"page", "moved"}, "a source that is gone leaves the lock"
    assert accept_archives(tmp_path) == 2 - 1
    assert load_lock(tmp_path)["page"].archive.startswith("https://web.archive.org/")


def test_a_run_that_was_stopped_goes_on(web: str, tmp_path: Path) -> None:
    (tmp_path / "manuscript").mkdir()
    manners = Manners(DAY, pause_s=0.0, limits=QUICK, archive="")

    def stop(_step: str, what: str) -> None:
        if what.startswith("3"):
            raise KeyboardInterrupt

    wanted = items(web, "/page", "/none", "/huge", "/zip")
    with pytest.raises(KeyboardInterrupt):
        check_sources(tmp_path, wanted, manners, stop)
    assert set(load_lock(tmp_path)) == {"page", "none"}
    said: list[str] = []
    check_sources(tmp_path, wanted, manners, lambda _s, w: said.append(w))
    assert [w[0] for w in said] == ["3", "4"]


def test_a_pause_between_two_questions_to_one_host(web: str, tmp_path: Path) -> None:
    (tmp_path / "manuscript").mkdir()
    started = time.monotonic()
    manners = Manners(DAY, pause_s=0.2, limits=QUICK, archive="")
    check_sources(tmp_path, items(web, "/page", "/zip", "/none"), manners, lambda _s, _w: None)
    assert time.monotonic() - started >= 0.4


def test_a_source_described(web: str) -> None:
    services = add.Services(doi=f"{web}/doi", isbn=web, limits=QUICK)
    page = add.describe(f"{web}/page", DAY, ["lee-2021"], services)
    assert page == {
        "id": "lee-2021-2", "type": "webpage", "title": "Trade fell", "container-title": "The Paper",
        "author": [{"literal": "Ada Lee"}], "issued": {"date-parts": [[2021, 7, 29]]},
        "URL": f"{web}/page", "language": "en", "accessed": {"date-parts": [[2026, 11, 24]]},
    }  # fmt: skip
    article = add.describe("doi:10.1000/x", DAY, [], services)
    assert article["title"] == "On trade" and article["DOI"] == "10.1000/x" and "reference" not in article
    book = add.describe("978-0-306-40615-7", DAY, [], services)
    assert book["issued"] == {"date-parts": [[2018]]} and book["id"] == "kim-2018"
    assert add.isbn_of("978-0-306-40615-8") == "" and add.isbn_of("0-306-40615-2") == "0306406152"
    for nothing in (f"{web}/zip", f"{web}/none", "10.1000/missing"):
        with pytest.raises(add.NotFound):
            add.describe(nothing, DAY, [], services)


def test_the_verbs(web: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    unfold("\n=== manuscript/01.md\n# One\n\nSaid.[@lee-2021]\n", tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795500000")
    monkeypatch.setenv("CHAPBOOK_ARCHIVE", web)
    book = ["--book", str(tmp_path)]
    assert cli.main([*book, "sources", "add", f"{web}/page"]) == 0
    assert "Trade fell" in (tmp_path / "manuscript/sources.yaml").read_text()
    assert cli.main([*book, "sources", "check", "--keep"]) == 0
    assert "1 of 1 addresses answered" in capsys.readouterr().out
    assert cli.main([*book, "sources", "accept"]) == 0
    book_read = check(tmp_path).book
    assert book_read.items[0].archive.startswith("https://web.archive.org/")
    with pytest.raises(SystemExit):
        cli.main([*book, "sources", "burn"])


LEDGER = """
=== manuscript/01.md
# One

[x]{.claim #a}
=== manuscript/sources.yaml
- {id: s, type: webpage, title: T, URL: "https://example.org/"}
=== evidence/s.html
<p>Trade fell by “80 percent” – it was&nbsp;said.</p>
=== manuscript/claims.yaml
- id: a
  verdict: supported
  sources: [{key: s, quote: QUOTE}]
"""


def with_quote(folder: Path, quote: str, sha: str = "") -> set[str]:
    import hashlib

    unfold(LEDGER.replace("QUOTE", quote), folder)
    digest = sha or hashlib.sha256((folder / "evidence/s.html").read_bytes()).hexdigest()
    (folder / NAME).write_text(format_lock({"s": Seen(snapshot="evidence/s.html", sha256=digest)}))
    try:
        return {d.code for d in check(folder).diagnostics}
    except ManuscriptError as error:
        return {d.code for d in error.diagnostics}


def test_a_quotation_is_held_against_the_snapshot(tmp_path: Path) -> None:
    assert with_quote(tmp_path / "1", "'fell by \"80 percent\" - it was said'") == set()
    assert with_quote(tmp_path / "2", "Trade fell … it was said") == set()
    assert with_quote(tmp_path / "3", "Trade fell by 90 percent") == {"K015"}
    assert with_quote(tmp_path / "4", "it was said … Trade fell") == {"K015"}
    assert with_quote(tmp_path / "5", "Trade fell", sha="0" * 64) == {"B010"}


def test_a_lock_that_is_none() -> None:
    for text in ("{", "[]", '{"sources": {"a": {"x": 1}}}', '{"sources": {"a": {"url": 1}}}'):
        with pytest.raises(ManuscriptError) as caught:
            parse_lock(text)
        assert caught.value.diagnostics[0].code == "B011"
