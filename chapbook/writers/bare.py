"""Pages without what is for screens alone: nothing of it belongs on paper."""

from __future__ import annotations

from pikepdf import Pdf

_OF_THE_FILE = ("/Outlines", "/StructTreeRoot", "/MarkInfo", "/Names", "/Dests", "/OpenAction",
                "/ViewerPreferences", "/PageMode", "/PageLayout", "/AcroForm", "/Extensions")  # fmt: skip
_OF_A_PAGE = ("/Annots", "/StructParents", "/Tabs", "/AA")


def strip(pdf: Pdf) -> None:
    """Take away links, outline, structure, actions."""
    for key in _OF_THE_FILE:
        if key in pdf.Root:
            del pdf.Root[key]
    for page in pdf.pages:
        for key in _OF_A_PAGE:
            if key in page.obj:
                del page.obj[key]
