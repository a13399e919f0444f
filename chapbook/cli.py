"""The command line: verbs, options, exit statuses, and what a person sees.

`python build.py` is `chapbook build`. Nothing heavy is imported before it is needed, so
`--help` answers at once.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from chapbook.editions import EDITIONS, expanded, is_edition
from chapbook.errors import ChapbookError, ConfigurationError

if TYPE_CHECKING:
    from chapbook.pipeline import Progress
    from chapbook.verify.remark import Remark
    from chapbook.verify.tools import ToolResult

EPILOG = """\
examples:
  python build.py                        make every edition of this book in dist/
  python build.py --only epub,html       make two of them
  python build.py --book ../pamphlet     make another book, into ../pamphlet/dist/
  python build.py --only press --service kdp-paperback    the print PDF for a print service
  python build.py check                  report what is wrong, make nothing
  python build.py verify                 look at what is in dist/ with every validator here
  python build.py watch                  make it anew at every save, and show it in a browser
  python build.py preflight book.pdf --service lulu       what a print service will refuse
  python build.py sources check          ask every source's address (network), note the answers
  python build.py sources add 10.1000/1  add a source by its DOI, ISBN or address (network)
  python build.py doctor                 tell what this machine has and lacks

exit status: 0 done · 3 the manuscript has errors · 4 configuration · 5 a tool is missing
75 another build is running · 130/143 stopped by a signal.  Not 0 means dist/ is as it was.
"""


def parser() -> argparse.ArgumentParser:
    """The verbs and their options."""
    top = argparse.ArgumentParser(
        prog="chapbook",
        description="Make a book from a Markdown manuscript: EPUB, PDF, print PDF and HTML.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("verb", nargs="?", default="build", help="build (default), watch, check, verify, preflight, sources, doctor",
                     choices=tuple(_VERBS), metavar="VERB")  # fmt: skip
    top.add_argument("what", nargs="*", metavar="WHAT", help="sources: check, accept, or add URL|DOI|ISBN; preflight: FILE")
    top.add_argument("--book", type=Path, default=Path(), metavar="DIR",
                     help="the book's folder, with manuscript/ in it (default: this one)")  # fmt: skip
    top.add_argument("--out", type=Path, metavar="DIR", help="where to publish (default: dist/ in the book)")
    top.add_argument("--only", type=_editions, default=(), metavar="LIST",
                     help=f"editions to make: {','.join(EDITIONS)} (default: the book’s)")  # fmt: skip
    top.add_argument("--service", type=_services, default=(), metavar="NAME",
                     help="build: the print PDF for this print service; preflight: what it asks")  # fmt: skip
    top.add_argument("--jobs", type=_count, default=0, metavar="N",
                     help="processes to use (default: one for each processor)")  # fmt: skip
    top.add_argument("--no-cache", action="store_true", help="make everything anew, and keep nothing")
    top.add_argument("--sign", type=Path, metavar="KEY", help="build: sign SHA256SUMS with this private key (ssh-keygen, minisign)")
    top.add_argument("--key", type=Path, metavar="KEY", help="verify: the public key the signature must be of")
    top.add_argument("--rebuild", action="store_true", help="verify: make the book anew and compare the bytes")
    top.add_argument("--release", action="store_true",
                     help="refuse what the book's policy refuses: unchecked, stale, unprinted claims")  # fmt: skip
    top.add_argument("--port", type=_port, default=0, metavar="N",
                     help="watch: the port on this machine (default: one that is free)")  # fmt: skip
    top.add_argument("--keep", action="store_true", help="sources check: keep a snapshot of each answer")
    top.add_argument("--again", action="store_true", help="sources check: ask also what was asked today")
    top.add_argument("--json", action="store_true", help="report for machines, on standard output")
    top.add_argument("--version", action="version", version=_version())
    return top


def _version() -> str:
    from chapbook import __version__

    return f"chapbook {__version__}"


def _editions(text: str) -> tuple[str, ...]:
    names = [name for name in text.replace(" ", "").split(",") if name]
    for name in names:
        if not is_edition(name):
            raise argparse.ArgumentTypeError(f"{name} is not one of {', '.join(EDITIONS)}")
    return expanded(names)


def _services(text: str) -> tuple[str, ...]:
    from chapbook.services import services

    names = tuple(name for name in text.replace(" ", "").split(",") if name)
    for name in names:
        if name not in services():
            raise argparse.ArgumentTypeError(f"{name} is not one of {', '.join(services())}")
    return names


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("give a number from 1")
    return int(text)


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("give a port from 1 to 65535")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; the process's exit status."""
    options = parser().parse_args(arguments)
    if options.what and options.verb not in ("sources", "preflight"):
        parser().error(f"unrecognized arguments: {' '.join(options.what)}")
    _SIGNALS.clear()
    _heed()
    _scratch()
    try:
        return _VERBS[options.verb](options)
    except ChapbookError as error:
        from chapbook import report

        report.failure(error, as_json=options.json)
        return error.status
    except (KeyboardInterrupt, SystemExit) as stopped:
        if isinstance(stopped, SystemExit) and not _SIGNALS:
            raise
        print("stopped; dist/ is as it was", file=sys.stderr)
        return _SIGNALS[0] if _SIGNALS else 130
    except (OSError, MemoryError) as error:
        from chapbook import report

        said = getattr(error, "strerror", None) or str(error) or "there is not enough memory"
        report.failure(ConfigurationError(f"the machine refuses: {said}", hint="look at the disk, its rights, the memory"),
                       as_json=options.json)  # fmt: skip
        return ConfigurationError.status


def run() -> None:
    """The program: `main`, and an end at once. To take the interpreter apart lasts as long as to lay out five pages."""
    status = main()
    with contextlib.suppress(BrokenPipeError):  # who read it has read enough
        sys.stdout.flush()
        sys.stderr.flush()
    _sweep_up()
    os._exit(status)


def _scratch() -> None:
    """One temporary folder for the run: what an engine leaves when a signal comes goes with it."""
    import atexit
    import tempfile

    if not _OWN_FOLDER:
        _OWN_FOLDER.append(tempfile.mkdtemp(prefix="chapbook-run-"))
        tempfile.tempdir = _OWN_FOLDER[0]
        atexit.register(_sweep_up)


def _sweep_up() -> None:
    import shutil

    while _OWN_FOLDER:
        shutil.rmtree(_OWN_FOLDER.pop(), ignore_errors=True)


_OWN_FOLDER: list[str] = []
_SIGNALS: list[int] = []  # the exit status of the signal that came; an engine may swallow the exception


def _heed() -> None:
    """Listen to the signals that stop a run."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    _SIGNALS.append(128 + number)
    raise SystemExit(128 + number)


def _build(options: argparse.Namespace) -> int:
    from chapbook import report
    from chapbook.building import Asked, Building
    from chapbook.limits import processor_time
    from chapbook.publish import lock

    root = _root(options)
    out = options.out.absolute() if options.out else root / "dist"
    asked = Asked(options.only, options.service, options.release, options.jobs)
    started = time.monotonic()
    with report.progress(quiet=options.json) as progress, lock(out), processor_time(root / "manuscript"):
        again = Building(root, out, asked, cached=not options.no_cache, key=options.sign, stopped=_SIGNALS)
        known = again.recalled() or again.made(progress)
    report.success(known, out, time.monotonic() - started, again.said, as_json=options.json)
    return 0


def _watch(options: argparse.Namespace) -> int:
    from chapbook import pipeline, report
    from chapbook.publish import lock
    from chapbook.building import publish_all, usual_store
    from chapbook.watch.session import Early, Outcome, watch

    root = _root(options)
    out = options.out.absolute() if options.out else root / "dist"

    store = None if options.no_cache else usual_store()

    def build(early: Early) -> Outcome:
        with lock(out):
            result = pipeline.build(root, options.only, options.jobs, services=options.service,
                                    store=store, early=early)  # fmt: skip
            publish_all(result, out)
        _heed()
        return Outcome(result.book.work.title, result.artifacts, result.diagnostics)

    def rehearse() -> None:
        pipeline.rehearse(root, options.only, store)

    watch(root, build, rehearse, options.port, report.watching, report.rebuilt)
    return 0


def _check(options: argparse.Namespace) -> int:
    from chapbook import pipeline, report
    from chapbook.building import usual_store
    from chapbook.writers.aside import workers

    store = None if options.no_cache else usual_store()
    with report.progress(quiet=options.json) as progress:
        result = pipeline.check(_root(options), progress, release=options.release, store=store, jobs=workers(options.jobs))
    report.checked(result, as_json=options.json)
    return 0


def _verify(options: argparse.Namespace) -> int:
    from chapbook import report
    from chapbook.verify.tools import run_tools

    root = _root(options)
    out = options.out.absolute() if options.out else root / "dist"
    with report.progress(quiet=options.json) as progress:
        results = list(_records_hold(options, root, out, progress))
        for path in sorted(out.iterdir()) if out.is_dir() else ():
            if path.suffix in (".epub", ".pdf", ".html"):
                progress("verify", path.name)
                results.extend(run_tools(path))
    return report.verified(tuple(results), out, as_json=options.json)


def _preflight(options: argparse.Namespace) -> int:
    """`preflight FILE --service NAME`: what the service will say to a PDF, any PDF."""
    from chapbook import report
    from chapbook.errors import ConfigurationError
    from chapbook.preflight import preflight
    from chapbook.services import services

    if len(options.what) != 1 or len(options.service) != 1:
        parser().error(f"preflight FILE --service NAME; services: {', '.join(services())}")
    path = Path(options.what[0])
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    service = services()[options.service[0]]
    return report.preflighted(preflight(data, service), path.name, service, as_json=options.json)


def _records_hold(options: argparse.Namespace, root: Path, out: Path, progress: Progress) -> Iterator[ToolResult]:
    """SHA256SUMS, its signature where there is one or a key is named, and the book made anew on request."""
    from chapbook import pipeline, record
    from chapbook.verify import signature
    from chapbook.verify.tools import ToolResult

    def result(tool: str, found: tuple[Remark, ...], said: str = record.SUMS) -> ToolResult:
        return ToolResult(tool, said, "failed" if found else "passed", found)

    if (out / record.SUMS).is_file():
        yield result("sums", tuple(record.differences(out)))
    if options.key or any((out / name).is_file() for name in (signature.SSH, signature.MINISIGN)):
        yield result("signature", (), signature.check(out, options.key))
    if options.rebuild:
        policies = record.described(out)["policies"]
        assert isinstance(policies, dict)
        made = pipeline.build(root, policies["editions"], options.jobs, progress, release=policies["release"],
                              services=policies["services"])  # fmt: skip
        yield result("rebuild", tuple(record.rebuilt(made, out)), record.BUILD)


def _sources(options: argparse.Namespace) -> int:
    """`sources check`, `sources accept`, `sources add …`: the verbs that ask the network."""
    from chapbook import report
    from chapbook.network import verbs

    what, *rest = options.what or ["check"]
    with report.progress(quiet=options.json) as progress:
        if what == "check" and not rest:
            rows = verbs.check(_root(options), progress, keep=options.keep, again=options.again)
        elif what == "accept" and not rest:
            rows = verbs.accept(_root(options))
        elif what == "add" and rest:
            rows = verbs.add(_root(options), rest, progress)
        else:
            parser().error("sources check, sources accept, or sources add URL|DOI|ISBN")
    return report.asked(rows, as_json=options.json)


def _doctor(options: argparse.Namespace) -> int:
    from chapbook import report
    from chapbook.doctor import examine

    return report.examined(examine(), as_json=options.json)


def _root(options: argparse.Namespace) -> Path:
    root: Path = options.book.absolute()
    return root


_VERBS = {"build": _build, "check": _check, "verify": _verify, "preflight": _preflight, "sources": _sources,
          "doctor": _doctor, "watch": _watch}  # fmt: skip
