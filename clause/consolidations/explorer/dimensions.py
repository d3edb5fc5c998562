"""What the explorer divides hours by. A dimension is the cut of a table of the year wherever there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from clause.candidates.codes import Mode
from clause.consolidations import definitions as d
from clause.consolidations.explorer import keys as own
from clause.consolidations.facts import Facts, Frame
from clause.consolidations.lines import OF_CUTS
from clause.consolidations.tables import keys as k
from clause.consolidations.tables.cuts import Cut, Grain, keyed
from clause.kernel.codes import Code
from clause.kernel.values import format_month
from clause.markets.codes import ObjectiveMode, Programme
from clause.markets.rules.legal import Regime
from clause.organisations.codes import EmployerType

TIME, MARKETS, CONTRACTS, PEOPLE = "Temps", "Marchés", "Contrats de travail", "Personnes"
GROUPS = (TIME, MARKETS, CONTRACTS, PEOPLE)


@dataclass(frozen=True)
class Dimension:
    """``key`` stands in the address. ``cut`` says who bears which value; a dimension of time has ``of_month`` instead.

    ``eligibility``: told by the assessment of a person, which an employer does not read.
    """

    key: str
    label: str
    group: str
    cut: Cut | None = None
    of_month: Callable[[date], str] | None = None
    label_of_time: Callable[[str], str] | None = None
    eligibility: bool = False

    @property
    def overlaps(self) -> bool:
        return self.cut is not None and self.cut.overlaps

    @property
    def is_time(self) -> bool:
        return self.of_month is not None

    @cached_property
    def order(self) -> tuple[str, ...]:
        return self.cut.order if self.cut else ()

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(n for n in (self.cut.notes if self.cut else ()) if n in WORTH_SAYING)

    def keyed(self, facts: Facts, hours: Frame) -> Frame:
        """The hours with the column ``key``, a category; several times where somebody bears several values."""
        if self.cut is not None:
            return keyed(facts, hours, self.cut)
        return hours.assign(key=self._times(hours))

    def _times(self, hours: Frame) -> pd.Categorical:
        months = hours["year"].astype("int64").to_numpy() * 12 + hours["month"].to_numpy() - 1
        places, found = pd.factorize(months, sort=True)
        named = [self.of_month(date(int(n) // 12, int(n) % 12 + 1, 1)) for n in found]  # type: ignore[misc]  # only months come here
        known = sorted(set(named))
        ranks = np.array([known.index(name) for name in named], dtype="int64")
        return pd.Categorical.from_codes(ranks[places] if len(ranks) else places, categories=pd.Index(known, dtype="str"))  # fmt: skip

    def labels(self, facts: Facts, keys: Mapping[str, object] | tuple[str, ...]) -> dict[str, str]:
        """The label of each of these keys."""
        if self.label_of_time is not None:
            return {key: self.label_of_time(key) for key in keys}
        known = self.cut.labels(facts) if self.cut else {}
        return {key: known.get(key, "Inconnu" if key == "unknown" else key) for key in keys}


WORTH_SAYING = frozenset({d.ROME, d.CPV, d.COMPANY_SIZE, d.COMPANY_SECTOR, d.LENGTH, d.OVERLAPS, d.FROZEN, d.TRAINING})


def _of(key: str, label: str, group: str, code: str, *, eligibility: bool = False) -> Dimension:
    """The dimension of a table of the year."""
    return Dimension(key, label, group, cut=OF_CUTS[code], eligibility=eligibility)


def _by(key: str, label: str, group: str, grain: Grain, keys: k.Keys, labels: k.Labels, order: tuple[str, ...] = ()) -> Dimension:  # fmt: skip
    return Dimension(key, label, group, cut=Cut(key, label, label, grain, keys, labels, order=order))


def _coded(key: str, label: str, group: str, grain: Grain, keys: k.Keys, code: type[Code]) -> Dimension:
    return _by(key, label, group, grain, keys, k.labels_of(code), k.order_of(code))


M, C = Grain.MARKET, Grain.CONTRACT
_ALL = (
    Dimension("annee", "Année", TIME, of_month=lambda m: str(m.year), label_of_time=str),
    Dimension("trimestre", "Trimestre", TIME, of_month=own.quarter, label_of_time=own.quarter_label),
    Dimension("mois", "Mois", TIME, of_month=lambda m: f"{m:%Y-%m}", label_of_time=lambda key: format_month(date.fromisoformat(f"{key}-01"))),
    _by("operation", "Opération", MARKETS, M, own.operation_keys, own.operation_labels),
    _by("marche", "Marché", MARKETS, M, own.market_keys, own.market_labels),
    _by("lot", "Lot", MARKETS, M, own.lot_keys, own.lot_labels),
    _of("donneur", "Maître d'ouvrage", MARKETS, "C09b"),
    _of("type-donneur", "Type de maître d'ouvrage", MARKETS, "C09"),
    _by("titulaire", "Titulaire", MARKETS, M, own.contractor_keys, own.contractor_labels),
    _of("taille-titulaire", "Effectif du titulaire", MARKETS, "C10"),
    _of("activite-titulaire", "Activité du titulaire (NAF)", MARKETS, "C10b"),
    _coded("regime", "Régime juridique", MARKETS, M, own.regime_keys, Regime),
    _of("clause", "Type de clause", MARKETS, "C03"),
    _of("nature", "Nature du marché", MARKETS, "C08"),
    _of("secteur", "Secteur", MARKETS, "C08b"),
    _of("cpv", "Division du CPV", MARKETS, "C08c"),
    _coded("programme", "Programme", MARKETS, M, own.programme_keys, Programme),
    _coded("objectif", "Façon de fixer l'objectif", MARKETS, M, own.objective_mode_keys, ObjectiveMode),
    _by("commune-operation", "Commune de l'opération", MARKETS, M, own.place_keys, own.place_labels),
    _by("structure", "Structure qui pilote", MARKETS, M, own.structure_keys, own.structure_labels),
    _by("employeur", "Employeur", CONTRACTS, C, own.employer_keys, own.employer_labels),
    _coded("type-employeur", "Type d'employeur", CONTRACTS, C, k.column("contracts", "employer_type"), EmployerType),
    _coded("modalite", "Modalité", CONTRACTS, C, k.column("contracts", "mode"), Mode),
    _of("modalite-employeur", "Modalité et type d'employeur", CONTRACTS, "C04"),
    _of("contrat", "Type de contrat de travail", CONTRACTS, "C05"),
    _of("duree", "Durée du contrat", CONTRACTS, "C11"),
    _of("metier", "Métier (ROME)", CONTRACTS, "C08d"),
    _of("heures", "Type d'heures", CONTRACTS, "C12"),
    _of("sexe", "Sexe", PEOPLE, "C06a"),
    _of("age", "Âge à l'entrée", PEOPLE, "C06b"),
    _of("age-plie", "Âge à l'entrée, tranches PLIE", PEOPLE, "C06b-PLIE"),
    _of("niveau", "Niveau d'étude", PEOPLE, "C06c", eligibility=True),
    _of("public", "Public principal", PEOPLE, "C06d", eligibility=True),
    _of("publics", "Tous les publics", PEOPLE, "C06e", eligibility=True),
    _of("qpv", "Quartier prioritaire", PEOPLE, "C06f", eligibility=True),
    _of("commune", "Commune de la personne", PEOPLE, "C06g", eligibility=True),
    _of("prescripteur", "Prescripteur", PEOPLE, "C06h", eligibility=True),
)  # fmt: skip
DIMENSIONS: Mapping[str, Dimension] = {one.key: one for one in _ALL}
