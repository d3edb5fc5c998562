"""The official examples of both formats give the parties, amounts, modifications and considerations they show."""

from __future__ import annotations

from datetime import date

import pytest

from clause.imports.decp.normalising import normalise
from clause.imports.decp.reading import read_records
from clause.imports.decp.records import Contract, folded, from_content
from clause.imports.decp.sources import open_source
from tests.imports.decp.support import DATA, FILES

EXAMPLES = DATA / "exemples_officiels"


def read(name: str) -> list[Contract]:
    records = read_records(open_source(EXAMPLES / name))
    return [normalise(r.value, is_concession=r.is_concession).contract for r in records]


def holders(contract: Contract) -> list[tuple[str, str]]:
    return [(p.identifier, p.name) for p in contract.holders]


def test_2019_json_changes_its_holders() -> None:
    [contract] = read("1.5.0/mar-avec-modifications.json")
    assert contract.key == ("21350238800019", "2010345211201")
    assert contract.buyer.name == "Ville de Rennes"
    assert holders(contract) == [("81223113200026", "Garami SARL"), ("DE814864138", "Hellman Gmbh")]
    assert [p.valid for p in contract.holders] == [True, False]
    assert holders(folded(contract)) == [("81223113200026", "Garami SARL"), ("87127639200012", "Amandier SA")]
    assert contract.considerations is None
    assert contract.amount_cents == 12_700_000


def test_2019_lone_xml_record_folds_its_modifications_by_publication() -> None:
    [contract] = read("1.5.0/mar-avec-modifications.xml")
    state = folded(contract)
    assert len(contract.modifications) == 3
    assert (contract.months, state.months) == (24, 30)
    assert holders(state) == [("81223113200026", "Garami SARL"), ("87845484200015", "Jullié SA")]


@pytest.mark.parametrize("name", ["1.5.0/paquet-avec-uid.json", "1.5.0/paquet-avec-uid.xml"])
def test_2019_parcels_mix_markets_and_concessions(name: str) -> None:
    contracts = read(name)
    concession = next(c for c in contracts if c.is_concession)
    assert concession.buyer.identifier == "21350238800019"
    assert concession.notification_date == date(2001, 2, 21)
    assert (concession.amount_cents, concession.months) == (2_786_000_000, 360)
    assert holders(concession) == [("81223113200026", "Atlas SAS")]
    assert any(not c.is_concession for c in contracts)


def test_2022_markets_with_modifications_and_subcontracts() -> None:
    first, second = read("2.0.3/marches_avec_modifications.json")
    assert (first.identifier, second.identifier) == ("TEST2022", "TEST2022Bis")
    assert first.considerations == ("Clause sociale", "Critère social")
    assert holders(first) == [("55204599900869", "")]
    assert first.techniques == ("Concours", "Accord-cadre")
    assert first.framework == "1234567890"
    assert first.amount_cents == 57_500_000
    assert (folded(first).amount_cents, folded(first).months) == (12_345_787, 12)
    [act] = first.subcontracts
    assert act.amount_cents == 2_346_587  # after its own modification
    assert act.party is not None
    assert act.party.identifier == "214356"


def test_2022_concessions_with_modifications() -> None:
    for name in ("2.0.3/concessions_avec_modifications.json", "2.0.3/Contrat-concession-modification.xml"):
        contract = read(name)[0]
        assert contract.is_concession
        assert contract.notification_date == date(2024, 4, 2)
        assert (contract.amount_cents, folded(contract).amount_cents) == (1030, 2500)
        assert folded(contract).months == 14
        assert len(contract.holders) == 2
        assert contract.considerations == ("Clause sociale", "Critère social")


def test_2022_xml_of_two_equal_records() -> None:
    one, other = read("2.0.3/Marche.xml")
    assert one.digest == other.digest


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_what_is_kept_of_a_record_comes_back_whole(path) -> None:  # type: ignore[no-untyped-def]
    for raw in read_records(open_source(path)):
        contract = normalise(raw.value, is_concession=raw.is_concession).contract
        assert from_content(contract.content) == contract


def test_accents_of_an_iso_8859_15_file() -> None:
    source = open_source(DATA / "2019" / "derive_marches-publics.info_400.iso-8859-15.xml")
    first = normalise(next(iter(read_records(source))).value).contract
    assert first.buyer.name == "Communauté d'Agglomération du Pays Ajaccien"
