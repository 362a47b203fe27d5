"""The package of parts that a Word document or workbook in Office Open XML is (ECMA-376 part 2): a ZIP archive of XML."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, NamedTuple, TypeAlias

from lxml import etree

from transforms.grid import UnreadableDocument

# The XML of a 400-page booklet takes some 50 MB; a worker has 2 GB, and parsed XML takes several times its size.
MAX_UNPACKED = 500_000_000     # bytes

# What zipfile and lxml raise for a broken archive or broken XML.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, etree.XMLSyntaxError, ValueError, OSError)

# "Strict" documents (ECMA-376 part 1) name the same elements as the "transitional" ones that everybody writes (part 4) otherwise.
_STRICT, _TRANSITIONAL = b"http://purl.oclc.org/ooxml/", b"http://schemas.openxmlformats.org/"
_RENAMED = {
    _STRICT + b"wordprocessingml/main": _TRANSITIONAL + b"wordprocessingml/2006/main",
    _STRICT + b"spreadsheetml/main": _TRANSITIONAL + b"spreadsheetml/2006/main",
    _STRICT + b"officeDocument/": _TRANSITIONAL + b"officeDocument/2006/",
}

Element: TypeAlias = etree._Element

_TRUE = {"1", "true", "on"}
_VML = "urn:schemas-microsoft-com:vml"
_HIDING_STYLE = re.compile(r"(?:^|;)\s*(?:visibility\s*:\s*hidden|display\s*:\s*none)", re.IGNORECASE)


def take_hidden_away(root: Element) -> None:
    """Take the pictures, shapes and text boxes out of a part that are hidden (as by the selection pane of Office).

    Args:
        root: of a document or a drawing; DrawingML (20.1.2.2.8) and VML.
    """
    for properties in list(root.iter("{*}docPr", "{*}cNvPr")):
        if properties.get("hidden") in _TRUE:
            holder = properties.getparent()
            if holder is not None and etree.QName(holder).localname.startswith("nv"):
                holder = holder.getparent()
            take_away(holder)
    for shape in list(root.iter(f"{{{_VML}}}*")):
        if _HIDING_STYLE.search(shape.get("style", "")):
            take_away(shape)


def take_away(element: Element | None) -> None:
    """Take an element out of its part."""
    parent = element.getparent() if element is not None else None
    if element is not None and parent is not None:
        parent.remove(element)


class Relation(NamedTuple):
    """What a part refers to: the relationship's id, the last part of its type, such as `worksheet`, and the other part's path."""

    id: str
    kind: str
    path: str


class Package:
    """The parts of a document, by path; nothing outside it is ever fetched.

    Args:
        data: the whole file.

    Raises:
        UnreadableDocument: `damaged-file` or `too-large`.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except DAMAGE as error:
            raise damaged(error) from error
        # Part names are the same in any case (part 2, 6.2.2.3); old programs wrote Windows' separators.
        self._members = {member.filename.replace("\\", "/").lower(): member for member in self._archive.infolist()}
        size = sum(member.file_size for member in self._members.values())
        if size > MAX_UNPACKED:
            raise UnreadableDocument("too-large", f"The document unpacks to {size:,} bytes; at most {MAX_UNPACKED:,} are read.")

    def __contains__(self, path: str) -> bool:
        return path.lower() in self._members

    def read(self, path: str) -> bytes:
        """A part's bytes.

        Raises:
            UnreadableDocument: `damaged-file`, or `encrypted-document` for a part with a password.
        """
        try:
            return self._archive.read(self._member(path))
        except DAMAGE as error:
            raise damaged(error) from error

    def open(self, path: str) -> IO[bytes]:
        """A part, to be read piece by piece.

        Raises:
            UnreadableDocument: as `read`; what is damaged further on raises one of `DAMAGE` while it is read.
        """
        try:
            return self._archive.open(self._member(path))
        except DAMAGE as error:
            raise damaged(error) from error

    def _member(self, path: str) -> zipfile.ZipInfo:
        member = self._members.get(path.lower())
        if member is None:
            raise damaged(f"its part {path} is missing")
        if member.flag_bits & 1:
            raise UnreadableDocument("encrypted-document", "The document needs a password; ask for it without one.")
        return member

    def xml(self, path: str) -> Element:
        """A part's root element, its namespaces those of transitional documents.

        Raises:
            UnreadableDocument: `damaged-file`: broken XML, or a document type, which no package may have.
        """
        return parse_xml(self.transitional(path))

    def transitional(self, path: str) -> bytes:
        """A part's XML, its namespaces those of transitional documents."""
        data = self.read(path)
        if _STRICT in data:
            for strict, transitional in _RENAMED.items():
                data = data.replace(strict, transitional)
        return data

    def relations(self, path: str) -> Iterator[Relation]:
        """What a part (`""` is the package itself) refers to inside the package."""
        folder, name = posixpath.split(path)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self:
            return
        for relation in self.xml(relations).iterfind("{*}Relationship"):
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
                yield Relation(relation.get("Id", ""), relation.get("Type", "").rpartition("/")[2], target.lstrip("/"))

    def related(self, path: str, kind: str) -> Iterator[tuple[str, str]]:
        """Relationship id and path of the parts of a kind that a part refers to."""
        return ((relation.id, relation.path) for relation in self.relations(path) if relation.kind == kind)

    def main(self) -> str:
        """The path of the document's main part."""
        path = next((path for _, path in self.related("", "officeDocument")), None)
        if path is None:
            raise damaged("it names no main part")
        return path


def parse_xml(data: bytes) -> Element:
    """Parse a part; entities are never expanded and nothing is fetched.

    Raises:
        UnreadableDocument: `damaged-file`.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except DAMAGE as error:
        raise damaged(error) from error
    if root.getroottree().docinfo.doctype:
        raise damaged("it holds a document type declaration, which no Office document has")
    return root


def damaged(reason: object) -> UnreadableDocument:
    """The error for a document that cannot be read as it is."""
    return UnreadableDocument("damaged-file", f"The document is damaged ({reason}); fetch or publish it again.")
