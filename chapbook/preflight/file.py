"""Rules of the file: fonts, annotations, bookmarks, security, size, and the standard it names."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from chapbook.preflight import standard
from chapbook.preflight.examined import Examined
from chapbook.preflight.finding import Finding, Weight

_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_DEEPEST = 8


def fonts(file: Examined) -> Iterator[Finding]:
    """P070: every font is in the file."""
    seen: set[str] = set()
    for sheet in file.sheets:
        for font in _fonts(sheet.page.obj.get("/Resources") or _parents(sheet.page.obj), 0, set()):
            name = str(font.get("/BaseFont", font.get("/Name", "?")))[1:]
            if name not in seen and not _embedded(font):
                seen.add(name)
                yield Finding("P070", f"the font {name} is not embedded", "embedded fonts",
                              "embed all fonts, the usual ones too, when writing the file", sheet.number)  # fmt: skip


def _parents(node: Object) -> Object | None:
    for _ in range(64):
        parent = node.get("/Parent")
        if not isinstance(parent, Dictionary):
            return None
        if "/Resources" in parent:
            return parent.Resources
        node = parent
    return None


def _fonts(resources: Object | None, depth: int, done: set[tuple[int, int]]) -> Iterator[Object]:
    """The fonts of a page, and of its forms and patterns."""
    if not isinstance(resources, Dictionary) or depth > _DEEPEST:
        return
    found = resources.get("/Font")
    if isinstance(found, Dictionary):
        yield from (f for f in found.values() if isinstance(f, Dictionary))
    for kind in ("/XObject", "/Pattern"):
        items = resources.get(kind)
        for item in items.values() if isinstance(items, Dictionary) else ():
            if isinstance(item, pikepdf.Stream) and item.objgen not in done and "/Resources" in item:
                done.add(item.objgen)
                yield from _fonts(item.Resources, depth + 1, done)


def _embedded(font: Object) -> bool:
    if font.get("/Subtype") == Name.Type3:
        return True  # its glyphs are content of the file
    below = font.get("/DescendantFonts")
    if isinstance(below, Array) and len(below) and isinstance(below[0], Dictionary):
        font = below[0]
    descriptor = font.get("/FontDescriptor")
    return isinstance(descriptor, Dictionary) and any(key in descriptor for key in _PROGRAMS)


def clickable(file: Examined) -> Iterator[Finding]:
    """P080: nothing to click."""
    if file.service.annotations and not file.service.standards:
        return
    for sheet in file.sheets:
        found = sheet.page.obj.get("/Annots")
        if isinstance(found, Array) and len(found):
            kinds = sorted({str(a.get("/Subtype", "/?"))[1:] for a in found if isinstance(a, Dictionary)})
            yield Finding("P080", f"{len(found)} annotations ({', '.join(kinds)})", "no annotations",
                          "print without links, notes and forms; Chapbook's print PDF has none", sheet.number)  # fmt: skip


def bookmarks(file: Examined) -> Iterator[Finding]:
    """P081: no bookmarks."""
    outlines = file.pdf.Root.get("/Outlines")
    if not file.service.bookmarks and isinstance(outlines, Dictionary) and "/First" in outlines:
        yield Finding("P081", "the file has bookmarks", "no bookmarks", "write it without an outline")


def security(file: Examined) -> Iterator[Finding]:
    """P082: no encryption, with or without a password."""
    if "/Encrypt" in file.pdf.trailer and (not file.service.encryption or file.service.standards):
        yield Finding("P082", "the file is encrypted", "no security", "save it again without security")


def size(file: Examined) -> Iterator[Finding]:
    """P083: the file is not too large to be sent."""
    most = file.service.most_mb
    if most is not None and file.size_bytes > most * 1_000_000:
        yield Finding("P083", f"the file has {file.size_bytes / 1_000_000:.0f} MB", f"at most {most:g} MB",
                      "pictures with no more pixels than they are printed with")  # fmt: skip


def names_standard(file: Examined) -> Iterator[Finding]:
    """P090: the standard asked for, as far as it can be proved."""
    asked, has = file.service.standards, standard.named(file.pdf)
    if asked and has not in asked:
        mend = ("name the printing condition's profile (press-profile in book.yaml) and build again"
                if has == "PDF/X-1a:2003" and "PDF/X-4" in asked
                else "convert it with a program for the standard, and ask the service whether it takes this file as it is")  # fmt: skip
        provable = any(name in standard.PROVABLE for name in asked)
        said = "" if provable else "; Chapbook cannot prove this standard and claims it for no file"
        yield Finding("P090", f"the file names {has or 'no PDF/X'}", f"{' or '.join(asked)}{said}", mend,
                      weight=Weight.UNPROVED if has in standard.PROVABLE else Weight.ERROR)  # fmt: skip
    elif asked and has not in standard.PROVABLE:
        yield Finding("P090", f"the file names {has}, which nothing here can prove", f"{' or '.join(asked)}",
                      "look at it with a preflight program of the printer's", weight=Weight.UNPROVED)  # fmt: skip


def keeps_standard(file: Examined) -> Iterator[Finding]:
    """P091: what the file names it keeps."""
    has = standard.named(file.pdf)
    if has in standard.PROVABLE:
        for said in standard.broken(file, has):
            yield Finding("P091", said, f"{has}, which the file says it is", "make it anew, or let it not say so")


def profiles(file: Examined) -> Iterator[Finding]:
    """P092: no ICC profile in the output intent where the service takes none."""
    if not file.service.icc_profiles and any("/DestOutputProfile" in i for i in standard.intents(file.pdf)):
        yield Finding("P092", "the output intent has an ICC profile", "no ICC profiles",
                      f"`--service {file.service.name}` names the condition without one")  # fmt: skip
