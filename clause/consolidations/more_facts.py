"""Facts of other grains than hours: each is one frame, read only if a table that needs it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from clause.consolidations import facts_commitments, facts_companies, facts_follow_up, facts_owed
from clause.consolidations.facts import Facts, Frame
from clause.consolidations.more_whole import WHOLE
from clause.consolidations.perimeter import Perimeter

Reader = Callable[[Session, Perimeter, Facts], Frame]

READERS: Mapping[str, Reader] = {
    "places": facts_companies.places,
    "ended": facts_follow_up.ended,
    "anru_entries": facts_follow_up.anru_entries,
    "follow_ups": facts_follow_up.follow_ups,
    "qualifications": facts_follow_up.qualifications,
    "assessments": facts_follow_up.assessments,
    "placements": facts_follow_up.placements,
    "owed": facts_owed.owed,
    "notices": facts_commitments.notices,
    "penalties": facts_commitments.penalties,
    "anru": facts_commitments.anru_totals,
}
_FOLLOWED = ("ended", "anru_entries", "follow_ups")
NEEDS: Mapping[str, tuple[str, ...]] = {
    "C10": ("places",),
    "C10b": ("places",),
    "C10d": ("places",),
    "C12b": ("qualifications",),
    **dict.fromkeys(("C13", "C13b", "C13c", "C13d", "C13e", "C13f", "C16h"), _FOLLOWED),
    "C14": ("assessments",),
    "C14b": ("placements",),
    "C14c": ("placements", "ended"),
    "C15": ("owed", "notices", "penalties"),
    **dict.fromkeys(("C16", "C16b", "C16e", "C16f", "C16g"), ("anru",)),
    **dict.fromkeys(("C16c", "C16d"), ("anru", "places")),
}


def with_more(session: Session, perimeter: Perimeter, facts: Facts, codes: Iterable[str]) -> Facts:
    """The facts with the frames that these tables need: one query each."""
    wanted = {name for code in codes for name in NEEDS.get(code, ())}
    return replace(facts, more={name: _reader(name, facts)(session, perimeter, facts) for name in sorted(wanted)})


def _reader(name: str, facts: Facts) -> Reader:
    """Of the whole base from folios, where a table of theirs is read."""
    if facts.whole is not None and name in WHOLE:
        return partial(WHOLE[name], facts.whole)
    return READERS[name]
