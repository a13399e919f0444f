"""`chapbook sources add URL|DOI|ISBN`: a new source with what its publisher says of it.

Only what was answered is written: a date or an author that nobody gives stays out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from chapbook.errors import ChapbookError
from chapbook.network.client import USUAL, Answer, Limits, ask

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_KEPT = ("type", "title", "container-title", "publisher", "publisher-place", "author", "editor", "issued",
         "volume", "issue", "page", "DOI", "ISBN", "URL", "language")  # fmt: skip


class NotFound(ChapbookError):
    """A service has no answer, or one without a title."""

    status = 3


@dataclass(frozen=True, slots=True)
class Services:
    """Where to ask."""

    doi: str = "https://doi.org"
    isbn: str = "https://openlibrary.org"
    limits: Limits = USUAL


def describe(what: str, today: str, known: Sequence[str], services: Services = Services()) -> dict[str, Any]:
    """The CSL item for an address, a DOI or an ISBN, with a citekey that is not among `known`.

    Raises: NotFound.
    """
    if match := _DOI.fullmatch(what.strip()):
        data = _from_doi(match[1], services)
    elif isbn := isbn_of(what):
        data = _from_isbn(isbn, services)
    else:
        data = _from_page(what, services)
    if not data.get("title"):
        raise NotFound(f"nobody gives a title for {what}", hint="write the entry by hand")
    item = {key: data[key] for key in _KEPT if data.get(key)}
    if item.get("URL"):
        item["accessed"] = {"date-parts": [[int(part) for part in today.split("-")]]}
    return {"id": _key(item, known), **item}


def isbn_of(text: str) -> str:
    """The digits of an ISBN whose check digit is right; "" for anything else."""
    digits = re.sub(r"^(urn:)?isbn[: ]*|[\s-]", "", text.strip(), flags=re.IGNORECASE)
    if re.fullmatch(r"\d{13}", digits):
        total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
        return digits if total % 10 == 0 else ""
    if re.fullmatch(r"\d{9}[\dXx]", digits):
        total = sum((10 if d in "Xx" else int(d)) * (10 - i) for i, d in enumerate(digits))
        return digits if total % 11 == 0 else ""
    return ""


def _asked(url: str, services: Services, accept: str) -> Answer:
    answer = ask(url, services.limits, accept=accept)
    if not 200 <= answer.status < 300:
        raise NotFound(f"{url}: {answer.problem or answer.status}", hint="write the entry by hand")
    return answer


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise NotFound(f"{answer.url} answered something else", hint="write the entry by hand") from error


def _from_doi(doi: str, services: Services) -> dict[str, Any]:
    answer = _asked(f"{services.doi}/{quote(doi, safe='/')}", services, "application/vnd.citationstyles.csl+json")
    data = _json(answer)
    if not isinstance(data, dict):
        raise NotFound(f"{doi}: no description", hint="write the entry by hand")
    for key in ("title", "container-title"):
        if isinstance(data.get(key), list):
            data[key] = next(iter(data[key]), "")
    return {**data, "DOI": doi}


def _from_isbn(isbn: str, services: Services) -> dict[str, Any]:
    answer = _asked(f"{services.isbn}/api/books?bibkeys=ISBN:{isbn}&format=json&jscmd=data", services, "application/json")
    entry = _json(answer).get(f"ISBN:{isbn}") or {}
    year = re.search(r"\b\d{4}\b", str(entry.get("publish_date", "")))
    return {
        "type": "book",
        "title": ": ".join(t for t in (entry.get("title", ""), entry.get("subtitle", "")) if t),
        "author": [{"literal": a["name"]} for a in entry.get("authors", ())],
        "publisher": next((p["name"] for p in entry.get("publishers", ())), ""),
        "issued": {"date-parts": [[int(year[0])]]} if year else None,
        "ISBN": isbn,
    }


def _from_page(url: str, services: Services) -> dict[str, Any]:
    """What a page says of itself in its head: citation_*, Open Graph and Dublin Core."""
    from lxml import html

    answer = _asked(url, services, "text/html")
    if answer.media_type not in ("text/html", "application/xhtml+xml"):
        raise NotFound(f"{url} is {answer.media_type}, not a page", hint="write the entry by hand")
    document = html.document_fromstring(answer.body or b"<p></p>")
    said: dict[str, list[str]] = {}
    for meta in document.xpath("//meta[@content]"):
        name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").lower()
        said.setdefault(name, []).append(" ".join(meta.get("content").split()))

    def first(*names: str) -> str:
        return next((said[n][0] for n in names if said.get(n) and said[n][0]), "")

    authors = said.get("citation_author") or said.get("author") or said.get("dc.creator") or []
    day = re.match(r"(\d{4})[-/](\d{2})[-/](\d{2})|(\d{4})", first(
        "citation_publication_date", "article:published_time", "dc.date", "datepublished"))  # fmt: skip
    title = first("citation_title", "og:title", "dc.title") or " ".join((document.findtext(".//title") or "").split())
    return {
        "type": "webpage",
        "title": title,
        "container-title": first("citation_journal_title", "og:site_name", "dc.publisher"),
        "author": [{"literal": name} for name in authors if not name.startswith("http")],
        "issued": {"date-parts": [[int(part) for part in day.groups() if part]]} if day else None,
        "URL": url,
        "language": (document.get("lang") or "").strip(),
    }


def _key(item: Mapping[str, Any], known: Sequence[str]) -> str:
    """A citekey from the first author or the site, and the year."""
    author: Mapping[str, str] = next(iter(item.get("author", ())), {})
    name = author.get("family") or str(author.get("literal", "")).split(" ")[-1]
    name = name or str(item.get("container-title", "")) or urlsplit(str(item.get("URL", ""))).netloc
    base = re.sub(r"[^a-z0-9]+", "-", name.lower().removeprefix("www.")).strip("-") or "source"
    dates: list[list[int]] = (item.get("issued") or {}).get("date-parts") or [[]]
    year = dates[0][:1]
    base = "-".join(str(part) for part in (base, *year))
    key, count = base, 1
    while key in known:
        count += 1
        key = f"{base}-{count}"
    return key


def as_yaml(item: Mapping[str, Any]) -> str:
    """An item as an entry of `sources.yaml`; JSON's scalars are YAML's."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in item.items()]
    return "- " + "\n  ".join(lines) + "\n"
