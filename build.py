"""Make the book: `python build.py`. The toolchain is the package `chapbook`."""

from chapbook.cli import run

if __name__ == "__main__":
    run()
