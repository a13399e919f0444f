"""The store: what was made before is used again, never something else, and never what is damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from chapbook import replay, toolchain
from chapbook.building import Asked, Building
from chapbook.compose.style import default_styles
from chapbook.pipeline import build, check
from chapbook.store import Store
from chapbook.writers import kept, plates
from chapbook.writers.inks import Inks
from chapbook.writers.kept import _packed, _unpacked
from chapbook.writers.weasy import Bookmark, Layout
from tests.conftest import ROOT

MINIMAL = ROOT / "tests/books/minimal"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    shutil.copytree(MINIMAL, tmp_path / "book", ignore=shutil.ignore_patterns("dist"))
    return tmp_path / "book"


def make(book: Path, store: Path, monkeypatch: pytest.MonkeyPatch, **asked: object) -> tuple[str, dict[str, bytes]]:
    """What a build says of itself, and what it published."""
    monkeypatch.setenv("CHAPBOOK_CACHE", str(store))
    out = book / "dist"
    building = Building(book, out, Asked(jobs=1, **asked), cached=True, key=None, stopped=())  # type: ignore[arg-type]
    if building.recalled() is None:
        building.made(lambda _step, _what: None)
    return building.said, {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def test_the_same_book_again(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "store"
    _, cold = make(book, store, monkeypatch)
    assert cold == {**cold, **{a.name: a.data for a in build(book).artifacts}}  # as without a store
    said, warm = make(book, store, monkeypatch)
    assert said == "nothing changed" and warm == cold

    (book / "dist/a-small-book.epub").write_bytes(b"spoiled")
    said, warm = make(book, store, monkeypatch)
    assert said == "nothing changed; files put back" and warm == cold

    shutil.rmtree(store)  # safe to delete
    shutil.rmtree(book / "dist")
    said, warm = make(book, store, monkeypatch)
    assert "not built here before" in said and warm == cold


def test_an_edit_is_told_and_only_its_part_is_laid_out(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    (book / "manuscript/02.md").write_text("# Another\n\nSome words.\n")
    make(book, store, monkeypatch)
    (book / "manuscript/02.md").write_text("# Another\n\nSome other words.\n")
    said, warm = make(book, store, monkeypatch)
    assert said.startswith("manuscript/02.md changed; 1 of ")
    made = {a.name: a.data for a in build(book).artifacts}
    assert {name: warm[name] for name in made} == made


def test_other_options_are_another_build(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(book, tmp_path / "store", monkeypatch)
    said, _ = make(book, tmp_path / "store", monkeypatch, editions=("html",))
    assert said.startswith("other options")


def test_a_book_at_risk_leaves_nothing(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (book / "manuscript/book.yaml").open("a") as file:
        file.write("at-risk: true\n")
    make(book, tmp_path / "store", monkeypatch)
    kept = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert not kept


def test_a_picture_is_cleaned_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book, store = tmp_path / "book", Store(tmp_path / "store", "0")
    shutil.copytree(ROOT / "tests/books/illustrated", book)
    text = next((book / "manuscript").glob("*.md"))
    words = text.read_text()

    text.write_text(f"{words}\n\n[Maria]{{.redact}} is not here.\n")
    check(book, store=store)
    assert not [path for path in store.folder.rglob("*") if path.is_file()]  # a book that hides words leaves nothing

    text.write_text(words)
    pictures = check(book, store=store).book.pictures
    assert pictures == check(book).book.pictures
    monkeypatch.setattr("chapbook.read.pictures._raster", lambda *_: pytest.fail("cleaned again"))
    monkeypatch.setattr("chapbook.read.pictures._svg", lambda *_: pytest.fail("cleaned again"))
    text.write_text(f"{words}\n\nMore.\n")
    assert check(book, store=store).book.pictures == pictures


def test_bibtex_is_read_once(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = "@book{smith, author={Smith, Ada}, title={Maps}, year={2019}, publisher={The Press}}"
    (book / "manuscript/sources.bib").write_text(entry)
    with (book / "manuscript/book.yaml").open("a") as file:
        file.write("bibliography: sources.bib\n")
    (book / "manuscript/02.md").write_text("# Another\n\nSome words [@smith, 7].\n")
    store = Store(tmp_path / "store", "0")
    items = check(book, store=store).book.items
    assert [item.data["title"] for item in items] == ["Maps"]
    monkeypatch.setattr("chapbook.read.pandoc.convert", lambda *_: pytest.fail("asked again"))
    (book / "manuscript/02.md").write_text("# Another\n\nSome other words [@smith, 7].\n")
    assert check(book, store=store).book.items == items


def test_damage_is_absence(tmp_path: Path) -> None:
    store = Store(tmp_path, "0")
    key = store.key("kind", "part")
    store.put(key, b"data")
    assert store.get(key) == b"data"
    path = next(p for p in tmp_path.rglob("*") if p.is_file())
    path.write_bytes(path.read_bytes()[:-1] + b"X")
    assert store.get(key) is None
    assert store.get(store.key("kind", "other")) is None
    assert Store(tmp_path, "1").key("kind", "part") != key  # another version of the toolchain
    assert store.key("ab", "c") != store.key("a", "bc")


def test_the_oldest_goes_first(tmp_path: Path) -> None:
    import os

    store = Store(tmp_path, "0")
    names = [store.key("k", str(n)) for n in range(3)]
    for age, name in enumerate(names):
        store.put(name, b"x" * 100)
        os.utime(tmp_path / name[:2] / name[2:], (age, age))
    store.get(names[0])  # used just now
    store.tidy(300)
    assert [store.get(name) is not None for name in names] == [True, False, True]


def test_texts_of_pages_come_back_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = kept.Keeper(Store(tmp_path, "0"))
    said = ("Ä\n", "", "\U0001f600 \ud83d")  # PDFium can give half of a pair
    monkeypatch.setattr(kept, "body_texts", lambda _pdf: said)
    assert keeper.texts(b"a part") == said
    monkeypatch.setattr(kept, "body_texts", lambda _pdf: ("others",))
    assert keeper.texts(b"a part") == said
    assert keeper.texts(b"another") == ("others",)


def test_a_part_is_made_ready_once_for_the_inks_it_is_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper, (some, others) = kept.Keeper(Store(tmp_path, "0")), (Inks(default_styles(), None, limit) for limit in (None, 240))
    monkeypatch.setattr(plates, "ready", lambda _pdf, _inks: (b"{}", b"made\nready"))
    assert keeper.ready(b"a part", some) == (b"{}", b"made\nready")
    monkeypatch.setattr(plates, "ready", lambda _pdf, _inks: (b"[]", b""))
    assert keeper.ready(b"a part", some) == (b"{}", b"made\nready")
    assert keeper.ready(b"another", some) == keeper.ready(b"a part", others) == keeper.ready(b"a part", None) == (b"[]", b"")


def test_every_engine_is_known_with_its_version() -> None:
    found = list(toolchain._engines())
    assert any(name.lower().startswith("weasyprint-70.0") for name in found)
    assert {toolchain._plain(name.partition("-")[0]) for name in found[1:]} == {toolchain._plain(e) for e in toolchain.ENGINES}


def test_what_is_kept_is_known(tmp_path: Path) -> None:
    store = Store(tmp_path, "0")
    key = store.key("a", b"b")
    assert key not in store
    store.put(key, b"c")
    assert key in store


def test_a_layout_comes_back_as_it_was() -> None:
    layout = Layout(b"%PDF\n\n1", 3, {"a": 1}, (), {"a": 2.5}, (Bookmark(1, "Ä", 1, 2.0, 3.0),))
    assert _unpacked(_packed(layout)) == layout


def test_no_folder_that_is_no_book(tmp_path: Path) -> None:
    assert replay.book_files(tmp_path, Store(tmp_path / "s", "0")) == {}
