"""Signing SHA256SUMS with a key the user names, and checking it: ssh-keygen -Y, or minisign.

The key is never read by us and never leaves the tool that signs.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from chapbook.errors import ConfigurationError, MissingTool

SUMS = "SHA256SUMS"
SSH, MINISIGN = f"{SUMS}.sig", f"{SUMS}.minisig"
NAMESPACE = "chapbook"  # of the signature (ssh-keygen(1), -n): one for files is none for a login
TIMEOUT_S = 120


def sign(data: bytes, key: Path) -> tuple[str, bytes]:
    """The signature of SHA256SUMS, and the name of its file.

    Raises: ConfigurationError when the key cannot be used; MissingTool without the tool.
    """
    if not key.is_file():
        raise ConfigurationError(f"{key} is not there", hint="--sign names a private key of ssh-keygen or minisign")
    with tempfile.TemporaryDirectory() as folder:
        sums = Path(folder) / SUMS
        sums.write_bytes(data)
        if _is_minisign(key):
            name = MINISIGN
            command = ["minisign", "-S", "-s", str(key), "-m", str(sums), "-x", str(Path(folder) / name), "-t", NAMESPACE]
        else:
            name = SSH
            command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(sums)]
        done = _run(command, None, asks=name == MINISIGN)
        made = Path(folder) / name
        if done.returncode or not made.is_file():
            raise ConfigurationError(f"{key} cannot sign: {_said(done)}", hint="is it the private key?")
        return name, made.read_bytes()


def check(folder: Path, key: Path | None) -> str:
    """Whose signature SHA256SUMS in `folder` bears, in words; with `key` (public) it must be that one's.

    Raises: ConfigurationError when it bears none, a wrong one, or another's; MissingTool.
    """
    sums = folder / SUMS
    if (folder / MINISIGN).is_file():
        if key is None:
            return "signed with minisign; not compared with a key (--key)"
        done = _run(["minisign", "-V", "-q", "-p", str(key), "-m", str(sums), "-x", str(folder / MINISIGN)], None)
        return _held(done, f"signed by {key.name}")
    if not (folder / SSH).is_file():
        raise ConfigurationError(f"{SUMS} is not signed", hint="`chapbook build --sign KEY` signs it")
    with tempfile.TemporaryDirectory() as scratch:
        command = ["ssh-keygen", "-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(folder / SSH)]
        if key is not None:
            allowed = Path(scratch) / "allowed"
            words = key.read_text("utf-8").split()
            allowed.write_text(f'signer namespaces="{NAMESPACE}" {" ".join(words[:2])}\n', "utf-8")
            command = ["ssh-keygen", "-Y", "verify", "-f", str(allowed), "-I", "signer", "-n", NAMESPACE, "-s", str(folder / SSH)]
        done = _run(command, sums.read_bytes())
    fingerprint = next((word for word in done.stdout.split() if word.startswith("SHA256:")), "")
    compared = f"by {key.name}" if key else "not compared with a key (--key)"
    return _held(done, f"signed with {fingerprint}, {compared}")


def _held(done: subprocess.CompletedProcess[str], words: str) -> str:
    if done.returncode:
        raise ConfigurationError(f"the signature does not hold: {_said(done)}", hint="do not trust these files")
    return words


def _is_minisign(key: Path) -> bool:
    with key.open("rb") as file:
        return b"minisign" in file.readline(200)


def _said(done: subprocess.CompletedProcess[str]) -> str:
    return (done.stderr or done.stdout or "").strip().split("\n")[0][:200]


def _run(command: list[str], data: bytes | None, *, asks: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a tool; one that `asks` for a password on standard error is heard there (ssh-keygen asks the terminal)."""
    if shutil.which(command[0]) is None:
        raise MissingTool(f"{command[0]} is not installed", hint="openssh-client has ssh-keygen; minisign is a package of its own")
    return subprocess.run(command, input=data.decode() if data else None, stdout=subprocess.PIPE,
                          stderr=None if asks else subprocess.PIPE, text=True, timeout=TIMEOUT_S, check=False)  # fmt: skip
