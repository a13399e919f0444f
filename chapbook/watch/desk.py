"""The desk: a folder where the builder lays what the server shows.

`state.json` is replaced in one step, last of all; what it names is already there. Files of older
states are swept, so that a page that is just loading, and the last good build, still have theirs.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from chapbook.model import Artifact
from chapbook.watch.place import Seen

STATE = "state.json"
_SEEN = ".seen.json"


@dataclass(frozen=True, slots=True)
class State:
    """What is to be seen now.

    `version` counts what was shown; `status` is building, checking, done or failed; `files` are
    the last good editions by name, relative to the desk; `findings` the diagnostics as data;
    `place` is where the last edit shows (see place.py), empty at first; `seconds` how long the
    last build took, 0 while none has ended.
    """

    version: int
    status: str
    title: str = ""
    message: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Mapping[str, object], ...] = ()
    place: Mapping[str, object] = field(default_factory=dict)
    pages: int = 0
    seconds: float = 0.0


class Desk:
    """The folder, as both processes see it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def lay(self, version: int, artifacts: Iterable[Artifact], seen: Seen) -> dict[str, str]:
        """Put editions on the desk, and what is seen in them; their paths by edition."""
        room = self.folder / f"v{version}"
        room.mkdir()
        paths = {}
        for artifact in artifacts:
            (room / artifact.name).write_bytes(artifact.data)
            paths[artifact.edition] = f"{room.name}/{artifact.name}"
        (room / _SEEN).write_text(json.dumps(seen.as_data(), ensure_ascii=False), "utf-8")
        rooms = sorted(self.folder.glob("v*"), key=lambda p: int(p.name[1:]))
        for old in rooms[:-3]:
            shutil.rmtree(old)
        return paths

    def seen(self, files: Mapping[str, str]) -> Seen:
        """What is seen in these editions of the desk."""
        for path in files.values():
            return Seen.from_data(json.loads((self.folder / path).with_name(_SEEN).read_text("utf-8")))
        return Seen()

    def show(self, state: State) -> None:
        """Make `state` what is shown."""
        fresh = self.folder / f".{STATE}"
        fresh.write_text(json.dumps(asdict(state), ensure_ascii=False), "utf-8")
        fresh.replace(self.folder / STATE)

    def state(self) -> dict[str, object]:
        """What is shown, as JSON's data."""
        data: dict[str, object] = json.loads((self.folder / STATE).read_text("utf-8"))
        return data

    def stamp(self) -> int:
        """A number that changes with the state."""
        return (self.folder / STATE).stat().st_mtime_ns
