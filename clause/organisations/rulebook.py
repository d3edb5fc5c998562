"""The rules of the trade that a structure or a market may set for itself, as people read and write them (domain.md § 9). Pure.

``read`` turns what is typed into what is kept in ``parameters`` (see ``kernel.settings_catalogue`` for how), ``show`` says a
kept value with its unit, ``plain`` writes it back in the box. Values left empty are inherited: market, then structure, then
the platform.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from clause.kernel.settings_catalogue import setting
from clause.kernel.values import NBSP, BadValue, format_decimal, format_euros, read_decimal, read_euros
from clause.organisations.parameters import PARAMETERS, whole

Reader = Callable[[str], Any]
Writer = Callable[[Any], str]


@dataclass(frozen=True)
class Rule:
    """One rule. ``choices`` (value typed, label) make a list instead of a box. ``of_market``, ``of_structure``: who sets it."""

    name: str
    label: str
    hint: str
    read: Reader
    show: Writer
    plain: Writer
    choices: tuple[tuple[str, str], ...] = ()
    of_market: bool = True
    of_structure: bool = True

    @property
    def field(self) -> str:
        return self.name.replace(".", "_")

    @property
    def inherited(self) -> bool:
        """False for what the contract alone may say (penalties): left empty, there is none."""
        return not self.name.startswith("penalty.")

    def said(self, *overrides: Mapping[str, Any]) -> str:
        """The value in force, in words; « aucun » where there is none."""
        value = setting(self.name, *overrides)
        return "aucun" if value is None else self.show(value)


@dataclass(frozen=True)
class Group:
    title: str
    intro: str
    rules: tuple[Rule, ...]


# Readers and writers


def _bounded(text: str, low: Decimal, high: Decimal, places: int, expected: str) -> Decimal:
    value = read_decimal(text)
    if not low <= value <= high or value != round(value, places):
        raise BadValue(expected)
    return value


def percent(low: int = 0, high: int = 100) -> Reader:
    """A percentage as exact decimal text: ``25`` is ``"0.25"``."""

    def read(text: str) -> str:
        message = f"Un pourcentage de {low} à {high}, deux décimales au plus, est attendu. Exemple : 25."
        return _exact(_bounded(text, Decimal(low), Decimal(high), 2, message) / 100)

    return read


def _exact(value: Decimal) -> str:
    return format(value.normalize(), "f")


def read_coefficient(text: str) -> str:
    message = "Un coefficient de 0,1 à 10, deux décimales au plus, est attendu. Exemple : 1,5."
    return _exact(_bounded(text, Decimal("0.1"), Decimal(10), 2, message))


def read_unit_amount(text: str) -> int:
    cents = read_euros(text)
    if not 0 < cents <= 10_000_00:
        raise BadValue("Un montant de plus de 0 et d'au plus 10 000 € est attendu. Exemple : 60.")
    return cents


def read_cap(text: str) -> int:
    """A share of the amount, in ten-thousandths."""
    message = "Un pourcentage de plus de 0 et d'au plus 100, deux décimales au plus, est attendu. Exemple : 10."
    return int(_bounded(text, Decimal("0.01"), Decimal(100), 2, message) * 100)


def read_days(text: str) -> list[int]:
    """« -7, 0, 7, 15 »: days around the due day, in order, each once."""
    try:
        days = sorted({int(part) for part in text.replace(";", ",").replace("−", "-").split(",") if part.strip()})
    except ValueError:
        raise BadValue("Des nombres de jours séparés par des virgules sont attendus. Exemple : -7, 0, 7, 15.") from None
    if len(days) > 10 or any(not -30 <= day <= 90 for day in days):
        raise BadValue("Dix rappels au plus, de 30 jours avant à 90 jours après l'échéance.")
    return days


def _ratio(value: Any) -> str:
    return format_decimal(Decimal(str(value)) * 100)


def _number(value: Any) -> str:
    return format_decimal(Decimal(str(value)))


def _with(unit: str, plain: Writer) -> Writer:
    return lambda value: f"{plain(value)}{NBSP}{unit}"


def _days(value: Any) -> str:
    return ", ".join(str(day) for day in value)


def _share(name: str, label: str, hint: str, low: int = 0, **only: bool) -> Rule:
    return Rule(name, label, hint, percent(low), _with("%", _ratio), _ratio, (), **only)


def _whole(name: str, label: str, hint: str, unit: str, low: int, high: int, **only: bool) -> Rule:
    return Rule(name, label, hint, whole(low, high), _with(unit, _number), _number, (), **only)


def _coefficient(name: str, label: str, hint: str = "") -> Rule:
    return Rule(f"coefficients.{name}", label, hint, read_coefficient, _number, _number)


def _choice(name: str, label: str, hint: str, choices: Mapping[str, str], **only: bool) -> Rule:
    def read(text: str) -> str:
        if text not in choices:
            raise BadValue("Choisissez une valeur de la liste.")
        return text

    return Rule(name, label, hint, read, lambda value: choices.get(value, value), str, tuple(choices.items()), **only)


def _yes_no(name: str, label: str, hint: str = "", **only: bool) -> Rule:
    words = {"oui": "Oui", "non": "Non"}

    def read(text: str) -> bool:
        if text not in words:
            raise BadValue("Répondez par oui ou par non.")
        return text == "oui"

    def plain(value: Any) -> str:
        return "oui" if value else "non"

    return Rule(name, label, hint, read, lambda value: words[plain(value)], plain, tuple(words.items()), **only)


def _money(name: str, label: str, hint: str) -> Rule:
    return Rule(name, label, hint, read_unit_amount, format_euros, lambda cents: format_decimal(Decimal(cents) / 100), of_structure=False)  # fmt: skip


def _known(name: str, **only: bool) -> Rule:
    """A parameter that the settings of the structure already have (``organisations.parameters``)."""
    p = next(p for p in PARAMETERS if p.name == name)
    return Rule(p.name, p.label, p.hint, p.read, p.show, p.typed, (), **only)


# The rules themselves

COUNTING = Group(
    "Heures qui comptent",
    "La part de chaque sorte d'heures qui compte pour l'objectif. 0 : ces heures sont gardées sans compter.",
    (
        _share("hours.alternance_training_ratio", "Formation dans un contrat en alternance, en %", "Apprentissage, professionnalisation."),
        _share("hours.paid_training_ratio", "Autre formation payée pendant le contrat, en %", "Par exemple sécurité, CACES."),
        _share("hours.prehire_training_ratio", "Formation avant l'embauche, en %", "POE, préqualification."),
        _share("hours.training_cap_share", "Formation avant l'embauche : part maximale de l'objectif, en %", "Une ligne qui ferait dépasser cette part est gardée sans compter."),
        _share("hours.tutoring_ratio", "Temps du tuteur, en %", ""),
        _yes_no("hours.absence_counts", "Les absences payées comptent-elles ?", "Congés, maladie, intempéries, fériés."),
        _yes_no("structure.EITI.countable", "Les heures des entreprises de travail indépendant (EITI) comptent-elles ?", "Par prudence, non : elles sont gardées sans compter."),
        _yes_no("structure.SEP.countable", "Les heures du travail en détention comptent-elles ?", "Par prudence, non : elles sont gardées sans compter."),
        _choice(
            "cdi.rule", "Après une embauche en CDI, les heures comptent", "",
            {
                "window": "Jusqu'à la fin de l'éligibilité de la personne",
                "twelve_months": "Pendant douze mois",
                "until_contract_end": "Jusqu'à la fin du marché",
                "until_contract_end_max_48_months": "Jusqu'à la fin du marché, quatre ans au plus",
            },
        ),
    ),
)  # fmt: skip

COEFFICIENTS = Group(
    "Coefficients",
    "Ils ne servent qu'aux marchés qui comptent en heures valorisées. 1 : une heure faite vaut une heure."
    " Les statistiques et les bilans gardent toujours les heures réelles.",
    (
        _coefficient("cdi", "CDI"),
        _coefficient("cdd", "CDD"),
        _coefficient("cddi", "CDD d'insertion"),
        _coefficient("mission", "Contrat de mission"),
        _coefficient("insertion_mission", "Contrat de mission d'insertion"),
        _coefficient("apprenticeship", "Apprentissage"),
        _coefficient("professionalisation", "Contrat de professionnalisation"),
        _coefficient("aided_contract", "Contrat aidé"),
        _coefficient("other", "Autre contrat"),
        _coefficient("women_building", "Femme dans le bâtiment ou les travaux publics", "D'après le secteur du marché."),
        _coefficient("qpv", "Habitant d'un quartier prioritaire", "Le jour de l'entrée dans la clause."),
        _coefficient("long_contract", "Contrat long"),
        _whole("coefficients.long_contract_months", "Un contrat est long à partir de, en mois", "Un CDI l'est toujours.", "mois", 1, 60),
        _choice(
            "coefficients.combine", "Quand plusieurs coefficients s'appliquent", "",
            {"highest": "Le plus élevé seulement", "product": "Ils se multiplient"},
        ),
    ),
)  # fmt: skip

DECLARING = Group(
    "Déclarations et relances",
    "Les échéances déjà passées ne changent pas.",
    (
        _choice(
            "report.frequency", "L'entreprise rend compte", "",
            {"monthly": "Chaque mois", "quarterly": "Chaque trimestre", "half_yearly": "Chaque semestre"},
        ),
        _known("report.due_day", of_structure=False),
        _yes_no("report.due_day_inclusive", "Ce jour est-il encore à l'heure ?"),
        Rule(
            "report.reminders_days", "Rappels, en jours avant (-) ou après l'échéance", "-7, 0, 7, 15 : une semaine avant, le jour même, puis deux relances.",
            read_days, _days, _days,
        ),
        _whole("report.formal_notice_day", "Mise en demeure proposée après, en jours de retard", "Le maître d'ouvrage décide.", "jours", 1, 180),
        _whole(
            "check.month_hard_limit", "Plafond de dernier recours, en heures par mois et par personne",
            "Au-delà, seul le facilitateur peut enregistrer les heures.", "h", 150, 300,
        ),
    ),
)  # fmt: skip

ALERTS = Group(
    "Alertes",
    "Elles comparent les heures faites à celles qui sont attendues à ce jour.",
    (
        _known("alert.orange_below", of_structure=False),
        _known("alert.red_below", of_structure=False),
        _share("alert.grace_share", "Pas d'alerte pendant le début du marché, en % de sa durée", ""),
    ),
)  # fmt: skip

PENALTIES = Group(
    "Pénalités",
    "Elles viennent du contrat et de lui seul. Sans montant, aucune pénalité n'est calculée.",
    (
        _money("penalty.hour_amount", "Par heure non réalisée, en euros", "Exemple : 60."),
        _money("penalty.day_amount", "Par jour de retard des justificatifs, en euros", "Exemple : 75."),
        Rule(
            "penalty.cap_share_of_amount", "Plafond, en % du montant HT du marché", "", read_cap,
            _with("%", lambda share: format_decimal(Decimal(share) / 100)), lambda share: format_decimal(Decimal(share) / 100),
            of_structure=False,
        ),
        _yes_no("penalty.requires_formal_notice", "Une mise en demeure doit-elle précéder ?", of_structure=False),
        _yes_no("penalty.hours_without_notice", "Les heures manquantes en sont-elles dispensées ?", of_structure=False),
    ),
)  # fmt: skip

POOLING = Group(
    "Globalisation",
    "",
    (
        _whole(
            "pool.tolerance_months", "Heures reçues d'un autre marché : tolérance, en mois",
            "Autour des dates de ce marché. 0 : faites pendant son exécution.", "mois", 0, 12,
        ),
    ),
)  # fmt: skip

GROUPS = (COUNTING, COEFFICIENTS, DECLARING, ALERTS, PENALTIES, POOLING)


def groups_of_market() -> tuple[Group, ...]:
    return _only(lambda rule: rule.of_market)


def groups_of_structure() -> tuple[Group, ...]:
    return _only(lambda rule: rule.of_structure)


def _only(kept: Callable[[Rule], bool]) -> tuple[Group, ...]:
    found = (Group(g.title, g.intro, tuple(r for r in g.rules if kept(r))) for g in GROUPS)
    return tuple(group for group in found if group.rules)


def rules_in(groups: tuple[Group, ...]) -> tuple[Rule, ...]:
    return tuple(rule for group in groups for rule in group.rules)


# Changing them


def with_rules(kept: Mapping[str, Any], rules: tuple[Rule, ...], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The overrides after an edit: a value typed is kept, one left empty is inherited again; the others stay."""
    ours = {rule.name for rule in rules}
    others = {name: value for name, value in kept.items() if name not in ours}
    return {**others, **{name: value for name, value in typed.items() if name in ours and value is not None}}


def describe(rules: tuple[Rule, ...], kept: Mapping[str, Any], inherited: str) -> dict[str, str]:
    """Each rule in words, for the history: its own value, or what it inherits (« comme la structure »)."""
    return {
        rule.label: rule.show(kept[rule.name]) if rule.name in kept else inherited if rule.inherited else rule.said()
        for rule in rules
    }


def fault(*overrides: Mapping[str, Any]) -> tuple[str, str] | None:
    """The name and the sentence of the first rule that contradicts another once all are in force, None where none does."""
    orange, red = (Decimal(str(setting(name, *overrides))) for name in ("alert.orange_below", "alert.red_below"))
    if red >= orange:
        return "alert.red_below", "Le seuil rouge doit être plus bas que le seuil orange."
    if setting("penalty.hours_without_notice", *overrides) and not setting(
        "penalty.requires_formal_notice", *overrides
    ):
        return "penalty.hours_without_notice", "Sans mise en demeure, rien n'en est dispensé : laissez ce champ vide."
    return None
