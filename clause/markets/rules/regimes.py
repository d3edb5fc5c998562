"""The legal regime of a market and the article of its clause (LEG-01, LEG-02). Articles are data, by regime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clause.kernel.codes import Code
from clause.markets.codes import RESERVED, ClauseKind
from clause.organisations.codes import BuyerType

K = ClauseKind


class Regime(Code):
    CMP_PRE2006 = "CMP_PRE2006", "code des marchés publics de 2001 et 2004"
    CMP_2006 = "CMP_2006", "code des marchés publics de 2006"
    ORD_2005 = "ORD_2005", "ordonnance n° 2005-649"
    ORD_2015 = "ORD_2015", "ordonnance n° 2015-899"
    CCP = "CCP", "code de la commande publique"
    PRIVATE = "PRIVATE", "commande privée"


# Last day of each regime, in order; the next one begins the day after, so that they neither overlap nor leave a gap.
PERIODS: tuple[tuple[date, Regime], ...] = (
    (date(2006, 8, 31), Regime.CMP_PRE2006),
    (date(2016, 3, 31), Regime.CMP_2006),
    (date(2019, 3, 31), Regime.ORD_2015),
    (date.max, Regime.CCP),
)
OUTSIDE_CMP = frozenset({BuyerType.SOCIAL_LANDLORD, BuyerType.SEM_SPL})
ORD_2005_FROM = date(2005, 12, 31)  # publication of décret 2005-1742; the rulebook says « 2005/2006 »
ORD_2005_TO = date(2016, 3, 31)
RESERVED_BOTH_FROM = date(2020, 12, 9)  # loi ASAP 2020-1525
RESERVED_PRISON_FROM = date(2022, 10, 20)  # ordonnance 2022-1336, the earlier of the two days read


@dataclass(frozen=True)
class LegalRegime:
    """``is_estimated`` where the day of the consultation is unknown and that of notification was used."""

    regime: Regime
    is_estimated: bool
    day: date | None

    @property
    def label(self) -> str:
        return self.regime.label + (" (estimé d'après la date de notification)" if self.is_estimated else "")


def regime(consultation_date: date | None, notification_date: date | None, buyer: BuyerType) -> LegalRegime | None:
    """LEG-01: the regime of the day the consultation was launched; None where no day is known.

    Callers may give the start of the market as ``notification_date`` where they have nothing better: it is estimated.
    """
    day = consultation_date or notification_date
    estimated = consultation_date is None
    if buyer is BuyerType.PRIVATE:
        return LegalRegime(Regime.PRIVATE, False, day)
    return None if day is None else LegalRegime(regime_on(day, buyer), estimated, day)


def regime_on(day: date, buyer: BuyerType) -> Regime:
    """Total: every day has one regime for a kind of buyer."""
    if buyer is BuyerType.PRIVATE:
        return Regime.PRIVATE
    if buyer in OUTSIDE_CMP and ORD_2005_FROM <= day <= ORD_2005_TO:
        return Regime.ORD_2005
    return next(found for last, found in PERIODS if day <= last)


_CMP: Mapping[ClauseKind, str] = {
    K.EXECUTION_CONDITION: "art. 14",
    K.AWARD_CRITERION: "art. 53",
    K.CONDITION_AND_CRITERION: "art. 14 et art. 53",
    K.INSERTION_SERVICE: "art. 30",
    K.RESERVED_DISABILITY: "art. 15",
}
_PRIVATE: Mapping[ClauseKind, str] = dict.fromkeys(
    (K.EXECUTION_CONDITION, K.AWARD_CRITERION, K.CONDITION_AND_CRITERION, K.INSERTION_SERVICE, K.PRIVATE_COMMITMENT),
    "engagement contractuel",
)
ARTICLES: Mapping[Regime, Mapping[ClauseKind, str]] = {
    Regime.CMP_PRE2006: _CMP,
    Regime.CMP_2006: _CMP,
    Regime.ORD_2005: {
        K.EXECUTION_CONDITION: "décret n° 2005-1742, art. 4",
        K.AWARD_CRITERION: "ordonnance n° 2005-649",
        K.CONDITION_AND_CRITERION: "décret n° 2005-1742, art. 4",
        K.INSERTION_SERVICE: "ordonnance n° 2005-649",
        K.RESERVED_DISABILITY: "ordonnance n° 2005-649",
    },
    Regime.ORD_2015: {
        K.EXECUTION_CONDITION: "art. 38 I",
        K.AWARD_CRITERION: "art. 52 (décret n° 2016-360, art. 62)",
        K.CONDITION_AND_CRITERION: "art. 38 I et art. 52",
        K.INSERTION_SERVICE: "décret n° 2016-360, art. 28 et 35",
        K.RESERVED_DISABILITY: "art. 36 I",
        K.RESERVED_IAE: "art. 36 II",
        K.RESERVED_SSE: "art. 37",
    },
    Regime.CCP: {
        K.EXECUTION_CONDITION: "L2112-2",
        K.AWARD_CRITERION: "L2152-7 et R2152-7",
        K.CONDITION_AND_CRITERION: "L2112-2 et R2152-7",
        K.INSERTION_SERVICE: "R2123-1 3° et R2123-7",
        K.RESERVED_DISABILITY: "L2113-12",
        K.RESERVED_IAE: "L2113-13",
        K.RESERVED_BOTH: "L2113-14",
        K.RESERVED_PRISON: "L2113-13-1",
        K.RESERVED_SSE: "L2113-15 et L2113-16",
    },
    Regime.PRIVATE: _PRIVATE,
}
CONCESSIONS: Mapping[ClauseKind, str] = {
    K.EXECUTION_CONDITION: "L3114-2",
    K.AWARD_CRITERION: "L3124-5",
    K.CONDITION_AND_CRITERION: "L3114-2 et L3124-5",
    K.RESERVED_DISABILITY: "L3113-1",
    K.RESERVED_IAE: "L3113-2",
    K.RESERVED_PRISON: "L3113-2-1",
}


def legal_basis(kind: ClauseKind, of: Regime, concession: bool = False) -> str | None:
    """LEG-02: the article shown for a clause of this kind under a regime; None where the regime has none for it."""
    if kind is K.PRIVATE_COMMITMENT:
        return "engagement contractuel"
    if concession and of is Regime.CCP:
        return CONCESSIONS.get(kind)
    return ARTICLES[of].get(kind)


class LegalRefusal(StrEnum):
    """Combinations of a kind of clause and a regime that the law does not have (LEG-02)."""

    IAE_TOO_EARLY = (
        "Un marché ne pouvait pas être réservé à l'insertion par l'activité économique avant le 1er avril 2016."
        " Vérifiez la date de consultation ou le type de clause."
    )
    BOTH_FORBIDDEN = (
        "Un même marché ne pouvait pas être réservé à la fois au handicap et à l'insertion avant le 9 décembre 2020."
        " Choisissez l'un des deux, ou vérifiez la date de consultation."
    )
    PRISON_TOO_EARLY = (
        "La réserve aux activités pénitentiaires n'existe que pour les consultations lancées depuis le 20 octobre 2022."
        " Vérifiez la date de consultation ou le type de clause."
    )
    SSE_TOO_EARLY = (
        "La réserve à l'économie sociale et solidaire n'existe que depuis le 1er avril 2016."
        " Vérifiez la date de consultation ou le type de clause."
    )
    PRIVATE_RESERVED = (
        "Un donneur d'ordre privé ne réserve pas de marché au sens de la loi : choisissez « Commande privée »."
    )
    NOT_A_CONCESSION = "Ce type de clause n'existe pas pour une concession. Choisissez un autre type."
    NO_ARTICLE = "Ce type de clause n'existe pas dans les textes en vigueur à la date de consultation."


def legal_refusal(kind: ClauseKind, of: LegalRegime | None, concession: bool = False) -> LegalRefusal | None:
    """Why this kind of clause cannot exist under this regime; None where it can, or where no day is known."""
    if of is None:
        return None
    if of.regime is Regime.CCP and of.day is not None:
        if kind is K.RESERVED_BOTH and of.day < RESERVED_BOTH_FROM:
            return LegalRefusal.BOTH_FORBIDDEN
        if kind is K.RESERVED_PRISON and of.day < RESERVED_PRISON_FROM:
            return LegalRefusal.PRISON_TOO_EARLY
    if legal_basis(kind, of.regime, concession) is not None:
        return None
    if of.regime is Regime.PRIVATE and kind in RESERVED:
        return LegalRefusal.PRIVATE_RESERVED
    if concession:
        return LegalRefusal.NOT_A_CONCESSION
    return _TOO_EARLY.get(kind, LegalRefusal.NO_ARTICLE)


_TOO_EARLY: Mapping[ClauseKind, LegalRefusal] = {
    K.RESERVED_IAE: LegalRefusal.IAE_TOO_EARLY,
    K.RESERVED_BOTH: LegalRefusal.BOTH_FORBIDDEN,
    K.RESERVED_PRISON: LegalRefusal.PRISON_TOO_EARLY,
    K.RESERVED_SSE: LegalRefusal.SSE_TOO_EARLY,
}
