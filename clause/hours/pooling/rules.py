"""Globalisation (domain.md REA-06): what makes a convention, what it allows to move, and why not. Pure.

Hours are hundredths of attainment: what the market that gives counts for its objective. Nothing here looks for hours to
move: a person says which market gives, which receives, which month and how many hours, and the rules answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clause.kernel.values import NBSP, add_months, format_date, format_hours, month_end, of_month
from clause.markets.codes import NEVER_ONGOING, MarketStatus

# A market in one of these states has no account left to move hours in or out of.
SETTLED = NEVER_ONGOING | {MarketStatus.CLOSED}


@dataclass(frozen=True)
class Signature:
    """Somebody's agreement: who, and the day of their signature (None: not yet)."""

    who: str
    on: date | None


@dataclass(frozen=True)
class Terms:
    """A convention: its days, the signatures of the company and of each authority of the two markets, when it was ended."""

    starts_on: date
    ends_on: date
    ended_on: date | None
    signatures: Sequence[Signature]

    @property
    def last_day(self) -> date:
        return self.ends_on if self.ended_on is None else min(self.ends_on, self.ended_on)


@dataclass(frozen=True)
class Side:
    """A market of a transfer. ``due`` None: no objective; ``attained`` includes what was already given and received."""

    name: str
    in_convention: bool
    held: bool
    due: int | None
    attained: int
    starts_on: date
    ends_on: date | None
    status: MarketStatus = MarketStatus.IN_PROGRESS

    @property
    def surplus(self) -> int:
        """Attained beyond the objective due; 0 without objective: a market that owes nothing has nothing too many."""
        return max(0, self.attained - self.due) if self.due else 0

    @property
    def remaining(self) -> int:
        return max(0, (self.due or 0) - self.attained)


@dataclass(frozen=True)
class Worked:
    """Hours counted on the market that gives, with the days of their line, corrections out."""

    first: date
    last: date
    hours: int


@dataclass(frozen=True)
class Wish:
    """A transfer that somebody asks for: ``worked`` are the lines of the month on the giver, ``given`` what already left."""

    month: date
    hours: int
    worked: Sequence[Worked]
    given: int = 0
    tolerance_months: int = 0


def transfer_refusal(terms: Terms, giver: Side, taker: Side, wish: Wish) -> tuple[str, str] | None:
    """REA-06: the field and the French sentence of the first reason why these hours may not move, None where they may."""
    return (
        _wrong_markets(giver, taker)
        or _not_signed_before(terms, wish.month)
        or _not_in_force(terms, wish.month)
        or _not_worked_inside(terms, giver, taker, wish)
        or _no_hours(wish)
        or _nothing_over(giver)
        or _nothing_due(taker)
        or _too_many(giver, taker, movable(terms, taker, wish), wish)
    )


def _wrong_markets(giver: Side, taker: Side) -> tuple[str, str] | None:
    if giver.name == taker.name:
        return "taker", "Choisissez deux marchés différents : celui qui cède et celui qui reçoit."
    for field, side in (("giver", giver), ("taker", taker)):
        if not side.in_convention:
            return field, f"Le marché {side.name} n'est pas dans cette convention."
        if not side.held:
            return field, (
                f"L'entreprise de la convention n'est plus titulaire ni cotraitante du marché {side.name} :"
                " des heures ne passent qu'entre marchés de la même entreprise."
            )
        if side.status in SETTLED:
            return field, f"Le marché {side.name} est {side.status.label.lower()} : ses heures ne bougent plus."
    return None


def _not_signed_before(terms: Terms, month: date) -> tuple[str, str] | None:
    """(a) and (c): everybody agreed in writing, before the first day of the month of work."""
    for signature in terms.signatures:
        if signature.on is None:
            return (
                "month",
                f"Il manque l'accord écrit de {signature.who} : aucune heure ne peut passer d'un marché à l'autre.",
            )
        if signature.on >= month:
            return "month", (
                f"{signature.who} a signé le {format_date(signature.on)}. Les heures {of_month(month)} ont été faites avant"
                " cette signature, ou le même mois : elles restent où elles sont. Seuls les mois qui commencent après"
                " toutes les signatures peuvent être globalisés."
            )
    return None


def _not_in_force(terms: Terms, month: date) -> tuple[str, str] | None:
    if month_end(month) < terms.starts_on or month > terms.last_day:
        ended = " (elle a pris fin plus tôt que prévu)" if terms.last_day < terms.ends_on else ""
        return "month", (
            f"La convention court du {format_date(terms.starts_on)} au {format_date(terms.last_day)}{ended} :"
            f" elle ne couvre pas le mois {of_month(month)}."
        )
    return None


def _not_worked_inside(terms: Terms, giver: Side, taker: Side, wish: Wish) -> tuple[str, str] | None:
    """(b): inside the execution of the market that receives, or within the tolerance."""
    if not sum(piece.hours for piece in wish.worked):
        return "month", f"Le marché {giver.name} n'a aucune heure validée pour le mois {of_month(wish.month)}."
    if movable(terms, taker, wish):
        return None
    return "month", (
        f"Les heures {of_month(wish.month)} sur {giver.name} n'ont pas été faites pendant l'exécution du marché"
        f" {taker.name} ({_period(taker.starts_on, taker.ends_on)}{_tolerance(wish.tolerance_months)}) et la convention :"
        " elles ne peuvent pas y être comptées."
    )


def movable(terms: Terms, taker: Side, wish: Wish) -> int:
    """Hours of the month done wholly in the days of the convention and of the market that receives, tolerance included."""
    first = max(terms.starts_on, add_months(taker.starts_on, -wish.tolerance_months))
    last = (
        terms.last_day
        if taker.ends_on is None
        else min(terms.last_day, add_months(taker.ends_on, wish.tolerance_months))
    )
    return max(0, sum(p.hours for p in wish.worked if first <= p.first and p.last <= last))


def _no_hours(wish: Wish) -> tuple[str, str] | None:
    return ("hours", "Indiquez combien d'heures passent d'un marché à l'autre.") if wish.hours <= 0 else None


def _nothing_over(giver: Side) -> tuple[str, str] | None:
    if not giver.due:
        return "giver", f"Le marché {giver.name} n'a pas d'objectif dû : il n'a pas d'heures au-delà."
    if giver.surplus:
        return None
    return "giver", (
        f"Le marché {giver.name} n'a pas dépassé son objectif ({_h(giver.attained)} sur {_h(giver.due)}) :"
        " seules les heures au-delà peuvent être cédées."
    )


def _nothing_due(taker: Side) -> tuple[str, str] | None:
    if not taker.due:
        return "taker", f"Le marché {taker.name} n'a pas d'objectif dû : il n'a rien à recevoir."
    if taker.remaining:
        return None
    return "taker", f"Le marché {taker.name} a déjà atteint son objectif ({_h(taker.attained)} sur {_h(taker.due)})."


def _too_many(giver: Side, taker: Side, inside: int, wish: Wish) -> tuple[str, str] | None:
    """What may move is a surplus, of hours done that month, that the other market still owes: the tightest is said."""
    left = max(0, min(inside, sum(piece.hours for piece in wish.worked) - wish.given))
    already = f" ({_h(wish.given)} déjà cédées)" if wish.given else ""
    limits = (
        (giver.surplus, f"{giver.name} n'a que {_h(giver.surplus)} au-delà de son objectif : il ne peut pas en céder {_h(wish.hours)}."),
        (taker.remaining, f"Il ne reste que {_h(taker.remaining)} à faire sur {taker.name} : il ne peut pas en recevoir {_h(wish.hours)}."),
        (
            left,
            f"Pour le mois {of_month(wish.month)}, {giver.name} ne peut plus céder que {_h(left)}{already} :"
            " un mois ne cède pas plus que les heures qui y ont été faites.",
        ),
    )  # fmt: skip
    most, sentence = min(limits)
    return ("hours", sentence) if wish.hours > most else None


def taking_back_refusal(*, is_taking_back: bool, taken_back: bool) -> str | None:
    """A transfer is taken back by its opposite, once; the opposite itself stays."""
    if is_taking_back:
        return "Cette écriture est elle-même la reprise d'un transfert : elle ne se reprend pas. Enregistrez un nouveau transfert."
    return "Ce transfert a déjà été repris." if taken_back else None


# Conventions


def convention_refusal(starts_on: date, ends_on: date, market_count: int) -> tuple[str, str] | None:
    if ends_on < starts_on:
        return "ends_on", "La fin de la convention précède son début."
    if market_count < 2:
        return "markets", "Choisissez au moins deux marchés : des heures passent de l'un à l'autre."
    return None


def signature_refusal(on: date, today: date, already: date | None, has_document: bool) -> tuple[str, str] | None:
    """A day that has come, with the signed document, once: an agreement is not replaced."""
    if already is not None:
        return (
            "on",
            f"Cet accord est déjà enregistré, daté du {format_date(already)}. S'il est faux, mettez fin à la convention et enregistrez-en une autre.",
        )
    if on > today:
        return "on", "Cette date n'est pas encore venue : indiquez le jour de la signature, lu sur le document."
    return None if has_document else ("document", "Joignez l'accord signé (PDF ou image).")


def ending_refusal(
    on: date, starts_on: date, ends_on: date, ended_on: date | None, last_month: date | None
) -> str | None:
    """A convention ends once, inside its days, and not before the months whose hours it moved."""
    if ended_on is not None:
        return f"Cette convention a déjà pris fin le {format_date(ended_on)}."
    if not starts_on <= on <= ends_on:
        return f"Indiquez un jour de la convention, du {format_date(starts_on)} au {format_date(ends_on)}."
    if last_month is not None and on < month_end(last_month):
        return f"Des heures {of_month(last_month)} ont été transférées : la convention ne peut pas finir avant la fin de ce mois. Reprenez d'abord ce transfert."
    return None


def opens_on(signatures: Iterable[Signature], starts_on: date) -> date | None:
    """The first day of the first month whose hours may move: signed before it, and in force; None while a signature is missing."""
    days = [signature.on for signature in signatures]
    known = [day for day in days if day is not None]
    if len(known) != len(days) or not known:
        return None
    return max(add_months(max(known).replace(day=1), 1), starts_on.replace(day=1))


# After a correction


@dataclass(frozen=True)
class MonthGiven:
    """What a market gave of a month, and what it still counts of it today."""

    market: str
    month: date
    given: int
    worked: int


def overdrawn(months: Sequence[MonthGiven]) -> list[str]:
    """A correction after a transfer moves nothing by itself: what is now wrong is said, and somebody takes it back."""
    return [
        f"{m.market}, {_month(m.month)} : {_h(m.given)} cédées, mais une correction n'en laisse que {_h(m.worked)} sur le marché."
        " Reprenez un transfert de ce mois, puis enregistrez le bon nombre d'heures."
        for m in months
        if m.given > m.worked
    ]


def fallen_short(givers: Mapping[str, tuple[int, int, int]]) -> list[str]:
    """Givers that no longer reach their objective: name → (given, attained, due)."""
    return [
        f"{name} a cédé {_h(given)} et n'atteint plus son objectif : {_h(attained)} sur {_h(due)}. Ce qui a été cédé n'est plus un dépassement."
        for name, (given, attained, due) in givers.items()
        if given and attained < due
    ]


def _h(hundredths: int) -> str:
    return f"{format_hours(hundredths)}{NBSP}h"


def _month(month: date) -> str:
    return f"mois {of_month(month)}"


def _period(first: date, last: date | None) -> str:
    return f"du {format_date(first)} au {format_date(last)}" if last else f"depuis le {format_date(first)}"


def _tolerance(months: int) -> str:
    return f", {months} mois de tolérance" if months else ""


__all__ = [
    "MonthGiven",
    "Side",
    "Signature",
    "Terms",
    "Wish",
    "Worked",
    "convention_refusal",
    "ending_refusal",
    "fallen_short",
    "movable",
    "opens_on",
    "overdrawn",
    "signature_refusal",
    "taking_back_refusal",
    "transfer_refusal",
]
