"""Every way of making a book makes the same bytes: one job without a store is what the others are held to."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from chapbook.pipeline import build, rehearse
from chapbook.store import Store
from chapbook.toolchain import toolchain
from tests.test_books import BOOKS


@pytest.mark.parametrize("name", BOOKS)
def test_cold_warm_and_jobs(name: str, tmp_path: Path) -> None:
    def made(jobs: int, store: Store | None) -> tuple[dict[str, str], bytes]:
        """Digests of all editions, and the journal of the parts: l laid out, k kept."""
        reading, writing = os.pipe()
        try:
            result = build(BOOKS[name], jobs=jobs, store=store, journal=writing)
            os.close(writing)
            return {a.name: sha256(a.data).hexdigest() for a in result.artifacts}, os.read(reading, 4096)
        finally:
            os.close(reading)

    store = Store(tmp_path, toolchain())
    reference, _ = made(1, None)
    cold, laid_out = made(2, store)
    warm, kept = made(2, store)
    assert cold == reference
    assert warm == reference
    assert b"l" in laid_out
    assert set(kept) <= {*b"k"}
    assert len(kept) == len(laid_out) > 0


@pytest.mark.parametrize("name", ["minimal", "illustrated"])
def test_after_a_rehearsal(name: str, tmp_path: Path) -> None:
    """`watch` builds in children of a process that has laid out some of the book before."""
    store = Store(tmp_path, toolchain())
    reference = build(BOOKS[name])
    rehearse(BOOKS[name], store=store)
    again = build(BOOKS[name], jobs=2, store=store)
    assert [(a.name, a.data) for a in again.artifacts] == [(a.name, a.data) for a in reference.artifacts]
