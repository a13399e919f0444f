"""`chapbook sources check`: ask every source's address, note what it answers, in the lock.

One question at a time, with a pause between two of the same host. The lock is written after
each answer: a run that was stopped goes on where it stood, on the same day.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlsplit

from chapbook.lock import NAME, Seen, format_lock, load_lock
from chapbook.model import Item
from chapbook.network.client import USUAL, Answer, Limits, ask

ARCHIVE = "https://archive.org"
Progress = Callable[[str, str], None]
_ENDINGS = {"text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf", "text/plain": ".txt"}


@dataclass(frozen=True, slots=True)
class Manners:
    """How to ask: the pause between two questions to one host, limits, the archive's address.

    `archive` "" asks no archive; `keep` saves each answer as a snapshot under `evidence/`;
    `again` asks also what was asked today.
    """

    today: str
    pause_s: float = 1.0
    limits: Limits = USUAL
    archive: str = ARCHIVE
    keep: bool = False
    again: bool = False


def check_sources(
    root: Path, items: Iterable[Item], manners: Manners, progress: Progress
) -> Mapping[str, Seen]:
    """Ask every address, keeping the lock up to date; the lock at the end.

    Raises: ManuscriptError when the lock cannot be read.
    """
    wanted = {item.key: address for item in items if (address := address_of(item))}
    lock = {key: seen for key, seen in load_lock(root).items() if key in wanted}
    last: dict[str, float] = {}
    for count, (key, url) in enumerate(wanted.items(), start=1):
        seen = lock.get(key, Seen())
        if seen.asked == manners.today and seen.url == url and not manners.again:
            continue
        progress("sources", f"{count} of {len(wanted)}: {urlsplit(url).netloc}")
        _wait(last, urlsplit(url).netloc, manners.pause_s)
        answer = ask(url, manners.limits)
        lock[key] = _noted(root, key, url, seen, answer, manners)
        if manners.archive and not lock[key].archive:
            _wait(last, urlsplit(manners.archive).netloc, manners.pause_s)
            lock[key] = replace(lock[key], proposed=_archived(url, manners) or lock[key].proposed)
        write_lock(root, lock)
    write_lock(root, lock)
    return lock


def address_of(item: Item) -> str:
    """A source's address on the web; "" when it has none."""
    url = str(item.data.get("URL") or "")
    return url or (f"https://doi.org/{item.data['DOI']}" if item.data.get("DOI") else "")


def _wait(last: dict[str, float], host: str, pause: float) -> None:
    now = time.monotonic()
    rest = last.get(host, now - pause) + pause - now
    if rest > 0:
        time.sleep(rest)
    last[host] = time.monotonic()


def _noted(root: Path, key: str, url: str, seen: Seen, answer: Answer, manners: Manners) -> Seen:
    answered = 200 <= answer.status < 300
    moved = answer.redirects[-1] if answered and answer.redirects else ""
    now = replace(seen, url=url, status=answer.status, problem=answer.problem, moved=moved,
                  asked=manners.today, seen=manners.today if answered else seen.seen)  # fmt: skip
    if not (manners.keep and answered and answer.whole and answer.body):
        return now
    ending = _ENDINGS.get(answer.media_type)
    if ending is None:
        return replace(now, problem=f"not kept: {answer.media_type} has no text to quote")
    name = f"evidence/{''.join(c if c.isalnum() or c in '-_' else '-' for c in key)}{ending}"
    (root / "evidence").mkdir(exist_ok=True)
    (root / name).write_bytes(answer.body)
    return replace(now, snapshot=name, sha256=hashlib.sha256(answer.body).hexdigest())


def _archived(url: str, manners: Manners) -> str:
    """The nearest copy an archive has; "" when it has none or does not say."""
    answer = ask(f"{manners.archive}/wayback/available?url={quote(url, safe='')}", manners.limits)
    try:
        closest = json.loads(answer.body)["archived_snapshots"]["closest"]
        found = str(closest["url"]) if closest.get("available") else ""
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return found.replace("http://web.archive.org/", "https://web.archive.org/", 1)


def accept_archives(root: Path) -> int:
    """Make every proposed archive address the source's own; how many there were."""
    lock = load_lock(root)
    taken = {k: replace(s, archive=s.proposed, proposed="") for k, s in lock.items() if s.proposed}
    write_lock(root, {**lock, **taken})
    return len(taken)


def write_lock(root: Path, lock: Mapping[str, Seen]) -> None:
    """Replace the lock by another, all at once."""
    path = root / NAME
    beside = path.with_suffix(".lock.new")
    beside.write_text(format_lock(lock), "utf-8")
    beside.replace(path)
