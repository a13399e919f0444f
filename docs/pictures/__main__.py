"""The README's pictures, drawn from the files of the book: `python -m docs.pictures [DIST]`.

The same files give the same pictures. The picture of the web page needs Chromium (with
playwright, from the test extra), that of the plates Ghostscript; without them the old ones stay.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SLUG = "how-does-china-support-north-korea"
SECTION = "economic-relations"  # what the web page shows
GROUND, EDGE = 232, 168  # greys: what a sheet lies on, and its edge
GAP = 14  # pixels
COLOURS = 28


def pages(path: Path, numbers: list[int], ppi: float) -> list[Image.Image]:
    """Pages of a PDF (from 0), drawn four times as large and brought down, each with a thin edge."""
    document = pypdfium2.PdfDocument(path)
    try:
        drawn = [document[n].render(scale=4 * ppi / 72).to_pil().convert("RGB") for n in numbers]
    finally:
        document.close()
    return [ImageOps.expand(smaller(page, 0.25), 1, (EDGE,) * 3) for page in drawn]


def smaller(picture: Image.Image, scale: float) -> Image.Image:
    """A picture brought down."""
    size = round(picture.width * scale), round(picture.height * scale)
    return picture.resize(size, Image.Resampling.LANCZOS)


def beside(parts: list[Image.Image], gap: int = GAP) -> Image.Image:
    """Pictures in a row, on a grey ground."""
    width = sum(p.width for p in parts) + gap * (len(parts) - 1) + 2 * GAP
    whole = Image.new("RGB", (width, max(p.height for p in parts) + 2 * GAP), (GROUND,) * 3)
    x = GAP
    for part in parts:
        whole.paste(part, (x, GAP))
        x += part.width + gap
    return whole


def spread(parts: list[Image.Image]) -> Image.Image:
    """Two pages as an open book shows them."""
    whole = Image.new("RGB", (sum(p.width for p in parts) - 1, parts[0].height))
    whole.paste(parts[0], (0, 0))
    whole.paste(parts[1], (parts[0].width - 1, 0))
    return whole


def keep(picture: Image.Image, name: str) -> None:
    """Write a picture small: few colours, no metadata."""
    if ImageOps.grayscale(picture).convert("RGB").tobytes() == picture.tobytes():
        few = picture.convert("L").point([round(v / 17) * 17 for v in range(256)])  # sixteen even greys
    else:
        few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(HERE / f"{name}.png", optimize=True)
    print(f"{name}.png {(HERE / f'{name}.png').stat().st_size // 1024} kB")


def plates(path: Path, number: int, ppi: int) -> list[Image.Image] | None:
    """The four plates of a page (from 1); None without Ghostscript."""
    program = shutil.which("gs")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffsep", f"-r{4 * ppi}",
                        f"-dFirstPage={number}", f"-dLastPage={number}", f"-sOutputFile={folder}/p.tif", str(path)],
                       check=True, capture_output=True)  # fmt: skip
        drawn = [Image.open(f"{folder}/p({ink}).tif").convert("RGB") for ink in ("Cyan", "Magenta", "Yellow", "Black")]
    return [ImageOps.expand(smaller(plate, 0.25), 1, (EDGE,) * 3) for plate in drawn]


def web(path: Path) -> Image.Image | None:
    """The web page on a wide and a narrow window; None without a browser."""
    browser_path = shutil.which("chromium")
    if browser_path is None:
        return None
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        return None
    shots = []
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run"]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=browser_path, args=flags)
        for width, scheme in ((1280, "light"), (380, "dark")):
            page = browser.new_page(viewport={"width": width, "height": 760}, color_scheme=scheme, reduced_motion="reduce")
            page.goto(path.as_uri())
            page.evaluate(f"document.getElementById('{SECTION}').scrollIntoView({{behavior: 'instant'}})")
            shot = Path(folder) / f"{width}.png"
            page.screenshot(path=shot)
            shots.append(Image.open(shot).convert("RGB"))
            page.close()
        browser.close()
    return beside([ImageOps.expand(smaller(s, 0.6), 1, (EDGE,) * 3) for s in shots])


def main() -> None:
    """Every picture, from the files in `dist/` or the folder named."""
    dist = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"
    screen = dist / f"{SLUG}.pdf"
    cover, *text = pages(screen, [0, 6, 7], 62)
    keep(beside([cover, spread(text)]), "book")
    keep(beside(pages(dist / f"{SLUG}-handout.pdf", [0, 1], 50)), "handout")
    keep(beside(pages(dist / f"{SLUG}-booklet.pdf", [0, 3], 40)), "booklet")
    keep(beside(pages(dist / f"{SLUG}-cover.pdf", [0], 46)), "cover")
    if (separated := plates(dist / f"{SLUG}-print.pdf", 9, 36)) is not None:
        keep(beside(separated), "plates")
    if (page := web(dist / f"{SLUG}.html")) is not None:
        keep(page, "web")


if __name__ == "__main__":
    main()
