"""Preflight: what a print service will say to a PDF, known before it is sent.

Any PDF will do, also one that Chapbook did not make. The table is the list of what is looked
at; a rule says nothing where the service asks nothing of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from chapbook.preflight import file, ink, paper
from chapbook.preflight import type as typography
from chapbook.preflight.examined import MALFORMED, Examined, Unreadable, examined
from chapbook.preflight.finding import Finding, Outcome, Weight
from chapbook.services import Service


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code, its name for the table, what looks, and whether a service asks it."""

    code: str
    name: str
    look: Callable[[Examined], Iterator[Finding]]
    asked: Callable[[Service], bool] = lambda _: True


RULES: tuple[Rule, ...] = (
    Rule("P002", "content can be read", paper.readable),
    Rule("P010", "pages of one size", paper.one_size),
    Rule("P011", "trim", paper.trim, lambda s: bool(s.trims_mm)),
    Rule("P012", "boxes", paper.boxes),
    Rule("P013", "bleed", paper.bleed),
    Rule("P014", "no marks", paper.marks, lambda s: not s.marks),
    Rule("P015", "a trim is named", paper.undecided),
    Rule("P020", "count of pages", paper.count),
    Rule("P021", "blank pages", paper.blank_runs, lambda s: s.blank_inside is not None),
    Rule("P030", "inside margin", typography.inside_margin),
    Rule("P031", "other margins", typography.other_margins),
    Rule("P032", "smallest type", typography.smallest, lambda s: s.type_pt is not None),
    Rule("P033", "text on the page", typography.off_the_page),
    Rule("P040", "resolution of pictures", ink.resolution, lambda s: s.image_ppi is not None),
    Rule("P050", "colour spaces", ink.spaces),
    Rule("P051", "black text", ink.black_text),
    Rule("P052", "total ink", ink.ink, lambda s: s.ink_percent is not None),
    Rule("P060", "transparency", ink.transparency, lambda s: not s.transparency or bool(s.standards)),
    Rule("P070", "fonts", file.fonts),
    Rule("P080", "annotations", file.clickable, lambda s: not s.annotations or bool(s.standards)),
    Rule("P081", "bookmarks", file.bookmarks, lambda s: not s.bookmarks),
    Rule("P082", "security", file.security, lambda s: not s.encryption or bool(s.standards)),
    Rule("P083", "size of the file", file.size, lambda s: s.most_mb is not None),
    Rule("P090", "standard asked for", file.names_standard, lambda s: bool(s.standards)),
    Rule("P091", "standard named", file.keeps_standard),
    Rule("P092", "no ICC profiles", file.profiles, lambda s: not s.icc_profiles),
)


def preflight(data: bytes, service: Service) -> tuple[Outcome, ...]:
    """What each rule says of a file, in the table's order; one outcome when it cannot be opened."""
    try:
        opened = examined(data, service)
    except Unreadable as error:
        found = Finding(error.code, str(error), "a PDF that can be opened", error.mend)
        return (Outcome("the file can be opened", True, (found,)),)
    with opened.pdf:
        return tuple(
            Outcome(rule.name, asked, _looked(rule, opened) if asked else ())
            for rule in RULES
            for asked in (rule.asked(service),)
        )


def _looked(rule: Rule, opened: Examined) -> tuple[Finding, ...]:
    """What a rule finds; that it could not look is a finding too."""
    try:
        return _once(rule.look(opened))
    except MALFORMED as error:
        return (Finding("P002", f"{rule.name}: part of the file is malformed ({error})", "a sound PDF",
                        "write the file again from the program it comes from"),)  # fmt: skip


def _once(findings: Iterator[Finding]) -> tuple[Finding, ...]:
    """The same words of one page once, with the first place and how often."""
    kinds: dict[tuple[int, str], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((finding.page, finding.found), []).append(finding)
    return tuple(
        group[0] if len(group) == 1 else replace(group[0], found=f"{group[0].found} ({len(group)} times)")
        for group in kinds.values()
    )


__all__ = ["RULES", "Finding", "Outcome", "Rule", "Weight", "preflight"]
