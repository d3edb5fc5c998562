"""The certificate of a company's year on the markets of one structure. It leaves the structure: nobody is named in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from clause.candidates.codes import Mode, PublicKind
from clause.consolidations import definitions as d
from clause.consolidations import reading as people_reading
from clause.consolidations.companies.reading import HeldMarket, Line, lines, markets, sums
from clause.consolidations.figures import Unit, Value
from clause.consolidations.masking import masked_bilan
from clause.consolidations.report import RULES_VERSION, Column, Report, Row, Table
from clause.consolidations.tables.cuts import CONTRACTS, HOURS, PARTICIPANTS
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import format_date
from clause.organisations.models import Company, Structure

HELD = "Sur les marchés dont l'entreprise est titulaire ou cotraitante : les heures de toutes les personnes, quel que soit leur employeur."
EMPLOYED = (
    "Par les personnes qu'elle emploie : leurs heures sur tous les marchés de la structure, y compris ceux d'autres entreprises."
    " Les deux blocs se recouvrent et ne s'additionnent pas."
)
WORKED = "Heures travaillées dans l'année et validées. Réelles : sans coefficient ; valorisées : comme chaque marché les compte. La globalisation n'y change rien."
VALUED = Column("valued", "Heures valorisées", Unit.HOURS)
REAL = Column("hours", "Heures réelles", Unit.HOURS)


@dataclass(frozen=True)
class Attested:
    """Who attests what of whom, with the people of the lines as they were at their entry: id → primary public."""

    company: Company
    structure: Structure
    year: int
    as_of: date
    lines: Sequence[Line]
    markets: Sequence[HeldMarket]
    publics: dict[int, str]

    @property
    def last_day(self) -> date:
        return min(self.as_of, date(self.year, 12, 31))


def read_year(session: Session, company: Company, structure: Structure, year: int, as_of: date) -> Attested:
    """Three queries. The caller found the company and the structure through ``visibility``."""
    found = lines(session, company.id, as_of, structure_id=structure.id, year=year)
    worked_on = sorted({line.market_id for line in found})
    held = markets(session, company.id, structure.id, year, as_of, worked_on)
    people = people_reading.people(session, sorted({line.person_id for line in found}))
    publics = {int(person): str(kind) for person, kind in people["public"].items()}  # type: ignore[call-overload]  # pandas types keys as Hashable
    return Attested(company, structure, year, as_of, found, held, publics)


def certificate(of: Attested) -> Report:
    """The report: key figures, markets, modes and publics, each small public without its count."""
    period = f"du 01/01/{of.year} au {format_date(of.last_day)}"
    report = Report(
        kind="certificate",
        title=f"Attestation d'insertion {of.year}",
        perimeter=f"{of.company.name} – marchés suivis par {of.structure.name}",
        year=of.year,
        as_of=of.as_of,
        tables=(key_figures(of), by_market(of), by_mode(of), by_public(of)),
        described={"company": of.company.siren, "structure": of.structure.siret},
        parameters=(
            ("Entreprise", f"{of.company.name} (SIREN {of.company.siren})"),
            ("Période", period + (", année en cours" if of.last_day < date(of.year, 12, 31) else "")),
            ("Date d'arrêt", f"{format_date(of.as_of)} inclus"),
            ("Version des règles", RULES_VERSION),
            ("Structure qui atteste", f"{of.structure.name} (SIRET {of.structure.siret})"),
        ),
    )  # fmt: skip
    min_cell = int(setting("stats.min_cell", of.structure.parameters))
    return masked_bilan(report, min_cell, {"A04": "publics"}, sums(of.lines).people)


def key_figures(of: Attested) -> Table:
    held, employed = sums(x for x in of.lines if x.held), sums(x for x in of.lines if x.employed)
    running = [m for m in of.markets if m.held]
    said: tuple[tuple[str, str, Unit, Value], ...] = (
        ("operations", "Opérations de ses marchés", Unit.COUNT, len({m.operation for m in running})),
        ("markets", "Marchés dont elle est titulaire ou cotraitante", Unit.COUNT, len(running)),
        ("hours", "Heures réelles sur ces marchés", Unit.HOURS, held.real),
        ("hours_valued", "Heures valorisées sur ces marchés", Unit.HOURS, held.valued),
        ("participants", "Personnes sur ces marchés", Unit.COUNT, held.people),
        ("employment_contracts", "Contrats de travail sur ces marchés", Unit.COUNT, held.contracts),
        ("employed_hours", "Heures réelles des personnes qu'elle emploie", Unit.HOURS, employed.real),
        ("employed_hours_valued", "Heures valorisées des personnes qu'elle emploie", Unit.HOURS, employed.valued),
        ("employed_participants", "Personnes qu'elle emploie", Unit.COUNT, employed.people),
        ("employed_contracts", "Leurs contrats de travail", Unit.COUNT, employed.contracts),
    )
    rows = tuple(Row(key, label, {"value": value}, unit=unit) for key, label, unit, value in said)
    return Table(
        "A01", "Ce que l'entreprise a fait", "Indicateur", (Column("value", "Valeur", opens=False),), rows,
        notes=(WORKED, HELD, EMPLOYED, d.PERSON_COUNTED, d.CONTRACT_COUNTED), unit="heures et nombres",
    )  # fmt: skip


def by_market(of: Attested) -> Table:
    columns = (
        Column("authority", "Maître d'ouvrage", Unit.TEXT), Column("role", "Place de l'entreprise", Unit.TEXT),
        Column("due", "Objectif dû", Unit.HOURS), REAL, VALUED,
    )  # fmt: skip
    rows = tuple(_market(of, market) for market in of.markets)
    total: dict[str, Value] = {"authority": "", "role": "", "hours": sum(x.real for x in of.lines), "valued": sum(x.valued for x in of.lines)}  # fmt: skip
    note = "Objectif dû : celui du marché entier, depuis son début. Là où l'entreprise n'est pas titulaire, les heures sont celles des seules personnes qu'elle emploie."
    return Table("A02", "Marchés", "Marché", columns, rows, total if rows else None, notes=(WORKED, note), unit="heures", summed=frozenset({"hours", "valued"}))  # fmt: skip


def _market(of: Attested, market: HeldMarket) -> Row:
    found = [line for line in of.lines if line.market_id == market.id]
    cells: dict[str, Value] = {
        "authority": f"{market.authority} ({market.operation})", "role": "titulaire ou cotraitante" if market.held else "employeur",
        "due": market.due if market.held and market.due else None, "hours": sum(x.real for x in found), "valued": sum(x.valued for x in found),
    }  # fmt: skip
    return Row(market.reference, f"{market.reference} – {market.title}", cells)


def by_mode(of: Attested) -> Table:
    labels = {mode.value: mode.label for mode in Mode}
    return _divided(of, "A03", "Modalités", "Modalité", lambda line: line.mode.value, labels, (d.DISTINCT,))


def by_public(of: Attested) -> Table:
    labels = {kind.value: kind.label for kind in PublicKind} | {"unknown": "Inconnu"}
    made = _divided(
        of, "A04", "Publics", "Public à l'entrée", lambda line: of.publics.get(line.person_id) or "unknown", labels,
        (d.FROZEN, d.PARTITION),
    )  # fmt: skip
    every = frozenset(
        {"hours", "participants", "employment_contracts"}
    )  # a person has one public, so all of them add up
    return replace(made, open_list=True, sensitive=every, summed=every)


def _divided(of: Attested, code: str, title: str, about: str, key: Callable[[Line], str], labels: dict[str, str], notes: tuple[str, ...]) -> Table:  # fmt: skip
    """The hours, people and contracts of every line by a key; the rows that have somebody, largest first."""
    order = Counter[str]()
    for line in of.lines:
        order[key(line)] += line.real
    keys = sorted(order, key=lambda k: (-order[k], k))
    rows = tuple(Row(k, labels.get(k, k), _cells([x for x in of.lines if key(x) == k])) for k in keys)
    return Table(code, title, about, (HOURS, PARTICIPANTS, CONTRACTS), rows, _cells(of.lines), notes=notes, unit="heures et nombres", summed=frozenset({"hours"}))  # fmt: skip


def _cells(found: Sequence[Line]) -> dict[str, Value]:
    made = sums(found)
    return {"hours": made.real, "participants": made.people, "employment_contracts": made.contracts}
