"""No word that the manuscript takes out stands in a finished file: a search of all its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from chapbook.diagnostics import Diagnostic
from chapbook.model import Artifact
from chapbook.identifier import slug
from chapbook.pdftext import leaves
from chapbook.verify.finding import fault
from chapbook.verify.privacy import unpacked

_SHORT = 3


def check(artifact: Artifact, secrets: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Every form of every secret, in the file as it is and unpacked; a PDF's pages as words too.

    The finding does not say the words.
    """
    wanted = [form for secret in secrets if len(secret) >= _SHORT for form in _forms(secret)]
    if not wanted:
        return
    contents = [(name, data.lower()) for name, data in unpacked(artifact.data)]
    if artifact.data[:5] == b"%PDF-":
        text = " ".join(" ".join(leaf.text for leaf in leaves(artifact.data)).split())
        contents.append(("the text of its pages", text.casefold().encode()))
    for name, data in contents:
        if any(form in data for form in wanted):
            yield fault("V026", f"{name} holds words that the manuscript takes out", artifact.edition)


def _forms(secret: str) -> set[bytes]:
    """A secret as text, in an identifier, in an address, in a string of a PDF; lower case."""
    low = secret.casefold()
    forms = {low.encode(), secret.lower().encode(), quote(low).lower().encode(), low.encode("utf-16-be")}
    if " " in low:
        forms |= {slug(low).encode(), low.replace(" ", "+").encode()}
    return {form for form in forms if len(form) >= _SHORT}
