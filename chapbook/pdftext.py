"""Text read out of PDFs: the only seam to PDFium for words."""

from __future__ import annotations


def page_texts(data: bytes) -> tuple[str, ...]:
    """The text of each page in the order of its content stream.

    Raises: ValueError when the bytes are no PDF that can be read.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from error
    out = []
    try:
        for index in range(len(document)):
            page = document[index]
            text = page.get_textpage()
            # PDFium writes a hyphen that ends a line as U+FFFE or U+0002
            out.append(text.get_text_range().replace("\ufffe", "-").replace("\x02", "-"))
            text.close()
            page.close()
    finally:
        document.close()
    return tuple(out)
