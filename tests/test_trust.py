"""Redaction, books at risk, records and signatures; a small fuzz. The rows are test_battery.py's."""

from __future__ import annotations

from pathlib import Path

from tests.battery import kept, same_bytes, texts, traces
from tests.battery.bench import Bench


def test_redacted_words_stand_in_no_byte(tmp_path: Path) -> None:
    traces.redaction_is_whole(Bench(tmp_path))


def test_a_book_at_risk_is_quiet(tmp_path: Path) -> None:
    traces.at_risk_is_quiet(Bench(tmp_path))


def test_rebuilt_and_signed(tmp_path: Path) -> None:
    same_bytes.rebuilt_and_signed(Bench(tmp_path))


def test_small_fuzz(tmp_path: Path) -> None:
    kept.small_fuzz(Bench(tmp_path))


def test_text_off_the_page_is_found(tmp_path: Path) -> None:
    texts.off_page_is_found(Bench(tmp_path))
