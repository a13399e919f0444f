"""The only seam to pandoc: texts in, JSON trees out, in one process for many texts.

pypandoc supplies and finds the program; we run it ourselves, because pypandoc starts three
processes for each call. Markdown goes through `pandoc lua` with an empty read environment,
so no text can open a file; citations go through `--citeproc` with everything it may read
named on the command line. No user data, defaults or templates of the machine are seen.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import resource
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from chapbook.errors import EngineError, MissingTool

# Closed: raw TeX and raw attributes (lost in other formats), macros, metadata in chapters.
MARKDOWN = (
    "markdown-raw_tex-raw_attribute-latex_macros-yaml_metadata_block-pandoc_title_block"
    "-abbreviations+mark"
)
API_VERSION = [1, 23]
CPU_LIMIT_S, CPU_LIMIT_S_A_MB = 8, 12
MEMORY_LIMIT_MB, MEMORY_LIMIT_MB_A_MB = 500, 200
HEAP_EXHAUSTED = 251  # the exit status of GHC's run-time system
_HINT = "`chapbook doctor` tells which pandoc is found; pip install pypandoc_binary"
_BEFORE = re.compile(rb"\s*<!--.*?-->|\s+(?=<[^/!])", re.DOTALL)
_AFTER = re.compile(rb"((?:/|</[^<>]*)>)\s+(?=</)")

Json = dict[str, Any]


def program() -> str:
    """The pandoc program's path: the one that came with pypandoc, else what pypandoc finds.

    Raises: MissingTool when there is none.
    """
    if not os.environ.get("PYPANDOC_PANDOC") and (brought := _brought()):
        return brought
    import pypandoc

    logging.getLogger("pypandoc").setLevel(logging.CRITICAL)  # it prints tracebacks of its own
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise MissingTool("pandoc is not installed, or is broken", hint=_HINT) from error


@cache
def _brought() -> str:
    """The program in pypandoc's own folder, "" for none; importing pypandoc takes six times as long as pandoc's start."""
    found = find_spec("pypandoc")
    path = Path(found.origin).parent / "files" / "pandoc" if found and found.origin else None
    return str(path) if path and os.access(path, os.X_OK) else ""


@cache
def known_by() -> tuple[str, ...]:
    """What tells this pandoc from another, as part of a key: its path, size and time."""
    path = Path(program())
    status = path.stat()
    return str(path), f"{status.st_size} {status.st_mtime_ns}"


def read_markdown(
    texts: Sequence[str], warnings: list[str], form: str = MARKDOWN, meanwhile: Callable[[], None] = lambda: None
) -> Iterator[Json | str]:
    """The pandoc tree of each text as pandoc reads it, or the error message of a text that cannot be read.

    One process reads all. When that ends in a limit of time or memory, each text is read for
    itself, so that the one at fault can be named. `warnings` gets pandoc's own words at the end;
    `meanwhile` is done here while pandoc reads.
    """
    given = 0
    try:
        for tree in _read(texts, form, warnings, meanwhile):
            given += 1
            yield tree
        return
    except EngineError:
        if len(texts) == 1:
            raise
    for index, text in enumerate(texts):  # from the first, for their warnings
        try:
            (tree,) = _read([text], form, warnings, lambda: None)
        except EngineError as error:
            tree = error.message
        if index >= given:
            yield tree


def _read(texts: Sequence[str], form: str, warnings: list[str], meanwhile: Callable[[], None]) -> Iterator[Json | str]:
    script = files("chapbook.read") / "read.lua"
    frames = [f"{len(texts)}\n{form}\n"]
    for text in texts:
        frames.append(f"{len(text.encode())}\n{text}")
    count = 0
    with tempfile.TemporaryDirectory() as empty:
        path = Path(empty) / "read.lua"
        path.write_bytes(script.read_bytes())
        for line in _run(["lua", str(path)], "".join(frames), empty, warnings, meanwhile):
            count += 1
            yield _tree(line)
    if count != len(texts):
        raise EngineError(f"pandoc read {count} of {len(texts)} texts")


def _tree(line: bytes) -> Json | str:
    """One answer: a tree of the version we know, or pandoc's own words.

    Raises: EngineError.
    """
    try:
        tree: Json | str = json.loads(line.decode("utf-8", "replace"))
    except RecursionError:
        return "it is nested too deep"
    except json.JSONDecodeError as error:
        raise EngineError(f"pandoc said what is no JSON: {line[:80]!r}", hint=_HINT) from error
    if isinstance(tree, dict) and tree.get("pandoc-api-version", [])[:2] != API_VERSION:
        raise EngineError("pandoc is of another version than Chapbook knows", hint=_HINT)
    return tree


def cite(
    tree: Json, items: Sequence[Json], style: bytes, lang: str, meanwhile: Callable[[], None] = lambda: None
) -> Json:
    """`tree` with its citations rendered by citeproc and the bibliography at its end."""
    warnings: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        bibliography = Path(folder) / "items.json"
        bibliography.write_text(json.dumps(list(items)), "utf-8")
        csl = Path(folder) / "style.csl"
        csl.write_bytes(_slim(style))
        arguments = ["-f", "json", "-t", "json", "--citeproc", f"--data-dir={folder}",
                     f"--bibliography={bibliography}", f"--csl={csl}", f"--metadata=lang:{lang}"]  # fmt: skip
        out = b"".join(_run(arguments, json.dumps(tree), folder, warnings, meanwhile))
    if warnings:
        raise EngineError(f"pandoc, rendering citations: {warnings[0]}", hint="mend the source or the style")
    result = _tree(out)
    if isinstance(result, str):
        raise EngineError(f"pandoc, rendering citations: {result}")
    return result


def _slim(style: bytes) -> bytes:
    """A style without the spaces and comments between its elements: pandoc takes a sixth of its time for them."""
    return _AFTER.sub(rb"\1", _BEFORE.sub(b"", style))


def convert(text: str, source_format: str, target_format: str) -> str:
    """`text` from one of pandoc's formats into another (a bibliography: bibtex → csljson)."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["-f", source_format, "-t", target_format, "--sandbox", f"--data-dir={folder}"]
        return b"".join(_run(arguments, text, folder, [])).decode("utf-8", "replace")


def _run(
    arguments: Sequence[str], text: str, folder: str, warnings: list[str], meanwhile: Callable[[], None] = lambda: None
) -> Iterator[bytes]:
    """What pandoc writes, line by line; its warnings at the end. Time and memory are limited, and grow with the text.

    Raises: MissingTool, EngineError.
    """
    data = text.encode()
    megabytes = len(data) // 1_000_000 + 1
    seconds = CPU_LIMIT_S + CPU_LIMIT_S_A_MB * megabytes
    memory = ("+RTS", f"-M{MEMORY_LIMIT_MB + MEMORY_LIMIT_MB_A_MB * megabytes}m", "-RTS")

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))

    environment = {"HOME": folder, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    try:
        child = subprocess.Popen(
            [program(), *memory, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, cwd=folder, env=environment, preexec_fn=limited,
        )  # fmt: skip
    except OSError as error:
        raise MissingTool(f"pandoc cannot be started: {error.strerror}", hint=_HINT) from error
    errors: list[bytes] = []
    yield from _talked(child, data, errors, meanwhile)
    said = b"".join(errors).decode("utf-8", "replace").strip()
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise EngineError(f"pandoc needs more than {seconds} s for it", hint="make the text simpler")
    if child.returncode == HEAP_EXHAUSTED:
        raise EngineError("pandoc needs too much memory for it", hint="make the text simpler")
    if child.returncode:
        raise EngineError(f"pandoc ended with {child.returncode}: {said or 'it said nothing'}", hint=_HINT)
    warnings.extend(line for line in said.split("\n") if line)


def _talked(
    child: subprocess.Popen[bytes], data: bytes, errors: list[bytes], meanwhile: Callable[[], None]
) -> Iterator[bytes]:
    """What a child writes on its output, line by line, until it has ended; `errors` has the rest then."""
    assert child.stdin and child.stdout and child.stderr
    talk = (threading.Thread(target=_said, args=(child.stdin, data)),
            threading.Thread(target=lambda stream: errors.append(stream.read()), args=(child.stderr,)))  # fmt: skip
    with child:
        try:
            for thread in talk:
                thread.start()
            meanwhile()
            yield from child.stdout
        except BaseException:
            child.kill()
            raise
        finally:
            for thread in talk:
                thread.join()


def _said(stream: IO[bytes], data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), stream:  # it may have ended before it heard all
        stream.write(data)
