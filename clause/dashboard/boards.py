"""What the first page of each role holds: queries put together, as the values of a template. Lists are cut, counts are not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.candidates.codes import ContractState, EligibilityState
from clause.candidates.queries.pathways import PathwayState
from clause.dashboard.queries import hours, people, progress
from clause.dashboard.queries import platform as platform_queries
from clause.dashboard.queries import structure as structure_queries
from clause.dashboard.todo import Note, Todo, said, waiting_since
from clause.hours.codes import DeclarationState
from clause.hours.evidence.queries import awaiting_count
from clause.hours.forecast.queries.lists import Filters, forecast_rows, sorted_rows
from clause.hours.forecast.rules.forecast import about
from clause.hours.penalties.queries.cases import waiting_cases
from clause.hours.queries.due import OwedMonth, late_by_age, months_to_declare
from clause.hours.reporting.queries.follow_ups import late_accounts
from clause.hours.reporting.queries.notices import to_send
from clause.hours.rules.deadlines import Age
from clause.hours.suppliers.queries import to_confirm_count
from clause.kernel.clock import day_of
from clause.markets.rules.progress import Alert

SHOWN = 10
LATE_MARKETS = {"retard": "y"}
LATE_TONES = {Age.UNDER_15: "info", Age.FROM_15: "warn", Age.FROM_42: "warn", Age.FROM_84: "bad"}


def structure(session: Session, viewer: Viewer, today: date) -> dict[str, Any]:
    """For facilitators and coordinators: what waits, what drifts, what ends, and the year so far."""
    drifting = progress.drifting(progress.running_markets(session, viewer, today))
    ending = people.ending_eligibilities(session, viewer, today)
    incomplete = structure_queries.incomplete_markets(session, viewer, today)
    todos = [
        *_declarations(session, viewer, today),
        *_evidence(session, viewer, today),
        _candidates(session, viewer, today),
        _contracts(session, viewer, today),
        *_ends_asked(session, viewer, today),
        *_penalties(session, viewer, today),
        _drifts(drifting),
        _endings(ending, today),
    ]
    return {
        "todos": todos, "drifting": drifting, "drifting_shown": drifting[:SHOWN], "ending": ending,
        "ending_shown": ending[:SHOWN], "incomplete": incomplete,
        "figures": structure_queries.year_figures(session, viewer, today),
    }  # fmt: skip


def _declarations(session: Session, viewer: Viewer, today: date) -> list[Todo]:
    late = late_accounts(session, viewer, today)
    by_age = late_by_age(late)
    ages = tuple(Note(f"{by_age[age]} : {age.label}", LATE_TONES[age]) for age in reversed(Age) if by_age[age])
    return [
        _waiting(
            hours.to_validate(session, viewer), today, "déclaration d'heures à valider", "déclarations d'heures à valider",
            "validation.index",
        ),
        Todo(len(late), "compte rendu d'entreprise en retard", "comptes rendus d'entreprises en retard", "declarations.late", notes=ages),
    ]  # fmt: skip


def _evidence(session: Session, viewer: Viewer, today: date) -> list[Todo]:
    """Hours whose evidence was asked for and that may be decided; said only where there are some."""
    count, _ = awaiting_count(session, viewer, today)
    one, many = "pièce demandée à décider", "pièces demandées à décider"
    return [Todo(count, one, many, "evidence.index")] if count else []


def _candidates(session: Session, viewer: Viewer, today: date) -> Todo:
    """The coordinator sees that candidates wait; only a facilitator decides (PUB-02)."""
    return _waiting(
        people.candidates(session, viewer), today, "personne attend une décision d'éligibilité",
        "personnes attendent une décision d'éligibilité", "participants.index", {"etat": EligibilityState.SUBMITTED.value},
    )  # fmt: skip


def _contracts(session: Session, viewer: Viewer, today: date) -> Todo:
    return _waiting(
        people.contracts_to_confirm(session, viewer), today, "contrat de travail annoncé à confirmer",
        "contrats de travail annoncés à confirmer", "contracts.index", {"etat": ContractState.PROPOSED.value},
        "le plus ancien",
    )  # fmt: skip


def _ends_asked(session: Session, viewer: Viewer, today: date) -> list[Todo]:
    """Rare: said only where there is one."""
    todo = _waiting(
        people.ends_asked(session, viewer), today, "fin de contrat de travail demandée par une entreprise",
        "fins de contrat de travail demandées par une entreprise", "contracts.index", {"fin": "demandee"},
    )  # fmt: skip
    return [todo] if todo.count else []


def _penalties(session: Session, viewer: Viewer, today: date) -> list[Todo]:
    """Rare too: cases to take to their next stage."""
    count = len(waiting_cases(session, viewer, today))
    todo = Todo(
        count, "dossier de pénalité attend un acte de votre part", "dossiers de pénalité attendent un acte de votre part",
        "penalties.index", {"en_cours": "1"},
    )  # fmt: skip
    return [todo] if count else []


def _waiting(
    found: people.Waiting, today: date, one: str, many: str, endpoint: str, link: dict[str, Any] | None = None,
    oldest: str = "la plus ancienne",
) -> Todo:  # fmt: skip
    since = day_of(found.since) if found.since else None
    return Todo(found.count, one, many, endpoint, link or {}, waiting_since(since, today, oldest))


def _drifts(drifting: Sequence[progress.MarketRow]) -> Todo:
    red = sum(m.figures.alert is Alert.RED for m in drifting)
    counts = ((red, "sous 50 % de l'attendu", "bad"), (len(drifting) - red, "sous 80 % de l'attendu", "warn"))
    notes = tuple(Note(f"{n} {text}", tone) for n, text, tone in counts if n)
    return Todo(len(drifting), "marché en retard sur ses heures", "marchés en retard sur leurs heures", "markets.index", LATE_MARKETS, notes)  # fmt: skip


def _endings(ending: Sequence[people.Ending], today: date) -> Todo:
    sooner = sum((e.until - today).days <= people.SOONER for e in ending)
    notes = (Note(f"{sooner} dans les {people.SOONER} jours", "warn"),) if sooner else ()
    return Todo(
        len(ending), f"éligibilité se termine dans les {people.SOON} jours",
        f"éligibilités se terminent dans les {people.SOON} jours", "dashboard.home", {"_anchor": "eligibilites"}, notes,
    )  # fmt: skip


def plie(session: Session, viewer: Viewer, today: date) -> dict[str, Any]:
    """For the PLIE manager: entries and exits to validate."""
    found = people.pathways(session, viewer)
    todos = [
        Todo(found.entries, "entrée en parcours à valider", "entrées en parcours à valider", "pathways.index", {"etat": PathwayState.ENTRY_TO_VALIDATE.value}),
        Todo(found.exits, "sortie de parcours à valider", "sorties de parcours à valider", "pathways.index", {"etat": PathwayState.EXIT_TO_VALIDATE.value}),
    ]  # fmt: skip
    return {"todos": todos, "pathways": found, "figures": structure_queries.year_figures(session, viewer, today)}


def company(session: Session, viewer: Viewer, today: date) -> dict[str, Any]:
    """For a company: what was sent back, what is to declare, hours still due, people at work."""
    owed = [o for o in months_to_declare(session, viewer, today) if o.over and o.state is not DeclarationState.RETURNED]
    still_due = progress.still_due(progress.running_markets(session, viewer, today))
    return {
        "returned": hours.returned(session, viewer),
        "evidence": awaiting_count(session, viewer, today),
        "to_confirm": to_confirm_count(session, viewer),
        "owed": [(o, *_lateness(o, today)) for o in sorted(owed, key=lambda o: (o.due, o.market_reference))],
        "still_due": [row for row in still_due if row.held],
        "elsewhere": [row for row in still_due if not row.held],
        "lacking": _lacking(session, viewer, today),
        "about": about,
        "penalties": waiting_cases(session, viewer, today),
        "employees": people.employees(session, viewer, today),
    }


def _lacking(session: Session, viewer: Viewer, today: date) -> list[Any]:
    """Markets that the company holds and that will lack hours, with what would close the gap."""
    return sorted_rows(forecast_rows(session, viewer, Filters(lacking=True), today), "-manque")[:SHOWN]


def _lateness(owed: OwedMonth, today: date) -> tuple[str, str]:
    """Lateness in words, and the tone of its badge."""
    if owed.age is not None:
        return f"En retard de {said(owed.late_days, 'jour', 'jours')}", "bad" if owed.age is Age.FROM_84 else "warn"
    left = (owed.due - today).days
    return ("À envoyer aujourd'hui" if left == 0 else f"Encore {said(left, 'jour', 'jours')}"), "info"


def authority(session: Session, viewer: Viewer, today: date) -> dict[str, Any]:
    """For a contracting authority: what waits for it, its operations, and the years it may download."""
    found = progress.operations(session, viewer, today)
    return {
        "operations": found,
        "years": [today.year, today.year - 1],
        "notices": to_send(session, viewer),
        "penalties": waiting_cases(session, viewer, today),
    }


STATE_TONES = {
    EligibilityState.SUBMITTED: "info", EligibilityState.INCOMPLETE: "warn", EligibilityState.ELIGIBLE: "ok",
    EligibilityState.NOT_ELIGIBLE: "bad", EligibilityState.EXPIRED: "warn",
}  # fmt: skip


def prescriber(session: Session, viewer: Viewer, today: date) -> dict[str, Any]:
    """For a prescriber: the people it proposed, and those whose proposal is to complete."""
    found = people.proposals(session, viewer, today)
    to_complete = [p for p in found if p.state is EligibilityState.INCOMPLETE]
    return {"proposals": found, "shown": found[: SHOWN * 2], "to_complete": to_complete, "tones": STATE_TONES}


def platform(session: Session) -> dict[str, Any]:
    """For the administrator: mail and jobs that failed, and what the platform holds."""
    state = platform_queries.platform_state(session)
    retried = (Note(f"{state.mails_retried} déjà en échec, à réessayer", "warn"),) if state.mails_retried else ()
    todos = [
        Todo(state.mails_failed, "message abandonné après plusieurs échecs", "messages abandonnés après plusieurs échecs", "platform.index"),
        Todo(state.mails_waiting, "message en attente", "messages en attente", "platform.index", notes=retried),
        Todo(state.jobs_failed, "traitement en échec", "traitements en échec", "platform.index"),
    ]  # fmt: skip
    return {"todos": todos, "state": state}
