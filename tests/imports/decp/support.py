"""Records of public contracts for the tests, and the real files."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from tests.support import factories

DATA = Path(__file__).parents[3].parent / "shared" / "data" / "decp"
FILES = sorted(p for p in DATA.rglob("*") if p.suffix in (".json", ".xml") and "schemas" not in p.parts)
BUYER = "21590163800019"

RECORD: dict[str, Any] = {
    "id": "2026-001",
    "acheteur": {"id": BUYER},
    "nature": "Marché",
    "objet": "Construction d'un groupe scolaire",
    "codeCPV": "45214200",
    "procedure": "Appel d'offres ouvert",
    "lieuExecution": {"code": "59170", "typeCode": "Code postal"},
    "dureeMois": 18,
    "dateNotification": "2026-10-02",
    "datePublicationDonnees": "2026-10-20",
    "montant": 6_200_000,
    "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": factories.siret(77)}}],
    "considerationsSociales": {"considerationSociale": ["Pas de considération sociale"]},
}


def record(**changes: Any) -> dict[str, Any]:
    """The record of a market of works, with other values; None removes a field."""
    merged = {**copy.deepcopy(RECORD), **changes}
    return {k: v for k, v in merged.items() if v is not None}


def write_json(path: Path, *records: Any) -> Path:
    path.write_text(json.dumps({"marches": {"marche": list(records)}}, ensure_ascii=False), encoding="utf-8")
    return path
