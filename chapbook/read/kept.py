"""What was read before: the tree of a file, rendered citations, sources of BibTeX, cleaned pictures, by all they
were made from.

Nothing goes into the store until the pipeline knows that the book has nothing to hide (`write`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath

from chapbook.diagnostics import Diagnostic, from_data
from chapbook.model import Picture, Source
from chapbook.read import pandoc
from chapbook.read.packed import packed, unpacked
from chapbook.store import Store
from chapbook.tree import Blocks

Read = tuple[Blocks, tuple[Diagnostic, ...]]  # a file's blocks, and what was found while they were read


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _read_before(data: bytes) -> Read:
    found, blocks = json.loads(data)
    return unpacked(blocks), tuple(from_data(d) for d in found)


@dataclass(slots=True)
class Kept:
    """What is known from before; with `store` None nothing is, and nothing is kept."""

    store: Store | None = None
    made: list[tuple[str, bytes]] = field(default_factory=list)
    open: bool = False

    def blocks(self, source: Source, citekeys: frozenset[str], lang: str) -> Callable[[], Read] | None:
        """What gives a file as it was read before, which takes a while; None when it must be read."""
        data = self.store.get(self._key(source, citekeys, lang)) if self.store else None
        return None if data is None else partial(_read_before, data)

    def keep_blocks(self, source: Source, citekeys: frozenset[str], lang: str, read: Read) -> None:
        """A file as it has been read."""
        if self.store:
            blocks, found = read
            self._keep(self._key(source, citekeys, lang), _json([[d.as_data() for d in found], packed(blocks)]))

    def cite(
        self, tree: pandoc.Json, items: Sequence[pandoc.Json], style: bytes, lang: str,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> pandoc.Json:  # fmt: skip
        """As `pandoc.cite`, which is asked once for the same citations."""
        if self.store is None:
            return pandoc.cite(tree, items, style, lang, meanwhile)
        key = self.store.key("citations", *pandoc.known_by(), json.dumps([tree, items], sort_keys=True), style, lang)
        if (data := self.store.get(key)) is not None:
            result: pandoc.Json = json.loads(data)
            return result
        result = pandoc.cite(tree, items, style, lang, meanwhile)
        self._keep(key, _json(result))
        return result

    def convert(self, text: str, source_format: str, target_format: str) -> str:
        """As `pandoc.convert`, which is asked once for the same text."""
        if self.store is None:
            return pandoc.convert(text, source_format, target_format)
        key = self.store.key("converted", *pandoc.known_by(), source_format, target_format, text)
        if (data := self.store.get(key)) is not None:
            return data.decode()
        result = pandoc.convert(text, source_format, target_format)
        self._keep(key, result.encode())
        return result

    def picture(self, path: str, data: bytes, clean: Callable[[], Picture | None]) -> Picture | None:
        """A picture's file as `clean` makes it, which is asked once for the same bytes under a name of the same kind."""
        if self.store is None:
            return clean()
        key = self.store.key("picture", PurePosixPath(path).suffix.lower(), data)
        if (known := self.store.get(key)) is not None:
            said, _, cleaned = known.partition(b"\n")
            return Picture(path, cleaned, *json.loads(said))
        picture = clean()
        if picture:
            said = json.dumps([picture.media_type, picture.width_px, picture.height_px]).encode()
            self._keep(key, said + b"\n" + picture.data)
        return picture

    def write(self) -> None:
        """Put what was made into the store, now and from now on: the book hides nothing."""
        self.open = True
        self._put(self.made)
        self.made.clear()

    def _keep(self, key: str, data: bytes) -> None:
        if self.open:
            self._put([(key, data)])
        else:
            self.made.append((key, data))

    def _put(self, entries: Iterable[tuple[str, bytes]]) -> None:
        if self.store is None:
            return
        for key, data in entries:
            self.store.put(key, data)

    def _key(self, source: Source, citekeys: frozenset[str], lang: str) -> str:
        assert self.store
        return self.store.key("blocks", *pandoc.known_by(), source.path, source.text, *sorted(citekeys), lang)
