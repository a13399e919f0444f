"""One PDF by pandoc and Typst: `python -m benchmarks.typst_pdf FOLDER PANDOC ARGUMENTS…`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Write FOLDER/typst.pdf."""
    folder, pandoc, *arguments = sys.argv[1:]
    source = Path(folder) / "book" / "typst.typ"
    subprocess.run([pandoc, *arguments, "-s", "-t", "typst", "-o", str(source)], check=True)
    import typst

    typst.compile(str(source), output=str(Path(folder) / "typst.pdf"), root=folder)


if __name__ == "__main__":
    main()
