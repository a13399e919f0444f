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
import tempfile
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from chapbook.errors import EngineError, MissingTool
from chapbook.read.talk import HINT, Talk

# Closed: raw TeX and raw attributes (lost in other formats), macros, metadata in chapters.
MARKDOWN = (
    "markdown-raw_tex-raw_attribute-latex_macros-yaml_metadata_block-pandoc_title_block"
    "-abbreviations+mark"
)
API_VERSION = [1, 23]
_MUCH = 200_000  # bytes that one process reads while the page engine is imported
_JOINS = (
    (b'{"t":"LineBreak"}', b'{"t":"LineBreak","c":0}'),
    (b'{"t":"Space"}', b'{"t":"Str","c":" "}'),
    (b'{"t":"SoftBreak"}', b'{"t":"Str","c":" "}'),
    (b'"},{"t":"Str","c":"', b""),
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_BETWEEN = re.compile(rb">[ \t\r]*\n\s*<")

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
        raise MissingTool("pandoc is not installed, or is broken", hint=HINT) from error


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
    texts: Sequence[str], warnings: list[str], form: str = MARKDOWN, *,
    meanwhile: Callable[[], None] = lambda: None, jobs: int = 1,
) -> Iterator[Json | str]:  # fmt: skip
    """The pandoc tree of each text as pandoc reads it, or the error message of a text that cannot be read.

    One process reads all, or one for each job where there is much to read. When that ends in a limit of
    time or memory, each of its texts is read for itself, so that the one at fault can be named. `warnings`
    gets pandoc's own words; `meanwhile` is done here while pandoc reads.
    """
    size = sum(len(text.encode()) for text in texts)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as open_talks:
        script = Path(folder) / "read.lua"
        script.write_bytes((files("chapbook.read") / "read.lua").read_bytes())

        def asked(some: Sequence[str], limits: int) -> Talk:
            frames = [f"{len(some)}\n{form}\n", *(f"{len(text.encode())}\n{text}" for text in some)]
            return open_talks.enter_context(Talk(program(), ["lua", str(script)], "".join(frames).encode(), folder, limits))

        # The limits of each are those of the whole, so that the number of jobs changes nothing.
        shares = [(some, asked(some, size)) for some in _shares(texts, jobs if size > _MUCH else 1)]
        for _, talk in shares:
            talk.begin()
        meanwhile()
        for some, talk in shares:
            given = 0
            try:
                for tree in _answers(talk, len(some), warnings):
                    given += 1
                    yield tree
                continue
            except EngineError:
                if len(texts) == 1:
                    raise
            for index, text in enumerate(some):  # from the first, for their warnings
                try:
                    (tree,) = _answers(asked([text], len(text.encode())).begin(), 1, warnings)
                except EngineError as error:
                    tree = error.message
                if index >= given:
                    yield tree


def _shares(texts: Sequence[str], count: int) -> list[Sequence[str]]:
    """The texts in so many rows of about one size, or fewer; none is empty."""
    whole, sizes = sum(map(len, texts)), list(accumulate(map(len, texts)))
    ends = [bisect(sizes, whole * part // count) for part in range(count + 1)]
    ends[0], ends[-1] = 0, len(texts)
    return [texts[start:end] for start, end in pairwise(ends) if start < end]


def _answers(talk: Talk, count: int, warnings: list[str]) -> Iterator[Json | str]:
    given = 0
    for line in talk.lines():
        given += 1
        yield _tree(_joined(line))
    if given != count:
        raise EngineError(f"pandoc read {given} of {count} texts")
    warnings += talk.warnings


def _joined(line: bytes) -> bytes:
    """A tree's words and spaces in a row as one `Str`, before it costs time to read them one by one.

    In a row of inlines only a `Str`, a space and a line break end in a text; a quote inside a text has a backslash.
    """
    for said, meant in _JOINS:
        line = line.replace(said, meant)
    return line


def _tree(line: bytes) -> Json | str:
    """One answer: a tree of the version we know, or pandoc's own words.

    Raises: EngineError.
    """
    try:
        tree: Json | str = json.loads(line.decode("utf-8", "replace"))
    except RecursionError:
        return "it is nested too deep"
    except json.JSONDecodeError as error:
        raise EngineError(f"pandoc said what is no JSON: {line[:80]!r}", hint=HINT) from error
    if isinstance(tree, dict) and tree.get("pandoc-api-version", [])[:2] != API_VERSION:
        raise EngineError("pandoc is of another version than Chapbook knows", hint=HINT)
    return tree


def cite(
    tree: Json, items: Sequence[Json], style: bytes, lang: str, meanwhile: Callable[[], None] = lambda: None
) -> Json:
    """`tree` with its citations rendered by citeproc and the bibliography at its end."""
    with tempfile.TemporaryDirectory() as folder:
        bibliography = Path(folder) / "items.json"
        bibliography.write_text(json.dumps(list(items)), "utf-8")
        csl = Path(folder) / "style.csl"
        csl.write_bytes(_slim(style))
        arguments = ["-f", "json", "-t", "json", "--citeproc", f"--data-dir={folder}",
                     f"--bibliography={bibliography}", f"--csl={csl}", f"--metadata=lang:{lang}"]  # fmt: skip
        out, warnings = _said(arguments, json.dumps(tree), folder, meanwhile)
    if warnings:
        raise EngineError(f"pandoc, rendering citations: {warnings[0]}", hint="mend the source or the style")
    result = _tree(out)
    if isinstance(result, str):
        raise EngineError(f"pandoc, rendering citations: {result}")
    return result


def _slim(style: bytes) -> bytes:
    """A style without its comments and the ends of lines between its elements: pandoc takes a sixth of its time for them."""
    return _BETWEEN.sub(b"><", _COMMENT.sub(b"", style))


def convert(text: str, source_format: str, target_format: str) -> str:
    """`text` from one of pandoc's formats into another (a bibliography: bibtex → csljson)."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["-f", source_format, "-t", target_format, "--sandbox", f"--data-dir={folder}"]
        return _said(arguments, text, folder)[0].decode("utf-8", "replace")


def _said(
    arguments: Sequence[str], text: str, folder: str, meanwhile: Callable[[], None] = lambda: None
) -> tuple[bytes, list[str]]:
    """All that pandoc wrote, and its warnings."""
    data = text.encode()
    with Talk(program(), arguments, data, folder, len(data)) as talk:
        talk.begin()
        meanwhile()
        return b"".join(talk.lines()), talk.warnings
