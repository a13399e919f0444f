"""The engine starts with what is made once; `python -m tests.test_starting` makes it anew."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

MADE = Path(__file__).resolve().parent.parent / "chapbook" / "writers" / "declarations.py"
HEAD = '''"""The C declarations of WeasyPrint 70.0, as cffi parses them: made by `python -m tests.test_starting`.

WeasyPrint's declarations are under the BSD licence (CourtBouillon, Simon Sapin and contributors).
"""
# fmt: off
# ruff: noqa
'''


def declared() -> str:
    """The declarations in WeasyPrint's source."""
    from importlib.util import find_spec

    spec = find_spec("weasyprint")
    assert spec and spec.origin
    source = Path(spec.origin).with_name("text").joinpath("ffi.py").read_text("utf-8")
    return source.partition("ffi.cdef('''")[2].partition("''')")[0]


def generated() -> str:
    """What declarations.py must be."""
    import cffi

    text = declared()
    parsed = cffi.FFI()
    parsed.cdef(text)
    parsed.set_source("weasyprint", None)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.py")
        parsed.emit_python_code(str(path))
        table = path.read_text("utf-8").partition("\n")[2]
    return f'{HEAD}{table}\nOF = "{hashlib.sha256(text.encode()).hexdigest()}"\n'


def test_the_table_is_the_one_of_the_pinned_version() -> None:
    assert MADE.read_text("utf-8") == generated()


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


START = "from chapbook.writers import weasy, declarations; weasy.warm(); import sys; "


def test_a_start_reads_no_declarations_and_no_fonttools() -> None:
    told = python(START + "print([m for m in ('pycparser', 'cffi', 'fontTools.subset', 'fontTools.varLib', 'fontTools.ttLib', 'ssl') "
                  "if m in sys.modules])")  # fmt: skip
    assert told == "[]"


def test_a_connection_finds_its_ssl() -> None:
    told = python(START + "import http.client; c = http.client.HTTPSConnection('localhost'); import ssl; "
                  "print(type(c._context) is ssl.SSLContext)")  # fmt: skip
    assert told == "True"


def test_an_error_of_fonttools_is_caught_by_the_engine() -> None:
    told = python(START + "from weasyprint.pdf import fonts; import io\n"
                  "try: fonts.TTFont(io.BytesIO(b'no font at all'))\n"
                  "except fonts.TTLibError as error: print(type(error).__module__)")  # fmt: skip
    assert told == "fontTools.ttLib"


def test_other_declarations_go_to_cffi() -> None:
    told = python("from chapbook.writers import weasy, declarations; declarations.OF = ''; weasy.warm(); import sys; "
                  "import cffi; from weasyprint.text.ffi import ffi; print(type(ffi.real) is cffi.FFI)")  # fmt: skip
    assert told == "True"


def test_fonttools_comes_when_it_is_called() -> None:
    told = python(START + "from weasyprint.pdf import fonts; o = fonts.subset.Options(hinting=False); "
                  "import fontTools.subset; print(type(o) is fontTools.subset.Options, fonts.instantiateVariableFont.__name__)")  # fmt: skip
    assert told == "True call"


if __name__ == "__main__":
    MADE.write_text(generated(), "utf-8")
