"""The objects of a PDF, gone through once for all that look for one kind or another.

A tagged book has an object for each of its paragraphs, and few of them are what is looked for. So
they are searched as they are written, and opened where a name is spelled. Those in object streams
(ISO 32000-1, 7.5.7) are searched there, in a file that says plainly what lies where: one
cross-reference stream, nothing encrypted, nothing to mend. Of any other file each is written out.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import pikepdf
from pikepdf import Name, Object, Pdf, Stream

_LAST = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_HEAD = re.compile(rb"(\d+) 0 obj\b")
_ESCAPED = re.compile(rb"/[^\0\t\n\f\r ()<>\[\]{}/%]*#")  # a name that may be another than it seems
_OF_MANY = ("/Prev", "/XRefStm", "/Encrypt", "/Index")

Number = tuple[int, int]  # of an object, and its generation


@dataclass(frozen=True, slots=True)
class _Written:
    """Objects as they are written, one after another: where each begins, and its number; which have names with escapes."""

    text: bytes
    starts: Sequence[int]
    numbers: Sequence[Number]

    def spelling(self, wanted: re.Pattern[bytes]) -> Iterator[Number]:
        """The numbers of those in which a pattern is found; of names with escapes nobody can tell."""
        found = [match.start() for match in wanted.finditer(self.text)]
        if b"#" in self.text:
            found += (match.start() for match in _ESCAPED.finditer(self.text))
        return (self.numbers[index] for index in sorted({bisect_right(self.starts, at) - 1 for at in found}) if index >= 0)


@dataclass(frozen=True, slots=True)
class Objects:
    """An open PDF with its streams; it closes when nobody holds it.

    `packed` are the contents of its object streams, by their numbers, where they were searched as they are.
    """

    pdf: Pdf
    streams: tuple[Stream, ...]
    packed: Mapping[Number, bytes]
    written: tuple[_Written, ...]

    def pictures(self) -> tuple[Stream, ...]:
        """The streams that are pictures."""
        return tuple(stream for stream in self.streams if stream.get("/Subtype") == Name.Image)

    def content(self, stream: Stream) -> bytes:
        """What a stream holds, unpacked. Raises: pikepdf.PdfError when it cannot be."""
        held = self.packed.get(stream.objgen)
        return stream.read_bytes() if held is None else held

    def spelling(self, *names: str) -> Iterator[Object]:
        """The dictionaries in which any of some names is written: as a key, as a value, or in a text by chance."""
        wanted = re.compile(b"|".join(re.escape(name.encode()) for name in names))
        for part in self.written:
            for number in part.spelling(wanted):
                item = self.pdf.get_object(*number)
                if isinstance(item, pikepdf.Dictionary):
                    yield item


@lru_cache(maxsize=1)  # of the file that is looked at
def objects(data: bytes) -> Objects:
    """The indirect objects of a PDF (ISO 32000-1, 7.3.10). Nobody changes them.

    Raises: pikepdf.PdfError when the bytes are no PDF.
    """
    pdf = Pdf.open(io.BytesIO(data))
    plain = _plain(pdf, data)
    if plain is None or pdf.get_warnings():
        return _sorted(pdf, pdf.objects)
    return plain


def _sorted(pdf: Pdf, every: Iterable[Object]) -> Objects:
    """Streams, and the dictionaries written out."""
    streams: list[Stream] = []
    texts: list[bytes] = []
    numbers: list[Number] = []
    for item in every:
        if isinstance(item, pikepdf.Stream):
            streams.append(item)
        elif isinstance(item, pikepdf.Dictionary):
            texts.append(item.unparse(resolved=True))
            numbers.append(item.objgen)
    starts = tuple(accumulate((len(text) + 1 for text in texts), initial=0))
    return Objects(pdf, tuple(streams), {}, (_Written(b"\n".join(texts), starts, numbers),))


def _plain(pdf: Pdf, data: bytes) -> Objects | None:
    """The objects of a file with one cross-reference stream (7.5.8); None where it is not to be read so."""
    last = _LAST.search(data, max(0, len(data) - 60))
    head = _HEAD.match(data, int(last[1])) if last else None
    if head is None or pdf.trailer.get("/Type") != Name.XRef or any(key in pdf.trailer for key in _OF_MANY):
        return None
    table = pdf.get_object(int(head[1]), 0)
    widths = [int(width) for width in table.W] if isinstance(table, pikepdf.Stream) and "/W" in table else []
    if len(widths) != 3 or widths[0] != 1 or min(widths) < 1:
        return None
    entries, wide = table.read_bytes(), sum(widths)
    kinds = entries[::wide]
    if len(entries) != wide * int(pdf.trailer.Size) or kinds.strip(b"\0\1\2"):
        return None
    loose = _sorted(pdf, (pdf.get_object(number, 0) for number, kind in enumerate(kinds) if kind == 1))
    packed = {s.objgen: s.read_bytes() for s in loose.streams if s.get("/Type") == Name.ObjStm}
    parts = [_packed(stream, packed[stream.objgen]) for stream in loose.streams if stream.objgen in packed]
    numbers = sorted(number for part in parts if part for number, _ in part.numbers)
    if None in parts or numbers != [number for number, kind in enumerate(kinds) if kind == 2]:
        return None
    return Objects(pdf, loose.streams, packed, (*loose.written, *(part for part in parts if part)))


def _packed(stream: Stream, content: bytes) -> _Written | None:
    """The objects in an object stream; None where they do not lie in the order of its list."""
    first = int(stream.First)
    listed = [int(number) for number in content[:first].split()]
    starts = [first + at for at in listed[1::2]]
    if len(listed) != 2 * int(stream.N) or starts != sorted(set(starts)):
        return None
    return _Written(content, starts, [(number, 0) for number in listed[::2]])
