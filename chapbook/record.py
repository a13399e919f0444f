"""What is written last into `dist/`: build.json and SHA256SUMS, and a signature where one is asked for.

    build.json    digests of what went in and came out, the policies, the scrub report
    SHA256SUMS    digests of every file, as `sha256sum -c` reads them

Neither names a machine, a person, a tool's version or a time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from chapbook.errors import ConfigurationError
from chapbook.model import Artifact
from chapbook.pipeline import Result, digest
from chapbook.verify import signature
from chapbook.verify.privacy import looked_for
from chapbook.verify.remark import Remark

BUILD, SUMS = "build.json", signature.SUMS
NAMES = (BUILD, SUMS, signature.SSH, signature.MINISIGN)
_JSON = "application/json"


def records(result: Result, out: Path, key: Path | None = None) -> tuple[Artifact, ...]:
    """The records of a build about to be published into `out`; signed with `key`, None for unsigned.

    Raises: ConfigurationError, MissingTool when it cannot be signed.
    """
    build = Artifact(BUILD, "build", _JSON, _described(result), len(result.artifacts), "editions")
    sums = {a.name: digest(a) for a in (*result.artifacts, build)}
    kept = {name: _sha256(out / name) for name in listed(out) if name not in sums and (out / name).is_file()}
    lines = "".join(f"{value}  {name}\n" for name, value in sorted({**kept, **sums}.items()) if name not in NAMES[1:])
    data = lines.encode()
    found = [build, Artifact(SUMS, "sums", "text/plain", data, len(sums), "editions")]
    if key is not None:
        name, signed = signature.sign(data, key)
        found.append(Artifact(name, "signature", "application/octet-stream", signed, 1, "editions"))
    return tuple(found)


def _described(result: Result) -> bytes:
    hidden = result.hidden
    data = {
        "format": 1,
        "editions": sorted({a.edition for a in result.artifacts}),
        "inputs": None if hidden else dict(sorted(result.inputs.items())),
        "inputs-left-out": hidden or None,
        "outputs": {a.name: digest(a) for a in result.artifacts},
        "policies": dict(result.policies),
        "scrub": {a.name: looked_for(result.book, a, result.redacted) for a in result.artifacts},
    }
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def listed(out: Path) -> dict[str, str]:
    """The digests SHA256SUMS in `out` gives, by name; {} when it is not there."""
    path = out / SUMS
    if not path.is_file():
        return {}
    pairs = (line.split("  ", 1) for line in path.read_text("utf-8").splitlines() if "  " in line)
    return {name: value for value, name in pairs if "/" not in name}


def described(out: Path) -> Mapping[str, object]:
    """build.json of a folder.

    Raises: ConfigurationError when it is not there or none.
    """
    try:
        data = json.loads((out / BUILD).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{BUILD} is not there or cannot be read", hint="run `chapbook build`") from error
    if not isinstance(data, dict):
        raise ConfigurationError(f"{BUILD} cannot be read", hint="run `chapbook build`")
    return data


def differences(out: Path) -> Iterator[Remark]:
    """A finding for each file that is not what SHA256SUMS says."""
    for name, value in sorted(listed(out).items()):
        if not (out / name).is_file():
            yield Remark(name, "V095", f"listed in {SUMS} and not there", "build anew")
        elif _sha256(out / name) != value:
            yield Remark(name, "V095", "not the file that was published (SHA-256 differs)",
                         "build anew, and find out who changed it")  # fmt: skip


def rebuilt(result: Result, out: Path) -> Iterator[Remark]:
    """A finding for each file that a fresh build makes otherwise than it stands in `out`."""
    for artifact in (*result.artifacts, *records(result, out)[:1]):
        path = out / artifact.name
        if not path.is_file() or path.read_bytes() != artifact.data:
            yield Remark(artifact.name, "V096", "made otherwise from this manuscript",
                         "the manuscript or the toolchain is another than the one it was built with")  # fmt: skip


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
