"""Step 5, transform: small named passes complete the `Book`; each returns a new one.

What happens is this table; how it happens is the file of that name. The order matters:

1. sections    reading order by matter, stable identifiers
2. numbering   chapters, where the book numbers them
3. figures     figures and tables with a caption
4. crossrefs   unique identifiers; every in-book link leads to one
5. claims      ledger entries become notes at the author's words
6. citations   one citeproc run over the whole book: disambiguation is global
7. notes       one sequence of numbers; sources numbered by first use
8. typography  last to touch text: quotation marks, no-break spaces, names kept whole
9. contents    what can be listed
"""

from __future__ import annotations

from collections.abc import Callable

from chapbook.model import Book
from chapbook.passes.citations import Citing, citations
from chapbook.passes.claims import claims
from chapbook.passes.contents import contents
from chapbook.passes.crossrefs import crossrefs
from chapbook.passes.figures import figures
from chapbook.passes.notes import notes
from chapbook.passes.numbering import numbering
from chapbook.passes.sections import sections
from chapbook.passes.typography import typography
from chapbook.read import pandoc

Pass = Callable[[Book], Book]

PASSES: tuple[tuple[str, Pass], ...] = (
    ("sections", sections),
    ("numbering", numbering),
    ("figures", figures),
    ("crossrefs", crossrefs),
    ("claims", claims),
    ("citations", citations),
    ("notes", notes),
    ("typography", typography),
    ("contents", contents),
)


def transform(book: Book, cite: Citing = pandoc.cite) -> Book:
    """The book with every pass of the table applied, in its order; `cite` renders its citations."""
    for _name, step in PASSES:
        book = citations(book, cite) if step is citations else step(book)
    return book
