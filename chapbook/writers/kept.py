"""A part's layout kept in the store: laid out once, then read back as long as its composition is the same.

Plain JSON and PDF bytes, nothing that could run. The journal counts what had to be laid out:
parts are laid out in forked processes, which all write to the one file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from chapbook.diagnostics import from_data
from chapbook.model import Composition, Face
from chapbook.pdftext import body_texts
from chapbook.store import Store
from chapbook.writers import weasy
from chapbook.writers.weasy import Bookmark, Layout

if TYPE_CHECKING:
    from chapbook.writers.inks import Inks
    from chapbook.writers.plates import Ready


@dataclass(frozen=True, slots=True)
class Keeper:
    """Lays compositions out, or finds them laid out; `journal` is a file open for appending, -1 for none."""

    store: Store
    journal: int = -1

    def lay_out(self, composition: Composition, *, tagged: bool = True) -> Layout:
        """The layout of a composition; the journal counts tagged ones. Raises: as `weasy.lay_out`."""
        key = self._key(composition, tagged=tagged)
        data = self.store.get(key)
        if data is not None:
            self._note(b"k" if tagged else b"")
            return _unpacked(data)
        layout = weasy.lay_out(composition, tagged=tagged)
        self._note(b"l" if tagged else b"")
        self.store.put(key, _packed(layout))
        return layout

    def known(self, composition: Composition) -> bool:
        """Whether a (tagged) layout of it is kept; a damaged one counts as kept."""
        return self._key(composition, tagged=True) in self.store

    def texts(self, pdf: bytes) -> tuple[str, ...]:
        """What each page of a part says; as `body_texts`."""
        key = self.store.key("texts", pdf)
        data = self.store.get(key)
        if data is not None:
            return tuple(json.loads(data))
        texts = body_texts(pdf)
        self.store.put(key, json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        return texts

    def ready(self, pdf: bytes, inks: Inks | None) -> Ready:
        """A part made ready for being put together; as `plates.ready`."""
        key = self.store.key("ready", pdf, *(inks.facts() if inks else ()))
        data = self.store.get(key)
        if data is not None:
            fonts, _, made = data.partition(b"\n")
            return fonts, made
        from chapbook.writers import plates

        fonts, made = plates.ready(pdf, inks)
        self.store.put(key, fonts + b"\n" + made)
        return fonts, made

    def _key(self, composition: Composition, *, tagged: bool) -> str:
        return self.store.key("layout", *_inputs(composition), *(() if tagged else ("untagged",)))

    def _note(self, mark: bytes) -> None:
        if self.journal >= 0:
            os.write(self.journal, mark)


def _inputs(composition: Composition) -> Iterator[bytes | str]:
    """All that a layout depends on, in order."""
    for document in composition.documents:
        yield document.text
    for resource in composition.resources:
        yield resource.name
        yield resource.media_type
        yield hashlib.sha256(resource.data).digest()
    faces = composition.metadata.get("faces", ())
    assert isinstance(faces, tuple)
    for face in faces:
        assert isinstance(face, Face)
        yield repr(face)
        status = face.path.stat()
        yield f"{status.st_size} {status.st_mtime_ns}"


def _packed(layout: Layout) -> bytes:
    head = {
        "pages": layout.pages, "places": dict(layout.places), "heights": dict(layout.heights),
        "bookmarks": [asdict(b) for b in layout.bookmarks], "notices": [n.as_data() for n in layout.notices],
    }  # fmt: skip
    return json.dumps(head, ensure_ascii=False).encode() + b"\n" + layout.pdf


def _unpacked(data: bytes) -> Layout:
    line, _, pdf = data.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    return Layout(pdf, head["pages"], head["places"], tuple(from_data(n) for n in head["notices"]), head["heights"],
                  tuple(Bookmark(**b) for b in head["bookmarks"]))  # fmt: skip

