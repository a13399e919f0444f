"""What stops Chapbook, as opposed to what is wrong in a manuscript (see diagnostics).

    ChapbookError            status
    ├── ManuscriptError        3     the manuscript has errors; carries all diagnostics
    ├── ConfigurationError     4     book.yaml, an option or the styles cannot be used
    ├── MissingTool            5     a program or library is not on this machine
    ├── BuildRunning          75     another build holds the lock
    └── EngineError            1     pandoc, WeasyPrint or ebooklib failed in a way not foreseen

Every exception of a library is wrapped at its seam (`raise … from`).
"""

from __future__ import annotations

from collections.abc import Sequence

from chapbook.diagnostics import Diagnostic


class ChapbookError(Exception):
    """Anything that ends a run; `status` is the process's exit status."""

    status = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ManuscriptError(ChapbookError):
    """The manuscript has errors; `dist/` stays as it was."""

    status = 3

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(f"{len(diagnostics)} finding(s)")
        self.diagnostics = tuple(diagnostics)


class ConfigurationError(ChapbookError):
    """The book's configuration cannot be used; `diagnostics` has the places, if known."""

    status = 4

    def __init__(
        self, message: str, *, hint: str = "", diagnostics: Sequence[Diagnostic] = ()
    ) -> None:
        super().__init__(message, hint=hint)
        self.diagnostics = tuple(diagnostics)


class MissingTool(ChapbookError):
    """A tool or library the run needs is not on this machine."""

    status = 5


class BuildRunning(ChapbookError):
    """Another build of the same book is running."""

    status = 75


class EngineError(ChapbookError):
    """An engine failed in a way nothing in the manuscript explains."""

    status = 1
