"""The only seam to pandoc: texts in, JSON trees out, in one process for many texts.

pypandoc supplies and finds the program; we run it ourselves, because pypandoc starts three
processes for each call. Markdown goes through `pandoc lua` with an empty read environment,
so no text can open a file; citations go through `--citeproc` with everything it may read
named on the command line. No user data, defaults or templates of the machine are seen.
"""

from __future__ import annotations

import json
import resource
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from chapbook.errors import EngineError, MissingTool

# Closed: raw TeX and raw attributes (lost in other formats), macros, metadata in chapters.
MARKDOWN = (
    "markdown-raw_tex-raw_attribute-latex_macros-yaml_metadata_block-pandoc_title_block"
    "-abbreviations+mark"
)
CPU_LIMIT_S = 120
MEMORY_LIMIT = ("+RTS", "-M2g", "-RTS")

Json = dict[str, Any]


def program() -> str:
    """The pandoc program's path.

    Raises: MissingTool when pypandoc cannot find one.
    """
    import pypandoc

    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        hint = "pip install pypandoc_binary"
        raise MissingTool("pandoc is not installed", hint=hint) from error


def read_markdown(texts: Sequence[str], form: str = MARKDOWN) -> list[Json | str]:
    """The pandoc tree of each text, or the error message of a text that cannot be read."""
    script = files("chapbook.read") / "read.lua"
    frames = [f"{len(texts)}\n{form}\n"]
    for text in texts:
        frames.append(f"{len(text.encode())}\n{text}")
    with tempfile.TemporaryDirectory() as empty:
        path = Path(empty) / "read.lua"
        path.write_bytes(script.read_bytes())
        out = _run(["lua", str(path)], "".join(frames), empty)
    trees: list[Json | str] = [json.loads(line) for line in out.splitlines()]
    if len(trees) != len(texts):
        raise EngineError(f"pandoc read {len(trees)} of {len(texts)} texts")
    return trees


def cite(tree: Json, items: Sequence[Json], style: bytes, lang: str) -> Json:
    """`tree` with its citations rendered by citeproc and the bibliography at its end."""
    with tempfile.TemporaryDirectory() as folder:
        bibliography = Path(folder) / "items.json"
        bibliography.write_text(json.dumps(list(items)), "utf-8")
        csl = Path(folder) / "style.csl"
        csl.write_bytes(style)
        arguments = ["-f", "json", "-t", "json", "--citeproc", f"--data-dir={folder}",
                     f"--bibliography={bibliography}", f"--csl={csl}", f"--metadata=lang:{lang}"]  # fmt: skip
        result: Json = json.loads(_run(arguments, json.dumps(tree), folder))
    return result


def convert(text: str, source_format: str, target_format: str) -> str:
    """`text` from one of pandoc's formats into another (a bibliography: bibtex → csljson)."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["-f", source_format, "-t", target_format, "--sandbox", f"--data-dir={folder}"]
        return _run(arguments, text, folder)


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S + 5))


def _run(arguments: Sequence[str], text: str, folder: str) -> str:
    command = [program(), *arguments]
    if arguments[0] != "lua":
        command += MEMORY_LIMIT
    environment = {"HOME": folder, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, cwd=folder, env=environment,
            check=False, preexec_fn=_limits,
        )  # fmt: skip
    except OSError as error:
        raise MissingTool(f"pandoc cannot be started: {error}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise EngineError(f"pandoc ended with {done.returncode}: {said}")
    return done.stdout.decode()
