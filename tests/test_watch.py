"""`chapbook watch` with a real browser: type, save, see."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chapbook.watch.changes import changed, look
from chapbook.watch.place import Seen, place
from tests.conftest import ROOT

WAIT_MS = 60_000
Running = tuple[str, Path, subprocess.Popen[str]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    book = tmp_path_factory.mktemp("watched") / "book"
    shutil.copytree(ROOT / "tests/books/minimal", book, ignore=shutil.ignore_patterns("dist"))
    process = subprocess.Popen(
        [sys.executable, "build.py", "watch", "--book", str(book)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    address = re.search(r"http://\S+", process.stdout.readline())
    assert address
    yield address[0], book, process
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130


def get(address: str, path: str, host: str = "") -> int:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 0, timeout=10)
    connection.request("GET", path, headers={"Host": host or parts.netloc})
    status = connection.getresponse().status
    connection.close()
    return status


def test_type_save_see(running: Running, needs) -> None:  # type: ignore[no-untyped-def]
    from playwright.sync_api import expect, sync_playwright

    address, book, _ = running
    chapter = sorted((book / "manuscript").glob("*.md"))[-1]
    before = chapter.read_text("utf-8")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=needs("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1200, "height": 800})
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        expect(page.get_by_role("status")).to_contain_text("Built in", timeout=WAIT_MS)
        web = page.frame_locator("#web")

        chapter.write_text(before + "\n\nThe heron stood still.\n", "utf-8")
        seen = web.get_by_text("The heron stood still.").first
        expect(seen).to_be_visible(timeout=WAIT_MS)
        expect(seen).to_be_in_viewport()
        built = expect(page.get_by_role("status"))
        built.to_contain_text("Built in", timeout=WAIT_MS)  # an edit before that stops the build it falls into

        chapter.write_text(before + "\n\nA note.[^missing]\n", "utf-8")
        expect(page.locator("#findings .place")).to_contain_text(chapter.name, timeout=WAIT_MS)
        expect(web.get_by_text("The heron stood still.").first).to_be_attached()  # the last good edition stays

        page.get_by_role("button", name="EPUB").click()
        chapter.write_text(before + "\n\nThe egret flew.\n", "utf-8")
        expect(page.frame_locator("#document").get_by_text("The egret flew.")).to_be_in_viewport(timeout=WAIT_MS)
        built.to_contain_text("Built in", timeout=WAIT_MS)
        expect(page.locator("#findings")).to_be_hidden()

        page.get_by_role("button", name="Pages").click()
        drawn = page.locator("#pdf img").first
        expect(drawn).to_be_visible()
        expect(drawn).to_have_js_property("complete", True, timeout=WAIT_MS)
        assert drawn.evaluate("image => image.naturalWidth") > 400
        assert not faults
        if shots := os.environ.get("CHAPBOOK_SHOTS"):
            page.screenshot(path=f"{shots}/watch.png")
        browser.close()
    assert any(b"egret" in p.read_bytes() for p in (book / "dist").glob("*.html"))


def test_only_this_address_is_answered(running: Running) -> None:
    address, _, _ = running
    own = urlsplit(address).path
    assert get(address, own) == 200
    assert get(address, own, host="book.example:80") == 403
    assert get(address, "/") == 404
    assert get(address, "/wrong-token/") == 404
    assert get(address, f"{own}epub/..%2f..%2fetc%2fpasswd") == 404
    assert get(address, f"{own}edition/..") == 404


def test_what_changed(tmp_path: Path) -> None:
    (tmp_path / "manuscript").mkdir()
    one = tmp_path / "manuscript/a.md"
    one.write_text("a")
    before = look(tmp_path)
    (tmp_path / "manuscript/.a.md.swp").write_text("x")
    assert changed(before, look(tmp_path)) == ()
    one.write_text("ab")
    (tmp_path / "manuscript/b.md").write_text("b")
    assert changed(before, look(tmp_path)) == ("manuscript/a.md", "manuscript/b.md")


def test_where_an_edit_shows() -> None:
    old = b"<main><section id=a><p>One</p><p>Two</p></section><section id=b><p>Three</p></section></main>"
    new = old.replace(b"Three", b"Third word")
    before, after = Seen.of(old, b""), Seen.of(new, b"")
    assert place(before, after) == {"section": "b", "text": "Third word"}
    assert place(before, before) == place(Seen(), after) == {}
    assert place(Seen((), ("1", "2")), Seen((), ("1", "3", "4"))) == {"page": 2}
    assert Seen.from_data(json.loads(json.dumps(after.as_data()))) == after


def test_the_server_ends_with_the_session(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests/books/minimal", tmp_path / "book")
    process = subprocess.Popen(
        [sys.executable, "build.py", "watch", "--book", str(tmp_path / "book")],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    address = re.search(r"http://\S+", process.stdout.readline())
    assert address
    process.kill()  # no chance to say good-bye
    process.communicate()
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            get(address[0], "/")
        except OSError:
            return
        time.sleep(0.2)
    pytest.fail("the server is still there")
