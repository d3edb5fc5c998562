"""The main job by the screens only: from a market that is registered to the files its authority downloads.

Nothing is written beside the browser but the accounts and the organisations they belong to.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session

from clause.access import Role
from clause.kernel import clock
from tests.support import factories as make

pytestmark = pytest.mark.browser

Browse = Callable[..., Any]
PEOPLE = (("Sorel-Aubry", "Maïa"), ("Tancrède", "Ilan"))
REASON = "Le relevé signé donne une demi-journée de moins."


@dataclass(frozen=True)
class Cast:
    facilitator: str
    referent: str
    company: str
    authority: str
    siret: str


@pytest.fixture
def cast(app: Any, session: Session) -> Cast:
    """A structure, a buyer and a company with an account each; no operation, no market, no person."""
    clock.move_to(datetime(2026, 3, 2, 9, 0))
    structure, buyer, company = make.structure(session), make.authority(session), make.establishment(session)
    prescriber = make.prescriber(session, structure, "Référents du PLIE")
    found = Cast(
        facilitator=make.facilitator(session, structure).email,
        referent=make.user(session, Role.PRESCRIBER, structure_id=structure.id, prescriber_id=prescriber.id).email,
        company=make.user(session, Role.COMPANY, company_id=company.company_id).email,
        authority=make.user(session, Role.AUTHORITY, authority_id=buyer.id).email,
        siret=company.siret,
    )
    session.commit()
    return found


def test_the_hours_typed_are_those_of_the_files(engine: str, cast: Cast, browse: Browse, tmp_path: Path) -> None:
    facilitator = browse(cast.facilitator)
    register_operation_and_market(facilitator, cast.siret)
    propose(browse(cast.referent))
    for last_name, _ in PEOPLE:
        declare_eligible(facilitator, last_name)
    offer_positions(facilitator)
    company = browse(cast.company)
    announce_contracts(company)
    confirm_contracts(facilitator)

    clock.move_to(datetime(2026, 4, 3, 9, 0))
    declare(company, "35h30", "112,25")
    return_to_company(facilitator, "147,75 h")
    correct(company, "31h30")
    validate(facilitator, "143,75 h")

    workbook, published = bilan(browse(cast.authority), tmp_path)
    # March alone: 31 h 30 and 112,25 h.
    assert {row["key"]: row["hours"] for row in published["tables"]["B05"]["rows"]}["2026-03"] == 143.75
    assert [row["hours"] for row in published["tables"]["B03"]["rows"]] == [143.75]
    assert 143.75 in cells(workbook)
    for text in (words(workbook), json.dumps(published, ensure_ascii=False)):
        for person in PEOPLE:
            assert not [name for name in person if name in text]


def register_operation_and_market(page: Any, siret: str) -> None:
    menu(page, "Opérations")
    page.get_by_role("link", name="Créer une opération").first.click()
    page.get_by_label("Intitulé").fill("Extension du gymnase des Prés")
    page.get_by_label("Référence", exact=True).fill("GYM-2026")
    buyer = page.locator("#maitres-d-ouvrage option").first.get_attribute("value")
    page.get_by_label("Maître d'ouvrage", exact=True).fill(buyer)
    page.get_by_label("Consultation lancée le").fill("12/01/2026")
    page.get_by_role("button", name="Créer l'opération").click()
    page.get_by_role("link", name="Ajouter un marché").first.click()
    page.get_by_label("Objet").fill("Lot 2, gros œuvre")
    page.get_by_label("Référence", exact=True).fill("GYM-02")
    page.get_by_label("Type de clause").select_option(label="Condition d'exécution")
    page.get_by_label("Début").fill("02/03/2026")
    page.get_by_label("Fin", exact=False).last.fill("31/12/2026")
    page.get_by_label("SIRET du titulaire").fill(siret)
    page.get_by_role("button", name="Créer le marché").click()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Nombre d'heures inscrit au marché").fill("1 200")
    page.get_by_role("button", name="Fixer l'objectif").click()
    page.get_by_text("GYM-02").first.wait_for()


def propose(page: Any) -> None:
    """The referent proposes the two people, each with what is known of the person."""
    for last_name, first_name in PEOPLE:
        menu(page, "Personnes")
        page.get_by_role("link", name="Proposer une personne").first.click()
        page.get_by_label("Nom", exact=True).fill(last_name)
        page.get_by_label("Prénom").fill(first_name)
        page.get_by_label("Date de naissance").fill("17/05/1990")
        page.get_by_label("Sexe").select_option(label="Femme")
        page.get_by_label("Demandeur d'emploi de longue durée").check()
        page.get_by_role("button", name="Envoyer la proposition").click()
        page.get_by_role("heading", name=f"{first_name} {last_name}").wait_for()


def declare_eligible(page: Any, last_name: str) -> None:
    menu(page, "Aujourd'hui")
    page.get_by_role("link", name="attend").first.click()
    page.get_by_role("link", name=last_name).click()
    page.get_by_role("link", name="Décider de l'éligibilité").click()
    page.get_by_label("Demandeur d'emploi de longue durée").check()
    page.get_by_label("Critère principal").select_option(label="Demandeur d'emploi de longue durée")
    page.get_by_label("Justificatif 1").fill("Attestation de France Travail")
    page.get_by_label("Vu le (1)").fill("02/03/2026")
    page.get_by_label("Éligible", exact=True).check()
    page.get_by_role("button", name="Enregistrer la décision").click()
    page.get_by_text("Éligible jusqu'au").first.wait_for()


def offer_positions(page: Any) -> None:
    """A position on the market, and both people presented to the company."""
    menu(page, "Personnes")
    page.get_by_role("link", name="Postes").click()
    page.get_by_role("link", name="Ouvrir un poste").first.click()
    page.locator("#market").select_option(index=1)
    page.locator("#employer").select_option(index=1)
    page.get_by_label("Intitulé du poste").fill("Aide-maçon")
    page.get_by_label("Nombre de places").fill("2")
    page.get_by_role("button", name="Ouvrir le poste").click()
    for last_name, first_name in PEOPLE:
        page.get_by_label("Personne", exact=True).select_option(label=option_with(page, "#person", last_name))
        page.get_by_role("button", name="Proposer sur ce poste").click()
        page.get_by_role("link", name=f"{last_name} {first_name}").wait_for()


def announce_contracts(page: Any) -> None:
    """The company hires both from its own pages and announces their contracts."""
    for last_name, _ in PEOPLE:
        menu(page, "Personnes")
        page.get_by_role("link", name="Postes").click()
        page.get_by_role("link", name="Aide-maçon").click()
        page.locator("tr", has_text=last_name).get_by_role("button", name="Embauchée").click()
        page.get_by_label("Modalité").select_option(label="Embauche directe")
        page.get_by_label("Type de contrat").select_option(label="CDD")
        page.get_by_label("Premier jour").fill("02/03/2026")
        page.get_by_label("Dernier jour").fill("31/12/2026")
        page.get_by_role("button", name="Annoncer le contrat").click()
        page.get_by_text("À confirmer").first.wait_for()


def confirm_contracts(page: Any) -> None:
    for last_name, _ in PEOPLE:
        menu(page, "Aujourd'hui")
        page.get_by_role("link", name="à confirmer").click()
        page.locator("tr", has_text=last_name).get_by_role("link").first.click()
        page.get_by_role("button", name="Confirmer le contrat").click()
        page.get_by_text("Confirmé", exact=True).first.wait_for()


def declare(page: Any, first: str, second: str) -> None:
    """March, opened from the first page, typed in the grid and sent."""
    menu(page, "Aujourd'hui")
    page.get_by_role("link", name="mars 2026").first.click()
    work_of(page, PEOPLE[0]).fill(first)
    work_of(page, PEOPLE[1]).fill(second)
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text("À valider").first.wait_for()


def return_to_company(page: Any, total: str) -> None:
    menu(page, "Aujourd'hui")
    page.get_by_role("link", name="à valider").click()
    page.get_by_role("row", name="GYM-02").get_by_role("link").first.click()
    page.get_by_role("button", name=f"Tout valider ({total})").wait_for()
    page.get_by_text("Renvoyer à l'entreprise").click()
    page.get_by_label("Ce que l'entreprise doit corriger").fill(REASON)
    page.get_by_role("button", name="Tout renvoyer").click()
    page.get_by_text("renvoyé").first.wait_for()


def correct(page: Any, first: str) -> None:
    """The company reads why, finds what it typed, changes a cell and sends again."""
    menu(page, "Aujourd'hui")
    page.get_by_text(REASON).wait_for()
    page.get_by_role("link", name="Corriger les heures de mars 2026").click()
    page.get_by_role("link", name="Corriger et renvoyer").click()
    assert work_of(page, PEOPLE[1]).input_value() == "112,25"
    work_of(page, PEOPLE[0]).fill(first)
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text("À valider").first.wait_for()


def validate(page: Any, total: str) -> None:
    menu(page, "Aujourd'hui")
    page.get_by_role("link", name="à valider").click()
    page.get_by_role("row", name="GYM-02").get_by_role("link").first.click()
    page.get_by_role("button", name=f"Tout valider ({total})").click()
    page.get_by_text("Validée").first.wait_for()


def bilan(page: Any, folder: Path) -> tuple[Any, dict[str, Any]]:
    """The two files of the operation, taken by the buttons of its page."""
    menu(page, "Bilans")
    page.get_by_role("link", name="Extension du gymnase des Prés").click()
    files = []
    for label in ("Télécharger le classeur", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("link", name=label).first.click()
        files.append(Path(download.value.path()).read_bytes())
    return openpyxl.load_workbook(BytesIO(files[0])), json.loads(files[1])


def menu(page: Any, name: str) -> None:
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name=name, exact=True).click()


def work_of(page: Any, person: tuple[str, str]) -> Any:
    return page.locator("tr", has_text=person[0]).locator("input[data-kind=work]")


def option_with(page: Any, select: str, text: str) -> str:
    return str(page.locator(f"{select} option", has_text=text).inner_text())


def cells(workbook: Any) -> list[Any]:
    return [cell for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]


def words(workbook: Any) -> str:
    return " ".join(str(cell) for cell in cells(workbook))
