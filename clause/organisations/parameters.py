"""The settings that a structure may change for itself, as people read and write them (domain.md § 9). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from clause.kernel.settings_catalogue import DEFAULTS
from clause.kernel.values import NBSP, BadValue, format_decimal, format_euros, read_decimal, read_euros


@dataclass(frozen=True)
class Parameter:
    """``read`` turns what is typed into what is kept in ``Structure.parameters``; ``show`` writes a kept value."""

    name: str
    label: str
    hint: str
    read: Callable[[str], Any]
    show: Callable[[Any], str]

    @property
    def field(self) -> str:
        return self.name.replace(".", "_")

    def typed(self, value: Any) -> str:
        """A kept value as one types it back: the number without its unit."""
        return self.show(value).removeprefix("le ").split(NBSP)[0].split(" du ")[0]

    @property
    def default(self) -> str:
        return self.show(DEFAULTS[self.name])


def whole(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers between two bounds, both included."""

    def read(text: str) -> int:
        value = read_decimal(text)
        if value != value.to_integral_value() or not low <= value <= high:
            raise BadValue(f"Un nombre entier de {low} à {high} est attendu.")
        return int(value)

    return read


def read_ratio(text: str) -> str:
    """A percentage as the ratio that the catalogue holds, exact: ``80`` → ``0.8``."""
    value = read_decimal(text)
    if not 0 < value <= 100:
        raise BadValue("Un pourcentage entre 0 et 100 est attendu. Exemple : 80.")
    return str((value / 100).normalize())


def read_rate(text: str) -> int:
    """A percentage in ten-thousandths: ``5`` → 500."""
    value = read_decimal(text) * 100
    if value != value.to_integral_value() or not 0 < value <= 10_000:
        raise BadValue("Un pourcentage entre 0 et 100, deux décimales au plus, est attendu. Exemple : 5.")
    return int(value)


def read_cost(text: str) -> int:
    cents = read_euros(text)
    if not 0 < cents <= 500_00:
        raise BadValue("Un coût horaire se situe entre 0 et 500 €. Exemple : 35.")
    return cents


def _unit(unit: str) -> Callable[[Any], str]:
    return lambda value: f"{format_decimal(read_decimal(value))}{NBSP}{unit}"


def _ratio(value: Any) -> str:
    return f"{format_decimal(Decimal(str(value)) * 100)}{NBSP}%"


def _rate(value: Any) -> str:
    return f"{format_decimal(Decimal(value) / 100)}{NBSP}%"


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "eligibility.duration_months", "Durée de l'éligibilité, en mois",
        "À partir du premier jour de travail, ou de la décision.", whole(1, 120), _unit("mois"),
    ),
    Parameter(
        "report.due_day", "Jour du mois avant lequel les heures du mois précédent sont déclarées",
        "15 : la déclaration est en retard à partir du 15.", whole(2, 28), lambda day: f"le {day} du mois suivant",
    ),
    Parameter(
        "alert.orange_below", "Alerte orange sous, en % des heures attendues à ce jour",
        "Un marché en dessous est signalé comme en retard.", read_ratio, _ratio,
    ),
    Parameter(
        "alert.red_below", "Alerte rouge sous, en % des heures attendues à ce jour",
        "Plus bas que le seuil orange.", read_ratio, _ratio,
    ),
    Parameter(
        "hourly_cost.default", "Coût horaire proposé dans le calcul des objectifs, en euros",
        "Chaque marché garde le sien.", read_cost, format_euros,
    ),
    Parameter(
        "insertion_rate.default", "Taux d'insertion proposé dans le calcul des objectifs, en %",
        "Chaque marché garde le sien.", read_rate, _rate,
    ),
    Parameter(
        "etp.hours", "Heures d'un équivalent temps plein, par an", "1 607 heures est la durée légale.",
        whole(1000, 2500), _unit("h"),
    ),
    Parameter(
        "stats.min_cell", "Plus petit nombre de personnes montré aux maîtres d'ouvrage",
        "En dessous, le nombre est masqué pour que personne ne soit reconnu.", whole(3, 50), _unit("personnes"),
    ),
)  # fmt: skip


def with_parameters(kept: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The overrides after an edit: a value typed is kept, one left empty goes back to the platform's default."""
    ours = {parameter.name for parameter in PARAMETERS}
    others = {name: value for name, value in kept.items() if name not in ours}
    return {**others, **{name: value for name, value in typed.items() if value is not None}}


def thresholds_fault(typed: Mapping[str, Any]) -> str | None:
    """The red threshold stays under the orange one, whichever of the two is the default."""
    orange, red = (Decimal(str(typed.get(n) or DEFAULTS[n])) for n in ("alert.orange_below", "alert.red_below"))
    return None if red < orange else "Le seuil rouge doit être plus bas que le seuil orange."
