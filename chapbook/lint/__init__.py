"""Step 4, lint: what is wrong in the author's text, all of it in one run.

A rule looks at the book as it was read, before any pass, and names a place for each finding.
Codes are stable and lettered by family: C configuration, Y YAML, F files, T characters,
H HTML and attributes, M Markdown that would be lost, N notes, L links and identifiers,
I pictures, E mathematics, K claims, B sources, S sections, G glyphs, V artifacts (verify).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chapbook.diagnostics import Diagnostic
from chapbook.lint.claims import claims_and_ledger, claims_in_place, sources_known, sources_used
from chapbook.lint.coverage import release_gate, stale_checks, uncovered
from chapbook.lint.glyphs import glyphs
from chapbook.lint.links import duplicate_identifiers, inner_links, link_schemes
from chapbook.lint.markdown import (
    blocks_in_brackets, grid_tables, literal_brackets, lost_backslashes, lost_markup, lost_metadata, renumbered_lists, table_rows, unclosed,
)  # fmt: skip
from chapbook.lint.mathematics import drawable
from chapbook.lint.notes import note_labels, notes_in_notes
from chapbook.lint.pictures import long_descriptions, text_alternatives
from chapbook.lint.sections import empty_sections, heading_levels, headings_not_read, untitled_sections
from chapbook.lint.text import hidden_characters
from chapbook.lint.view import View


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its codes, what it looks for, and the function that looks."""

    codes: str
    about: str
    look: Callable[[View], Iterator[Diagnostic]]


RULES: tuple[Rule, ...] = (
    Rule("S001", "a section without text", empty_sections),
    Rule("S002", "a section without a heading", untitled_sections),
    Rule("S003", "a heading level left out", heading_levels),
    Rule("M001 M002", "a code block or ::: never closed", unclosed),
    Rule("M003 M004", "metadata or a title block in a section", lost_metadata),
    Rule("M005", "a raw block for one format", lost_markup),
    Rule("M006", "brackets that name no link", literal_brackets),
    Rule("M007", "a list whose own numbers would change", renumbered_lists),
    Rule("M008 M011", "a table row with too many or too few cells, or a block of HTML", table_rows),
    Rule("M012", "a block of HTML inside a link", blocks_in_brackets),
    Rule("M009", "a grid table whose lines do not meet", grid_tables),
    Rule("M010", "a backslash that would be lost", lost_backslashes),
    Rule("S004", "a heading that is read as text", headings_not_read),
    Rule("T004", "characters nobody can see", hidden_characters),
    Rule("N001 N002 N003", "notes without text, unused, or twice", note_labels),
    Rule("N004", "a note inside a note", notes_in_notes),
    Rule("L001", "an identifier that stands twice", duplicate_identifiers),
    Rule("L002", "a link that leads nowhere", inner_links),
    Rule("L003", "a link that is not https, http or mailto", link_schemes),
    Rule("I009 I010 I013", "a picture without a text alternative of its own", text_alternatives),
    Rule("I011 I012", "long descriptions and pictures that do not meet", long_descriptions),
    Rule("K005 K006 K007", "claims and ledger that do not meet", claims_and_ledger),
    Rule("K008", "a claim where no note can stand", claims_in_place),
    Rule("K010 K011", "a checkable sentence without claim or citation", uncovered),
    Rule("K012", "a check older than the book allows", stale_checks),
    Rule("K013 K014", "what a release refuses", release_gate),
    Rule("B007", "a citekey that no source has", sources_known),
    Rule("B008", "a source never used", sources_used),
    Rule("E002", "mathematics that cannot be drawn", drawable),
    Rule("G001", "a character no font of the book has", glyphs),
)


def lint(view: View) -> tuple[Diagnostic, ...]:
    """Every finding of every rule."""
    return tuple(finding for rule in RULES for finding in rule.look(view))
