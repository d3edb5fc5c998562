"""When a formal notice is suggested, and the text that the facilitator starts from (OPE-03, OPE-04). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clause.kernel.values import format_date, format_hours

ANSWER_WITHIN_DAYS = 15


class Refusal(StrEnum):
    """Why something cannot be done with a formal notice."""

    NOT_LEAD = "Seule la structure qui suit ce marché prépare ses mises en demeure."
    NOT_DRAFT = "Cette mise en demeure n'est plus un projet : elle a été envoyée ou abandonnée."
    NO_PROOF = (
        "Joignez la copie de la mise en demeure envoyée : vous enregistrez l'envoi à la place du maître d'ouvrage."
    )
    FUTURE = "La date d'envoi est à venir. Enregistrez l'envoi une fois qu'il est fait."
    BEFORE_DRAFT = "La date d'envoi est antérieure au projet, préparé le {drafted}. Vérifiez l'année."
    TEXT_CHANGED = (
        "Le texte de la mise en demeure a changé depuis que cette page a été ouverte. Relisez-le et comparez-le à ce qui est"
        " parti, puis enregistrez à nouveau."
    )
    NO_COMPANY = "Cette entreprise n'est pas sur ce marché."


def is_suggested(late_days: int, notice_day: int, due: date, last_sent: date | None) -> bool:
    """Past ``report.formal_notice_day``, unless a notice has been sent since that day was due."""
    return late_days >= notice_day and (last_sent is None or last_sent <= due)


@dataclass(frozen=True)
class LatePeriod:
    """One account that did not come: what, the last day it was due, and the days its reminders left."""

    label: str
    due: date
    reminders: tuple[date, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What a notice is written from; hours in hundredths, ``None`` where no objective is fixed."""

    authority: str
    company: str
    market: str
    operation: str
    late: Sequence[LatePeriod] = ()
    done: int = 0
    due: int | None = None
    expected: int | None = None
    answer_within_days: int = ANSWER_WITHIN_DAYS

    @property
    def is_behind(self) -> bool:
        """Fewer hours than expected on the day: hours in time are no breach, and are left out."""
        return self.due is not None and self.done < (self.due if self.expected is None else self.expected)


def text_of(facts: Facts) -> str:
    """The draft, to be edited: facts only, no article of a contract that nobody has read."""
    parts = [
        f"{facts.authority}\n\nà l'attention de {facts.company}\nLettre recommandée avec accusé de réception",
        f"Objet : mise en demeure. {facts.market} ({facts.operation})",
        "Madame, Monsieur,",
        "Le marché cité en objet comporte une clause sociale d'insertion. À ce jour, vous ne respectez pas les engagements"
        " suivants.",
        *([_late(facts.late)] if facts.late else []),
        *([_hours(facts)] if facts.is_behind else []),
        f"Nous vous mettons en demeure d'y remédier dans un délai de {facts.answer_within_days} jours à compter de la"
        " réception de ce courrier, ou de nous faire connaître par écrit, dans le même délai, les difficultés que vous"
        " rencontrez. Passé ce délai, nous appliquerons les sanctions prévues au marché.",
        "La personne chargée du suivi de la clause d'insertion reste à votre disposition pour vous aider à recruter et à"
        " déclarer.",
        "Fait à ……, le ……\n\nLe représentant du maître d'ouvrage",
    ]
    return "\n\n".join(parts) + "\n"


def _late(late: Sequence[LatePeriod]) -> str:
    return "Les comptes rendus suivants ne nous sont pas parvenus :\n" + "\n".join(_line(period) for period in late)


def _line(period: LatePeriod) -> str:
    days = ", ".join(format_date(day) for day in sorted(set(period.reminders)))
    reminded = f" (rappels envoyés le {days})" if days else ""
    return f"- {period.label}, à envoyer au plus tard le {format_date(period.due)}{reminded}"


def _hours(facts: Facts) -> str:
    assert facts.due is not None
    expected = f", pour {format_hours(facts.expected)} h attendues à ce jour" if facts.expected is not None else ""
    return (
        f"Heures d'insertion : {format_hours(facts.done)} h ont été validées{expected}, sur"
        f" {format_hours(facts.due)} h à réaliser."
    )
