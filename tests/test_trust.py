"""Redaction, books at risk, records and signatures; a small fuzz. The rows are test_battery.py's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chapbook.errors import ConfigurationError
from chapbook.verify import signature
from tests.battery import kept, same_bytes, texts, traces
from tests.battery.bench import Bench
from tests.conftest import Needs


def test_redacted_words_stand_in_no_byte(tmp_path: Path) -> None:
    traces.redaction_is_whole(Bench(tmp_path))


def test_a_book_at_risk_is_quiet(tmp_path: Path) -> None:
    traces.at_risk_is_quiet(Bench(tmp_path))


def test_rebuilt_and_signed(tmp_path: Path) -> None:
    same_bytes.rebuilt_and_signed(Bench(tmp_path))


def test_signed_with_minisign(tmp_path: Path, needs: Needs) -> None:
    minisign = needs("minisign")
    for name in ("mine", "other"):
        keys = ("-p", str(tmp_path / f"{name}.pub"), "-s", str(tmp_path / f"{name}.key"))
        subprocess.run([minisign, "-G", "-W", *keys], check=True, capture_output=True)
    bench = Bench(tmp_path)
    root = bench.book("# One\n\nText.\n")
    assert not bench.run(root, "--only", "html", "--sign", str(tmp_path / "mine.key")).status
    dist = root / "dist"
    sums = dist / signature.SUMS
    assert signature.check(dist, None).startswith("signed with minisign")
    assert signature.check(dist, tmp_path / "mine.pub") == "signed by mine.pub"
    assert "does not hold" in bench.run(root, "verify", "--key", str(tmp_path / "other.pub")).said
    assert "does not hold" not in bench.run(root, "verify", "--key", str(tmp_path / "mine.pub")).said
    sums.write_bytes(sums.read_bytes() + b"0" * 64 + b"  x\n")
    with pytest.raises(ConfigurationError, match="does not hold"):
        signature.check(dist, tmp_path / "mine.pub")
    with pytest.raises(ConfigurationError, match="cannot sign"):
        signature.sign(b"sums", tmp_path / "mine.pub")


def test_a_key_of_minisign_with_a_password_asks_for_it(tmp_path: Path, needs: Needs) -> None:
    keys = ("-p", str(tmp_path / "k.pub"), "-s", str(tmp_path / "k.key"))
    subprocess.run([needs("minisign"), "-G", *keys], check=True, capture_output=True, text=True, input="open\nopen\n")
    code = f"from pathlib import Path; from chapbook.verify.signature import sign; print(sign(b'x', Path({str(tmp_path / 'k.key')!r}))[0])"
    for said, name in (("open\n", "SHA256SUMS.minisig\n"), ("shut\n", "")):
        done = subprocess.run([sys.executable, "-c", code], input=said, capture_output=True, text=True, check=False)
        assert done.stdout == name and "Password" in done.stderr, done


def test_small_fuzz(tmp_path: Path) -> None:
    kept.small_fuzz(Bench(tmp_path))


def test_text_off_the_page_is_found(tmp_path: Path) -> None:
    texts.off_page_is_found(Bench(tmp_path))
