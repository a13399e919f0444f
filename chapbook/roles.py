"""The roles a section can have: its place in the book and its names in the specifications.

EPUB names are those of the Structural Semantics Vocabulary 1.1, roles those of DPUB-ARIA 1.1.
"""

from __future__ import annotations

from chapbook.model import Matter, Role, Voice

_FRONT, _BODY, _BACK = Matter.FRONT, Matter.BODY, Matter.BACK

ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        Role("copyright-page", _FRONT, "copyright-page", "", Voice.EDITORS, listed=False),
        Role("dedication", _FRONT, "dedication", "doc-dedication", listed=False),
        Role("epigraph", _FRONT, "epigraph", "", listed=False),
        Role("foreword", _FRONT, "foreword", "doc-foreword"),
        Role("preface", _FRONT, "preface", "doc-preface"),
        Role("introduction", _FRONT, "introduction", "doc-introduction"),
        Role("editors-note", _FRONT, "", "", Voice.EDITORS),
        Role("part", _BODY, "part", "doc-part"),
        Role("chapter", _BODY, "chapter", "doc-chapter", numbered=True),
        Role("conclusion", _BODY, "conclusion", "doc-conclusion"),
        Role("afterword", _BACK, "afterword", "doc-afterword"),
        Role("about-author", _BACK, "", ""),
        Role("acknowledgments", _BACK, "acknowledgments", "doc-acknowledgments"),
        Role("appendix", _BACK, "appendix", "doc-appendix"),
        Role("glossary", _BACK, "glossary", "doc-glossary"),
        Role("colophon", _BACK, "colophon", "doc-colophon", Voice.EDITORS),
    )
}

DEFAULT = ROLES["chapter"]
ALIASES = {"acknowledgements": "acknowledgments", "about-the-author": "about-author"}


def role_of(classes: tuple[str, ...]) -> Role:
    """The role that one of a heading's classes names; a chapter when none does."""
    for name in classes:
        role = ROLES.get(ALIASES.get(name, name))
        if role:
            return role
    return DEFAULT
