"""A limit on the time a build may take of a processor, for what no rule foresaw.

Limitation: POSIX only; memory is limited for pandoc alone (`read/pandoc.py`).
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from chapbook.errors import EngineError

SECONDS, SECONDS_A_MB = 1800, 600  # far beyond any book measured


@contextlib.contextmanager
def processor_time(manuscript: Path) -> Iterator[None]:
    """Stop what runs inside, and its children, when it takes far longer than books of this size do.

    Raises, inside: EngineError.
    """
    try:
        import resource
    except ImportError:  # Windows
        yield
        return
    size = sum(path.stat().st_size for path in manuscript.glob("*.md") if path.is_file())
    seconds = SECONDS + SECONDS_A_MB * (size // 1_000_000)
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(used.ru_utime + used.ru_stime) + seconds
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)

    def over(_number: int, _frame: FrameType | None) -> None:
        raise EngineError(f"the book takes more than {seconds} s of a processor",
                          hint="look for a section or a drawing that is not like the others: `--only`, `files:`")  # fmt: skip

    before = signal.signal(signal.SIGXCPU, over)
    resource.setrlimit(resource.RLIMIT_CPU, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
        signal.signal(signal.SIGXCPU, before)
