"""The only seam to pandoc: texts in, JSON trees out, in one process for many texts.

pypandoc supplies and finds the program; we run it ourselves, because pypandoc starts three
processes for each call. Markdown goes through `pandoc lua` with an empty read environment,
so no text can open a file; citations go through `--citeproc` with everything it may read
named on the command line. No user data, defaults or templates of the machine are seen.
"""

from __future__ import annotations

import json
import logging
import resource
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

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

Json = dict[str, Any]


def program() -> str:
    """The pandoc program's path.

    Raises: MissingTool when pypandoc cannot find one.
    """
    import pypandoc

    logging.getLogger("pypandoc").setLevel(logging.CRITICAL)  # it prints tracebacks of its own
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise MissingTool("pandoc is not installed, or is broken", hint=_HINT) from error


def read_markdown(
    texts: Sequence[str], form: str = MARKDOWN, meanwhile: Callable[[], None] = lambda: None
) -> tuple[list[Json | str], tuple[str, ...]]:
    """The pandoc tree of each text, or the error message of a text that cannot be read; warnings.

    One process reads all. When that ends in a limit of time or memory, each text is read for
    itself, so that the one at fault can be named. `meanwhile` is done here while pandoc reads.
    """
    try:
        return _read(texts, form, meanwhile)
    except EngineError:
        if len(texts) == 1:
            raise
    trees: list[Json | str] = []
    warnings: list[str] = []
    for text in texts:
        try:
            (tree,), said = _read([text], form, lambda: None)
        except EngineError as error:
            tree, said = error.message, ()
        trees.append(tree)
        warnings.extend(said)
    return trees, tuple(warnings)


def _read(
    texts: Sequence[str], form: str, meanwhile: Callable[[], None]
) -> tuple[list[Json | str], tuple[str, ...]]:
    script = files("chapbook.read") / "read.lua"
    frames = [f"{len(texts)}\n{form}\n"]
    for text in texts:
        frames.append(f"{len(text.encode())}\n{text}")
    with tempfile.TemporaryDirectory() as empty:
        path = Path(empty) / "read.lua"
        path.write_bytes(script.read_bytes())
        out, warnings = _run(["lua", str(path)], "".join(frames), empty, meanwhile)
    trees = [_tree(line) for line in out.splitlines()]
    if len(trees) != len(texts):
        raise EngineError(f"pandoc read {len(trees)} of {len(texts)} texts")
    return trees, warnings


def _tree(line: str) -> Json | str:
    """One answer: a tree of the version we know, or pandoc's own words.

    Raises: EngineError.
    """
    try:
        tree: Json | str = json.loads(line)
    except RecursionError:
        return "it is nested too deep"
    except json.JSONDecodeError as error:
        raise EngineError(f"pandoc said what is no JSON: {line[:80]}", hint=_HINT) from error
    if isinstance(tree, dict) and tree.get("pandoc-api-version", [])[:2] != API_VERSION:
        raise EngineError("pandoc is of another version than Chapbook knows", hint=_HINT)
    return tree


def cite(tree: Json, items: Sequence[Json], style: bytes, lang: str) -> Json:
    """`tree` with its citations rendered by citeproc and the bibliography at its end."""
    with tempfile.TemporaryDirectory() as folder:
        bibliography = Path(folder) / "items.json"
        bibliography.write_text(json.dumps(list(items)), "utf-8")
        csl = Path(folder) / "style.csl"
        csl.write_bytes(style)
        arguments = ["-f", "json", "-t", "json", "--citeproc", f"--data-dir={folder}",
                     f"--bibliography={bibliography}", f"--csl={csl}", f"--metadata=lang:{lang}"]  # fmt: skip
        out, warnings = _run(arguments, json.dumps(tree), folder)
    if warnings:
        raise EngineError(f"pandoc, rendering citations: {warnings[0]}", hint="mend the source or the style")
    result = _tree(out)
    if isinstance(result, str):
        raise EngineError(f"pandoc, rendering citations: {result}")
    return result


def convert(text: str, source_format: str, target_format: str) -> str:
    """`text` from one of pandoc's formats into another (a bibliography: bibtex → csljson)."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["-f", source_format, "-t", target_format, "--sandbox", f"--data-dir={folder}"]
        return _run(arguments, text, folder)[0]


def _run(
    arguments: Sequence[str], text: str, folder: str, meanwhile: Callable[[], None] = lambda: None
) -> tuple[str, tuple[str, ...]]:
    """What pandoc wrote, and its warnings; within limits of time and memory that grow with the text.

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
    out, errors = _talked(child, data, meanwhile)
    said = errors.decode("utf-8", "replace").strip()
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise EngineError(f"pandoc needs more than {seconds} s for it", hint="make the text simpler")
    if child.returncode == HEAP_EXHAUSTED:
        raise EngineError("pandoc needs too much memory for it", hint="make the text simpler")
    if child.returncode:
        raise EngineError(f"pandoc ended with {child.returncode}: {said or 'it said nothing'}", hint=_HINT)
    return out.decode("utf-8", "replace"), tuple(line for line in said.split("\n") if line)


def _talked(child: subprocess.Popen[bytes], data: bytes, meanwhile: Callable[[], None]) -> tuple[bytes, bytes]:
    """What a child wrote on both its outputs, when it has ended."""
    heard: list[tuple[bytes, bytes]] = []
    talk = threading.Thread(target=lambda: heard.append(child.communicate(data)))
    with child:
        try:
            talk.start()
            meanwhile()
            talk.join()
        except BaseException:
            child.kill()
            talk.join()
            raise
    return heard[0]
