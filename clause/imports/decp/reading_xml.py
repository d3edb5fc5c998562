"""XML of either format, read element by element: no DTD, no entity of the file's own, no network, nothing kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from clause.imports.decp.sources import RawRecord, Source, Unreadable
from clause.kernel.values import format_decimal

RECORDS = {"marche": False, "contrat-concession": True}
ROOT = "marches"


def read_records(source: Source) -> Iterator[RawRecord]:
    line = 0
    try:
        with source.path.open("rb") as file:
            for element in _elements(file, source.encoding):
                line += 1
                yield RawRecord(line, _value(element), RECORDS[_name(element)])
    except etree.XMLSyntaxError as error:
        raise _fault(error, line) from None


def _elements(file: IO[bytes], encoding: str | None) -> Iterator[Any]:
    """Each record when its end is met; then it is emptied, so that memory follows the record, not the file."""
    events = etree.iterparse(
        file, events=("start", "end"), encoding=encoding, resolve_entities=False, no_network=True,
        huge_tree=False, load_dtd=False, dtd_validation=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    depth, opened = 0, None
    for event, element in events:
        if event == "start":
            depth += 1
            if depth == 1:
                _check_root(element)
            if opened is None and _name(element) in RECORDS:
                opened = depth
            continue
        if depth == opened:
            yield element
            opened = None
            _forget(element)
        depth -= 1


def _check_root(root: Any) -> None:
    document = root.getroottree().docinfo
    if document.doctype or document.internalDTD is not None:
        raise Unreadable(
            "Le fichier XML commence par une déclaration DOCTYPE, que les données essentielles n'ont jamais : il est"
            " refusé par sécurité. Supprimez cette ligne ou demandez un autre fichier."
        )
    if _name(root) not in (ROOT, *RECORDS):
        raise Unreadable(
            f"Le fichier XML commence par <{_name(root)[:40]}> au lieu de <marches> : ce ne sont pas des données essentielles (DECP)."
        )


def _forget(element: Any) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _name(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def _value(element: Any) -> Any:
    """An element as JSON would write it: text, or an object whose repeated children are lists."""
    children = [c for c in element if isinstance(c.tag, str)]
    if not children:
        return (element.text or "").strip()
    grouped: dict[str, list[Any]] = {}
    for child in children:
        grouped.setdefault(_name(child), []).append(_value(child))
    return {name: values[0] if len(values) == 1 else values for name, values in grouped.items()}


def _fault(error: etree.XMLSyntaxError, read: int) -> Unreadable:
    after = f" après {format_decimal(read)} enregistrements lus" if read > 1 else ""
    return Unreadable(
        f"Le fichier XML est abîmé à la ligne {format_decimal(error.lineno or 1)}{after} : il s'arrête avant la fin, ou une"
        " balise n'y est pas fermée. Rien n'en a été importé : téléchargez-le de nouveau."
    )
