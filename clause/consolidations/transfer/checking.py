"""What makes a transfer file wrong though it follows the schema: its figures must agree with each other. Pure.

Every reason is a French sentence that names the table and the two figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from clause.consolidations.figures import Unit
from clause.consolidations.report import RULES_VERSION
from clause.consolidations.tables.annual_cuts import CUTS
from clause.consolidations.tables.anru import ANRU_CUTS
from clause.consolidations.tables.more_cuts import MORE_CUTS
from clause.consolidations.transfer.canonical import Document, checksum
from clause.consolidations.transfer.exporting import FORMAT, KIND
from clause.consolidations.transfer.schema import fault
from clause.consolidations.transfer.sent import Sent, SentTable
from clause.kernel.refusals import Refused
from clause.kernel.values import BadValue, format_hours, read_siret

# Tables that divide everything worked in the year: the columns that sum, and those whose total is the year's own count.
DIVIDED = {cut.code: cut.summed for cut in (*CUTS, *MORE_CUTS) if not cut.overlaps}
ALSO_SUMMED = {
    "C02": frozenset({"markets", "objective_due", "hours_year", "hours_cumulative", "hours_remaining", "hours_surplus"}),
    "C10d": frozenset({"hours"}), **{code: cut.summed for code, cut in ANRU_CUTS.items() if not cut.overlaps}, "C17": frozenset({"hours", "hours_previous"}),
}  # fmt: skip
OF_THE_YEAR = ("hours", "participants", "employment_contracts")
MAY_BE_NEGATIVE = frozenset({"C02"})  # attainment: globalisation takes hours from the market that gives them


def refuse_foreign(document: Document) -> None:
    """Refused where it is no transfer file, of another version, changed on the way, or does not follow the schema."""
    if document.get("kind") != KIND:
        raise Refused("Ce n'est pas un fichier de transfert. Il s'obtient avec « clause transfer export », ou depuis la page de la consolidation de l'année.")  # fmt: skip
    if document.get("format") != FORMAT:
        raise Refused(f"Ce fichier est au format {str(document.get('format'))[:10]} et cette plateforme lit le format {FORMAT}. Mettez à jour la plus ancienne des deux installations de Clause.")  # fmt: skip
    if said := fault(document):
        raise Refused(f"Le fichier ne suit pas le format de transfert publié. {said}")
    if document["checksum"] != checksum(document):
        raise Refused("L'empreinte du fichier n'est pas celle de son contenu : il a été modifié ou abîmé depuis son export. Demandez à la structure un nouvel export.")  # fmt: skip
    if int(document["rules"]) > int(RULES_VERSION):
        raise Refused(f"Ce fichier est compté avec la version {document['rules']} des règles, cette plateforme connaît la version {RULES_VERSION}. Mettez la plateforme à jour, puis recommencez.")  # fmt: skip
    _refuse_values(document)


def _refuse_values(document: Document) -> None:
    """What a pattern of the schema cannot tell."""
    try:
        date.fromisoformat(document["as_of"])
        produced_at(document)
    except ValueError:
        raise Refused("Une date du fichier n'existe pas au calendrier.") from None
    try:
        read_siret(document["structure"]["siret"])
    except BadValue as error:
        raise Refused(str(error)) from None
    for name in ("authorities", "companies"):
        if len({line["siren"] for line in document[name]}) != len(document[name]):
            raise Refused("Un maître d'ouvrage ou une entreprise est deux fois dans le fichier : chacun doit y être une fois, par son SIREN.")  # fmt: skip
    for code, table in document["tables"].items():
        _refuse_cells(code, table)


def produced_at(document: Document) -> datetime:
    """The instant of the last act that the file knows. ValueError where there is no such instant."""
    return datetime.strptime(document["data_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _refuse_cells(code: str, table: Any) -> None:
    units = {column["key"]: column["unit"] for column in table["columns"]}
    keys = [row["key"] for row in table["rows"]]
    if len(set(keys)) != len(keys):
        raise Refused(f"Tableau {code} : une ligne y est deux fois.")
    for row in (*table["rows"], *([table["total"]] if table["total"] else [])):
        for key, value in row.items():
            if key in units and (said := _bad_cell(code, row.get("unit", units[key]), value)):
                raise Refused(f"Tableau {code}, ligne « {row.get('label', 'total')} », colonne « {key} » : {said}")
            if key not in units and key not in ("key", "label", "unit", "memo"):
                raise Refused(f"Tableau {code} : la colonne « {key[:40]} » n'est pas annoncée.")


def _bad_cell(code: str, unit: str, value: Any) -> str:
    if isinstance(value, str) != (unit == Unit.TEXT.value) and value is not None:
        return f"« {str(value)[:40]} » n'est pas ce que la colonne annonce."
    if isinstance(value, str) or value is None:
        return ""
    if value < 0 and (code not in MAY_BE_NEGATIVE or unit == Unit.COUNT.value):
        return f"{value} est négatif."
    if unit == Unit.COUNT.value and value != int(value):
        return f"{value} n'est pas un nombre entier."
    return ""


def refuse_inconsistent(sent: Sent) -> None:
    """Refused with the first figures that disagree."""
    said = next(_disagreements(sent), "")
    if said:
        raise Refused(f"Les chiffres du fichier ne s'accordent pas. {said} Demandez à la structure un nouvel export.")


def _disagreements(sent: Sent) -> Iterator[str]:
    for code, table in sent.tables.items():
        if table.total is None and code in DIVIDED:
            yield f"Le tableau {code} n'a pas de total."
        yield from _sums(code, table, DIVIDED.get(code, frozenset()) | ALSO_SUMMED.get(code, frozenset()))
        if code in DIVIDED and table.total is not None:
            for key in OF_THE_YEAR:
                if key in table.total and table.total[key] != sent.figure(key):
                    yield _said(f"Tableau {code}, total de « {key} »", table.total[key], "C01", sent.figure(key), key)
    yield from _lists(sent)


def _sums(code: str, table: SentTable, columns: frozenset[str]) -> Iterator[str]:
    """A partition sums to its total."""
    if table.total is None:
        return
    for key in sorted(columns & set(table.total)):
        values = [value for row in table.rows if not row.memo and isinstance(value := row.cells.get(key), int)]
        if isinstance(table.total[key], int) and sum(values) != table.total[key]:
            yield _said(f"Tableau {code}, colonne « {key} » : la somme des lignes", sum(values), "le total", table.total[key], key)  # fmt: skip


def _lists(sent: Sent) -> Iterator[str]:
    for column, buyers, firms in (
        ("value", [a for a in sent.authorities if a.operations], [c for c in sent.companies if c.held]),
        ("previous", [a for a in sent.authorities if a.operations_previous], [c for c in sent.companies if c.held_previous]),
    ):  # fmt: skip
        for key, listed in (("contracting_authorities", len(buyers)), ("companies", len(firms))):
            if listed != sent.figure(key, column):
                yield _said(f"La liste par SIREN (« {key} »)", listed, "C01", sent.figure(key, column), key)
    operations, hours = sum(a.operations for a in sent.authorities), sum(a.hours for a in sent.authorities)
    if operations != sent.figure("operations"):
        yield _said("Les opérations des maîtres d'ouvrage", operations, "C01", sent.figure("operations"), "operations")
    if hours != sent.figure("hours"):
        yield _said("Les heures des maîtres d'ouvrage", hours, "C01", sent.figure("hours"), "hours")
    for key, sums in (("hours", sum(c.hours for c in sent.companies)), ("markets", sum(c.markets for c in sent.companies))):  # fmt: skip
        if sums > sent.figure(key):  # a market has one contractor at most, or none
            yield _said(f"La somme des entreprises (« {key} »)", sums, "C01", sent.figure(key), key)


def _said(what: str, value: Any, against: str, other: Any, key: str) -> str:
    one, two = (format_hours(n) if "hours" in key and isinstance(n, int) else n for n in (value, other))
    return f"{what} donne {one}, {against} dit {two}."
