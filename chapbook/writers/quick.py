"""WeasyPrint 70.0 made quicker, its pages unchanged: what it computes again and again is kept.

Everything here gives the values that WeasyPrint's own code gave when it was first asked;
`tests/test_quick.py` holds what is made with and without it byte for byte against each other, and
fails when the version moves. `quickstyle.py` has styles, `quickbox.py` boxes, `quicktext.py` text.
"""

from __future__ import annotations

from typing import Any

_contexts: list[Any] = []  # of the documents that are being made


def quicken() -> None:
    """Put everything in place; a second call changes nothing."""
    from weasyprint.css import StyleFor
    from weasyprint.layout import LayoutContext

    from chapbook.writers import quickbox, quickstyle, quicktext

    if getattr(StyleFor.set_computed_styles, "quick", False):
        return
    quickstyle.quicken()
    quickbox.quicken()
    quicktext.quicken()

    def begin(self: Any, *args: Any, **named: Any) -> None:
        _contexts.append(self)
        plain(self, *args, **named)

    plain = LayoutContext.__init__
    LayoutContext.__init__ = begin


def release(document: Any) -> None:
    """Part what knows each other in a finished document, boxes and pages above all: all of it goes without a sweep."""
    for page in document.pages:
        page._page_box.children = ()
    while _contexts:
        vars(_contexts.pop()).clear()
