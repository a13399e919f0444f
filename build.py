"""Make the book: `python build.py`. The toolchain is the package `chapbook`."""

import sys

from chapbook.cli import main

if __name__ == "__main__":
    sys.exit(main())
