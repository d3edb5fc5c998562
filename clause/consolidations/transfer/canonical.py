"""The bytes of a transfer file, its checksum, and reading one without trusting it. Pure.

The checksum is the SHA-256 of the document without its member ``checksum``, in canonical JSON (RFC 8785 for what these
files hold): UTF-8, members by name, no space, numbers in their shortest form (``960``, never ``960.0``).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, NoReturn

from clause.kernel.sheet_reader import Unreadable

MAX_BYTES = 12 * 2**20
NOT_JSON = (
    "Ce n'est pas un fichier de transfert : son contenu n'est pas du JSON. Envoyez le fichier tel que Clause l'a écrit."
)
LONGEST_NUMBER = 30
# No keyboard types them, and no database keeps them all.
UNTYPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")

Document = dict[str, Any]


def canonical(document: Mapping[str, Any]) -> bytes:
    """Canonical JSON of a document that ``parse`` gave or that is about to be written."""
    return json.dumps(
        _shortest(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _shortest(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shortest(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_shortest(held) for held in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def checksum(document: Mapping[str, Any]) -> str:
    """64 hexadecimal figures, whatever the member ``checksum`` says."""
    return sha256(canonical({key: value for key, value in document.items() if key != "checksum"})).hexdigest()


def sealed(document: Mapping[str, Any]) -> Document:
    """The document with its checksum."""
    return {**document, "checksum": checksum(document)}


def as_bytes(document: Mapping[str, Any]) -> bytes:
    """The file: the same document gives the same bytes."""
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def parse(content: bytes) -> Document:
    """The document of a file. Unreadable where it is too large, not UTF-8, not JSON, or not an object.

    Neither NaN nor infinity, no number of absurd length, no member given twice, no half of a character: what is read is
    what was checked, and can be written again.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable(f"Le fichier dépasse {MAX_BYTES // 2**20} Mo : un fichier de transfert est bien plus petit.")
    if not content.strip():
        raise Unreadable("Le fichier est vide.")
    try:
        found = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_members, parse_constant=_no_constant, parse_int=_integer, parse_float=_decimal
        )  # fmt: skip
        untypable = any(UNTYPABLE.search(text) for text in _texts(found))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise Unreadable(NOT_JSON) from None
    if not isinstance(found, dict):
        raise Unreadable(NOT_JSON)
    if untypable:
        raise Unreadable("Le fichier contient un caractère qui ne s'écrit pas : il n'a pas été écrit par Clause.")
    return found


def _texts(value: Any) -> Iterator[str]:
    """Every text of a document, names of its members included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, held in value.items():
            yield name
            yield from _texts(held)
    elif isinstance(value, list):
        for held in value:
            yield from _texts(held)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable(
            "Une rubrique du fichier est écrite deux fois : il n'a pas été écrit par Clause, ou il a été modifié."
        )
    return found


def _no_constant(text: str) -> NoReturn:
    raise Unreadable(f"Le fichier contient « {text} » à la place d'un nombre.")


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise Unreadable("Le fichier contient un nombre démesuré.")
    return int(text)


def _decimal(text: str) -> float:
    value = float(text) if len(text) <= LONGEST_NUMBER else math.inf
    if not math.isfinite(value):
        raise Unreadable("Le fichier contient un nombre démesuré.")
    return value
