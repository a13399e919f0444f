"""WeasyPrint 70.0 made quicker, its pages unchanged: what it computes again and again is kept.

Everything here gives the values that WeasyPrint's own code gave when it was first asked;
`tests/test_quick.py` holds what is made with and without it byte for byte against each other, and
fails when the version moves. `quickstyle.py` has styles and boxes, `quicktext.py` has text.
"""

from __future__ import annotations

from typing import Any


def quicken() -> None:
    """Put everything in place; a second call changes nothing."""
    from weasyprint.css import StyleFor

    from chapbook.writers import quickstyle, quicktext

    if getattr(StyleFor.set_computed_styles, "quick", False):
        return
    quickstyle.quicken()
    quicktext.quicken()


def release(document: Any) -> None:
    """Part the pages of a finished document from their boxes, which know their page: both go without a sweep."""
    for page in document.pages:
        page._page_box.children = ()
