"""Contracts and people: those of the hours read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, String, case, func, select, type_coerce
from sqlalchemy.orm import Session

from clause.candidates.codes import EligibilityState
from clause.candidates.models import ClauseEntry, Eligibility, EligibilityCriterion, EmploymentContract, Participant
from clause.candidates.rules.ages import age_on
from clause.consolidations.columns import (
    UNKNOWN_AGE,
    Array,
    Frame,
    among,
    as_day,
    codes,
    days,
    fetch,
    flags,
    frame,
    integers,
    text,
)
from clause.consolidations.folios.packing import Words, words
from clause.organisations.models import Establishment, PrescriberOrganisation


def contracts(session: Session, ids: Sequence[int]) -> Frame:
    E = EmploymentContract
    c = fetch(
        session,
        select(
            E.id, E.participant_id, text(E.mode), text(E.contract_type), text(Establishment.kind), Establishment.company_id,
            E.rome, E.job, E.starts_on, E.ends_on,
        )
        .join(Establishment, Establishment.id == E.establishment_id)
        .where(among(session, E.id, ids)),
    )  # fmt: skip
    made = Frame(
        {
            "id": integers(c[0]), "person": integers(c[1]), "mode": codes(c[2]), "contract_type": codes(c[3]),
            "employer_type": codes(c[4]), "company": integers(c[5]), "rome": codes(c[6]), "job": codes(c[7]),
            "starts": days(c[8]), "ends": days(c[9]),
        }
    )  # fmt: skip
    return made.set_index("id").sort_index()


def people(session: Session, ids: Sequence[int]) -> Frame:
    """People by what was frozen at their entry; by what is known of them where no entry was frozen."""
    P, F, had = Participant, ClauseEntry, ClauseEntry.id.is_not(None)
    first_day = select(func.min(EmploymentContract.starts_on)).where(EmploymentContract.participant_id == P.id).scalar_subquery()  # fmt: skip

    def frozen_or(frozen: Any, own: Any) -> ColumnElement[Any]:
        return case((had, type_coerce(frozen, String)), else_=type_coerce(own, String))

    c = fetch(
        session,
        select(
            P.id, frozen_or(F.sex, P.sex), F.age, case((~had, P.birth_date)), case((~had, first_day)),
            frozen_or(F.education_level, P.education_level), text(F.primary_public), case((had, F.in_qpv), else_=P.in_qpv),
            frozen_or(F.commune, P.commune), frozen_or(F.prescriber, func.coalesce(PrescriberOrganisation.name, "")),
            type_coerce(F.publics, String), had,
        )
        .outerjoin(F, F.participant_id == P.id)
        .outerjoin(PrescriberOrganisation, PrescriberOrganisation.id == P.prescriber_id)
        .where(among(session, P.id, ids)),
    )  # fmt: skip
    made = Frame(
        {
            "id": integers(c[0]), "sex": codes(c[1], or_unknown), "age": _ages(c[2], c[3], c[4]), "level": codes(c[5], or_unknown),
            "public": codes(c[6]), "qpv": codes(c[7], _qpv), "commune": codes(c[8]), "prescriber": codes(c[9]),
            "publics": _lists(c[10]), "frozen": flags(c[11]),
        }
    )  # fmt: skip
    return made.set_index("id").sort_index()


def or_unknown(code: Any) -> str:
    return code or "unknown"


def _qpv(value: Any) -> str:
    return "unknown" if value is None else "qpv" if value else "not_qpv"


def _ages(frozen: Sequence[Any], born: Sequence[Any], first_day: Sequence[Any]) -> Array:
    def one(age: Any, birth: Any, day: Any) -> int:
        if birth and day:
            return age_on(as_day(birth), as_day(day))
        return UNKNOWN_AGE if age is None else int(age)

    return np.fromiter(map(one, frozen, born, first_day), dtype="int64", count=len(frozen))


def _lists(values: Sequence[Any]) -> Array:
    """The lists of publics; the same list is one object."""
    return of_codes(
        words([value if isinstance(value, str) or value is None else json.dumps(value) for value in values])
    )


def of_codes(values: Words) -> Array:
    """Lists from their JSON text."""
    lists = [json.loads(name) if name else [] for name in values.names]
    made = np.empty(len(values.places), dtype="object")
    made[:] = [lists[place] for place in values.places.tolist()]
    return made


def publics(session: Session, people: Frame) -> Frame:
    """One row a person and public. The primary public of a person without frozen entry comes from their assessments."""
    assessed = _assessed(session, [int(i) for i in people.index[~people["frozen"]]])
    for person, public in assessed:
        if not people.at[person, "public"]:
            people.at[person, "public"] = public
    counts = np.fromiter((len(listed) for listed in people["publics"]), dtype="int64", count=len(people))
    listed = Frame(
        {
            "person": np.repeat(people.index.to_numpy(dtype="int64"), counts),
            "public": codes([public for publics in people["publics"] for public in publics]),
        }
    )
    main = people["public"][people["public"] != ""]
    others = [listed, Frame({"person": main.index.to_numpy(dtype="int64"), "public": main.array})]
    if assessed:
        others.append(frame(assessed, {"person": "int64", "public": "str"}))
    return pd.concat(others, ignore_index=True).drop_duplicates().sort_values(["person", "public"], ignore_index=True)


def _assessed(session: Session, ids: Sequence[int]) -> list[tuple[int, str]]:
    """Criteria of the validated assessments of people without frozen entry, the primary one of the oldest first."""
    if not ids:
        return []
    rows = session.execute(
        select(Eligibility.participant_id, type_coerce(EligibilityCriterion.kind, String))
        .join(EligibilityCriterion, EligibilityCriterion.eligibility_id == Eligibility.id)
        .where(
            Eligibility.state.in_((EligibilityState.ELIGIBLE, EligibilityState.EXPIRED)),
            among(session, Eligibility.participant_id, ids),
        )
        .order_by(EligibilityCriterion.is_primary.desc(), Eligibility.eligible_from, Eligibility.id, EligibilityCriterion.id)
    )  # fmt: skip
    return [(person, public) for person, public in rows]
