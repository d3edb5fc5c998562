"""The published JSON Schema of transfer files, and what is wrong with a file in French."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from clause.consolidations.transfer.canonical import Document

NAME = "transfert-1.json"
SHOWN = 60
KINDS = {"object": "un groupe de rubriques", "array": "une liste", "string": "un texte", "integer": "un nombre entier", "number": "un nombre", "boolean": "vrai ou faux", "null": "rien"}  # fmt: skip


def text() -> str:
    """The schema as it is published."""
    return files(__package__).joinpath(NAME).read_text(encoding="utf-8")


@cache
def _validator() -> Any:
    of = extend(Draft202012Validator, {"pattern": _whole_pattern})  # type: ignore[no-untyped-call]  # the library gives it no types
    return of(json.loads(text()))


def _whole_pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    """``$`` is the end of the text, as JSON Schema has it: Python's also stands before a last line feed."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def fault(document: Document) -> str:
    """The first thing that does not follow the schema, as a French sentence; empty where all does."""
    found = next(iter(_validator().iter_errors(document)), None)
    return "" if found is None else f"{_place(found.absolute_path)} : {_said(found)}"


def _place(path: Iterable[Any]) -> str:
    """« tables, C01, rows n° 3, value »."""
    said = ""
    for step in path:
        said += f" n° {step + 1}" if isinstance(step, int) else f", {step}" if said else str(step)
    return said or "Le fichier"


def _said(error: ValidationError) -> str:
    if error.validator == "type":
        wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        return (
            f"il faut {' ou '.join(KINDS.get(str(name), str(name)) for name in wanted)}, pas {_shown(error.instance)}."
        )
    if error.validator == "required":
        needed = cast(list[str], error.validator_value)
        missing = next((name for name in needed if name not in cast(dict[str, Any], error.instance)), "")
        return f"la rubrique « {missing} » manque."
    return _SENTENCES.get(str(error.validator), "la valeur {} ne convient pas.").format(_shown(error.instance), error.validator_value)  # fmt: skip


_SENTENCES = {
    "minimum": "le nombre {} est trop petit (au moins {}).",
    "maximum": "le nombre {} est trop grand (au plus {}).",
    "const": "la valeur {} ne convient pas (attendu : {}).",
    "pattern": "la valeur {} n'a pas la forme attendue.",
    "additionalProperties": "une rubrique n'est pas prévue par le format.",
    "maxItems": "la liste est trop longue (au plus {1}).",
    "maxLength": "un texte est trop long (au plus {1} caractères).",
}


def _shown(value: Any) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return f"« {written[:SHOWN]}{'…' if len(written) > SHOWN else ''} »"
