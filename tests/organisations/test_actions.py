"""Registering organisations: one legal entity a SIREN, one establishment a SIRET; editing them in turn."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stdnum import luhn

from clause.access import Role, Viewer
from clause.kernel import audit
from clause.kernel.refusals import Refused
from clause.organisations import actions, queries
from clause.organisations.actions import AuthorityEntry, CompanyEntry, StructureEntry
from clause.organisations.codes import BuyerType, EmployerType, PrescriberKind, StructureKind
from clause.organisations.models import Company, ContractingAuthority, Establishment, Structure
from clause.organisations.queries import ALL_SIAE, Filters
from clause.organisations.reach import structures_of_authority, structures_of_company
from tests.support import factories

ADMIN = Viewer(role=Role.ADMINISTRATOR, name="Admin")


def sibling(siret: str) -> str:
    """Another SIRET of the same legal entity."""
    nic = siret[:9] + "0002"
    return str(nic + luhn.calc_check_digit(nic))


@pytest.fixture
def viewer(session: Session) -> Viewer:
    return factories.viewer_of(factories.structure(session))


def test_a_second_establishment_joins_the_company_of_its_siren(session: Session, engine: str, viewer: Viewer) -> None:
    siret = factories.siret()
    company, known = actions.register_company(session, viewer, CompanyEntry(siret, "Bâti Val", EmployerType.COMPANY))
    again, attached = actions.register_company(
        session, viewer, CompanyEntry(sibling(siret), "Bâti Val Sud", EmployerType.EI)
    )
    assert (known, attached) == (False, True)
    assert again.id == company.id
    assert session.scalar(select(func.count(Company.id))) == 1
    assert session.scalar(select(func.count(Establishment.id))) == 2
    assert [e.action for e in audit.history(session, company)] == [
        f"établissement {sibling(siret)} rattaché",
        "entreprise enregistrée",
    ]


def test_the_same_siret_twice_is_refused_with_its_name(session: Session, engine: str, viewer: Viewer) -> None:
    entry = CompanyEntry(factories.siret(), "Bâti Val")
    actions.register_company(session, viewer, entry)
    with pytest.raises(Refused, match="Bâti Val") as refusal:
        actions.register_company(session, viewer, entry)
    assert refusal.value.field == "siret"


def test_an_authority_is_known_once_by_its_siren(session: Session, engine: str, viewer: Viewer) -> None:
    siret = factories.siret()
    first, _ = actions.register_authority(session, viewer, AuthorityEntry(siret, "Ville de Valmont", BuyerType.COMMUNE))
    second, known = actions.register_authority(
        session, viewer, AuthorityEntry(sibling(siret), "CCAS de Valmont", BuyerType.COMMUNE)
    )
    assert known
    assert second.id == first.id
    assert session.scalar(select(func.count(ContractingAuthority.id))) == 1


def test_an_edit_is_found_by_its_new_name_without_accents(session: Session, engine: str, viewer: Viewer) -> None:
    company, _ = actions.register_company(session, viewer, CompanyEntry(factories.siret(), "Ancien nom"))
    actions.edit_company(session, viewer, company, "Élan Écoconstruction", "", company.version)
    found = session.scalars(queries.companies(viewer, Filters(words="elan eco"))).all()
    assert [c.name for c in found] == ["Élan Écoconstruction"]
    assert audit.history(session, company)[0].changes == {"Nom": ["Ancien nom", "Élan Écoconstruction"]}


@pytest.mark.parametrize(("words", "count"), [("100%", 1), ("1%l", 0), ("%", 1), ("bati", 1)])
def test_what_is_searched_is_taken_as_it_is(
    session: Session, engine: str, viewer: Viewer, words: str, count: int
) -> None:
    actions.register_company(session, viewer, CompanyEntry(factories.siret(), "Bois 100% local"))
    actions.register_company(session, viewer, CompanyEntry(factories.siret(), "Bâti"))
    assert len(session.scalars(queries.companies(viewer, Filters(words=words))).all()) == count


def test_companies_are_found_by_the_kind_of_their_establishments(session: Session, engine: str, viewer: Viewer) -> None:
    for kind in (EmployerType.COMPANY, EmployerType.EI, EmployerType.ETTI, EmployerType.GEIQ):
        actions.register_company(session, viewer, CompanyEntry(factories.siret(), kind.value, kind))

    def names(kind: str) -> list[str]:
        return sorted(c.name for c in session.scalars(queries.companies(viewer, Filters(kind=kind))))

    assert names("GEIQ") == ["GEIQ"]
    assert names(ALL_SIAE) == ["EI", "ETTI"]
    assert len(names("")) == 4


def test_the_second_editor_learns_what_the_first_changed(session: Session, engine: str, viewer: Viewer) -> None:
    prescriber = actions.add_prescriber(session, viewer, "Mission locale", PrescriberKind.MISSION_LOCALE)
    seen = prescriber.version
    actions.edit_prescriber(session, viewer, prescriber, "Mission locale du Val", prescriber.kind, seen)
    with pytest.raises(Refused, match="Mission locale → Mission locale du Val"):
        actions.edit_prescriber(session, viewer, prescriber, "ML", prescriber.kind, seen)
    assert prescriber.name == "Mission locale du Val"


def test_on_what_is_shared_the_other_structure_has_no_name(session: Session, engine: str, viewer: Viewer) -> None:
    there = factories.structure(session, "PLIE d'ailleurs")
    stranger = factories.user(session, Role.FACILITATOR, structure_id=there.id)
    company, _ = actions.register_company(session, viewer, CompanyEntry(factories.siret(), "Bâti"))
    seen = company.version
    actions.edit_company(session, stranger.viewer(), company, "Bâti Plus", "", seen)
    with pytest.raises(Refused, match="Une autre structure a modifié") as refusal:
        actions.edit_company(session, viewer, company, "Bâti Moins", "", seen)
    assert stranger.name not in refusal.value.sentence


def test_a_prescriber_name_is_unique_in_a_structure_and_free_in_another(
    session: Session, engine: str, viewer: Viewer
) -> None:
    actions.add_prescriber(session, viewer, "Cap emploi", PrescriberKind.CAP_EMPLOI)
    with pytest.raises(Refused, match="déjà dans vos prescripteurs"):
        actions.add_prescriber(session, viewer, "CAP EMPLOI", PrescriberKind.CAP_EMPLOI)
    elsewhere = factories.viewer_of(factories.structure(session, "Autre"))
    actions.add_prescriber(session, elsewhere, "Cap emploi", PrescriberKind.CAP_EMPLOI)


def test_a_structure_is_opened_by_the_administrator_once(session: Session, engine: str, viewer: Viewer) -> None:
    entry = StructureEntry(factories.siret(), "PLIE du Littoral", StructureKind.PLIE, territory="Littoral")
    with pytest.raises(Refused, match="administration"):
        actions.add_structure(session, viewer, entry)
    actions.add_structure(session, ADMIN, entry)
    with pytest.raises(Refused, match="PLIE du Littoral"):
        actions.add_structure(session, ADMIN, entry)


def test_settings_are_kept_where_they_differ(session: Session, engine: str, viewer: Viewer) -> None:
    structure = session.get_one(Structure, viewer.structure_id)
    values = {"territory": "Val", "region": "", "email": "", "phone": ""}
    actions.edit_structure(
        session, viewer, structure, values, {"etp.hours": 1820, "report.due_day": None}, structure.version
    )
    assert structure.parameters == {"etp.hours": 1820}
    [event] = audit.history(session, structure)
    assert list(event.changes) == ["Heures d'un équivalent temps plein, par an"]


def test_who_works_with_a_company_is_read_from_markets_and_contracts(session: Session, engine: str) -> None:
    here, there = factories.structure(session), factories.structure(session, "Autre")
    holder, employer = factories.establishment(session), factories.establishment(session, "Intérim")
    operation = factories.operation(session, here)
    factories.market(session, operation, holder)
    factories.contract(session, factories.participant(session, there), employer)
    assert structures_of_company(session, holder.company_id) == {here.id}
    assert structures_of_company(session, employer.company_id) == {there.id}
    assert structures_of_authority(session, operation.authority_id) == {here.id}
