"""The screen PDF as an archive file: PDF/A-2a (ISO 19005-2) beside PDF/UA-1 (ISO 14289-1)."""

from __future__ import annotations

from functools import cache

from pikepdf import Array, Dictionary, Name, Pdf, String

# PDF/A wants every schema described that it does not know itself (ISO 19005-2, 6.6.2.3.2).
_SAID = """
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
  pdfaid:part="2" pdfaid:conformance="A"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_CREATED = slice(24, 36)  # where an ICC profile has its date (ICC.1, 7.2.8)


def archive(pdf: Pdf) -> None:
    """Say in a tagged file that it is PDF/A-2a, and give its colours their meaning."""
    metadata = pdf.Root.Metadata
    said = metadata.read_bytes().replace(b"</rdf:RDF>", _SAID.encode() + b"</rdf:RDF>", 1)
    metadata.write(said)
    profile = pdf.make_stream(srgb(), N=3)
    pdf.Root.OutputIntents = Array([Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
        Info=String("sRGB IEC61966-2.1"),
        DestOutputProfile=profile,
    )])  # fmt: skip


@cache
def srgb() -> bytes:
    """An ICC profile of sRGB, the same bytes on every day."""
    from PIL import ImageCms

    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data[_CREATED] = b"\x07\xea\x00\x01\x00\x01" + bytes(6)
    return bytes(data)
