"""A build that was made before: its files and findings again, where nothing it was made from has changed.

The key is the toolchain, the options, and the name and bytes of every file of the book; the
record has what the report says, and the digests of the files. In a full `dist/` nothing is
written; what lacks there comes from the store.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chapbook.diagnostics import from_data
from chapbook.store import Store
from chapbook.summary import Made, Summary

if TYPE_CHECKING:
    from chapbook.model import Artifact

_FOLDERS = ("manuscript", "assets", "styles", "evidence")
_LAST = "last"  # the kind of entry that has the digests of a book's files at its last build
_MORE = "more"  # … and that which names the files it used outside these folders


def book_files(root: Path, store: Store) -> dict[str, str]:
    """SHA-256 of every file in the book's folders, and of those elsewhere that its last build used, by path.

    Hidden files and editors' leftovers too: a build tells that it left them out.
    """
    found = dict(_files(root))
    data = store.get(store.key(_MORE, str(root)))
    for path in json.loads(data) if data else ():
        found[path] = _sha256(root / path)
    return found


def _files(root: Path) -> Iterator[tuple[str, str]]:
    for name in _FOLDERS:
        for folder, below, files in os.walk(root / name):
            below.sort()
            for file in sorted(files):
                path = Path(folder, file)
                if path.is_file() and not path.is_symlink():
                    yield path.relative_to(root).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()
                else:
                    yield path.relative_to(root).as_posix(), "odd"


def key(store: Store, files: Mapping[str, str], options: Sequence[str]) -> str:
    """The name of the build that these files and options make."""
    return store.key("build", *options, "|", *(part for pair in sorted(files.items()) for part in pair))


def recall(store: Store, name: str) -> Summary | None:
    """What the report said of a build; None when it is not known."""
    data = store.get(name)
    return None if data is None else _summary(json.loads(data))


def keep(store: Store, name: str, summary: Summary, made: Sequence[Artifact]) -> None:
    """Note a build that was published: its report, and each file by its digest."""
    for artifact in made:
        store.put(store.key("file", hashlib.sha256(artifact.data).hexdigest()), artifact.data)
    data = {**asdict(summary), "diagnostics": [d.as_data() for d in summary.diagnostics]}
    store.put(name, json.dumps(data, ensure_ascii=False).encode())


def whole(summary: Summary, out: Path) -> bool:
    """Whether every file of a build stands in `out` as it was published."""
    return all(_sha256(out / made.name) == made.sha256 for made in summary.made)


def restored(store: Store, summary: Summary) -> tuple[Artifact, ...] | None:
    """A build's files from the store; None when one is gone."""
    from chapbook.model import Artifact

    found = []
    for made in summary.made:
        data = store.get(store.key("file", made.sha256))
        if data is None:
            return None
        found.append(Artifact(made.name, made.edition, made.media_type, data, made.extent, made.unit, made.standard))
    return tuple(found)


def changes(store: Store, root: Path, files: Mapping[str, str]) -> str:
    """Why a book is made anew, for a person: what changed since its last build here; "" when not known."""
    data = store.get(store.key(_LAST, str(root)))
    if data is None:
        return "not built here before, or with another version"
    before: dict[str, str] = json.loads(data)
    paths = sorted(p for p in before.keys() | files.keys() if before.get(p) != files.get(p))
    if not paths:
        return "other options, or files of the last build are gone"
    shown = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    return f"{shown} changed"


def note_files(store: Store, root: Path, used: Mapping[str, str]) -> dict[str, str]:
    """Remember the files of this build, with those it used outside the book's folders; all of them."""
    inside = dict(_files(root))
    store.put(store.key(_MORE, str(root)), json.dumps(sorted(used.keys() - inside.keys())).encode())
    files = book_files(root, store)
    store.put(store.key(_LAST, str(root)), json.dumps(files, sort_keys=True).encode())
    return files


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _summary(data: dict[str, Any]) -> Summary:
    found = tuple(from_data(d) for d in data.pop("diagnostics"))
    made = tuple(Made(**m) for m in data.pop("made"))
    counts = tuple((name, count) for name, count in data.pop("counts"))
    return Summary(made=made, diagnostics=found, counts=counts, **data)

