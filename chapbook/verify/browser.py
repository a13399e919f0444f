"""axe-core in Chromium: the HTML edition at the widths and in the colours it is read in.

playwright (of the `test` extra) is imported only when it is asked for.
"""

from __future__ import annotations

from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Literal

from chapbook.verify.remark import Remark

WIDTHS_PX = (360, 1440)
COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# A browser for tests asks nobody for anything.
SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--no-first-run")  # fmt: skip


def playwright_is_there() -> bool:
    """Whether the package that drives the browser is installed."""
    return find_spec("playwright") is not None


def axe(path: Path, script: Path, chromium: str) -> tuple[Remark, ...]:
    """What axe finds in a page, each finding once, with where it was seen first.

    The page's own policy forbids scripts: axe is put in by the browser's debugger, which the
    policy does not bind, so that the page is looked at as it is.
    """
    from playwright.sync_api import sync_playwright

    source = script.read_text("utf-8")
    found: dict[tuple[str, str], Remark] = {}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(SWITCHES))
        for width, colours in product(WIDTHS_PX, COLOURS):
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=colours)
            page.goto(path.resolve().as_uri())
            page.evaluate(source)
            for rule in page.evaluate("axe.run().then(done => done.violations)"):
                for node in rule["nodes"]:
                    place = " ".join(map(str, node["target"]))
                    where = f"{place} ({width} px, {colours})"
                    found.setdefault((rule["id"], place), Remark(where, rule["id"], rule["help"], rule["helpUrl"]))
            page.close()
        browser.close()
    return tuple(found.values())
