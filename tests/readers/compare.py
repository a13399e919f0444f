"""Pictures held against references, and a page that shows what differs."""

from __future__ import annotations

from html import escape
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter, ImageStat

HERE = Path(__file__).parent / "pictures"
WIDTH_PX = 240  # references are small, grey and soft: the shape of a page, not the edges of its letters
TOLERANCE = 3.0  # mean difference of grey, of 255


def small(data: bytes) -> Image.Image:
    """A screenshot as a reference is kept."""
    picture = Image.open(BytesIO(data)).convert("L")
    height = round(picture.height * WIDTH_PX / picture.width)
    return picture.resize((WIDTH_PX, height), Image.Resampling.LANCZOS)


def difference(name: str, data: bytes, accept: bool, report: Path) -> str:
    """"" when a picture looks as it was approved, else where the page is that shows how it does not."""
    picture, path = small(data), HERE / f"{name}.png"
    if accept:
        HERE.mkdir(exist_ok=True)
        picture.quantize(16).save(path, optimize=True)
    if not path.is_file():
        return f"{name} has no reference: run with --accept and look at it"
    reference = Image.open(path).convert("L")
    if reference.size == picture.size:
        soft = [p.filter(ImageFilter.GaussianBlur(1.5)) for p in (reference, picture)]
        found = ImageChops.difference(*soft)
        if ImageStat.Stat(found).mean[0] <= TOLERANCE:
            return ""
    else:
        found = Image.new("L", picture.size, 255)
    report.mkdir(parents=True, exist_ok=True)
    shown = {"expected": reference, "actual": picture, "difference": ImageChops.invert(found)}
    cells = ""
    for kind, image in shown.items():
        image.save(report / f"{name}-{kind}.png")
        cells += f'<figure><img src="{escape(name)}-{kind}.png" alt=""><figcaption>{kind}</figcaption></figure>'
    (report / f"{name}-whole.png").write_bytes(data)
    page = report / f"{name}.html"
    page.write_text(f'<!doctype html><meta charset="utf-8"><title>{escape(name)}</title><style>body{{display:flex;gap:1rem;'
                    f"background:#888}}</style>{cells}", "utf-8")  # fmt: skip
    return f"{name} does not look as approved: {page}"
