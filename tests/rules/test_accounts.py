"""Rules of accounts: passwords, links, attempts, addresses, who may open which account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from clause.access import Role, Viewer
from clause.accounts.rules.addresses import local_path, normal_email
from clause.accounts.rules.attempts import BY_ADDRESS, wait_after, wait_in_words
from clause.accounts.rules.granting import GRANTS, Affiliation, Denial, may_grant
from clause.accounts.rules.links import LinkState, state_of
from clause.accounts.rules.passwords import COMMON, Fault, fault_of

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("court", Fault.TOO_SHORT),
        ("onze-caract", Fault.TOO_SHORT),
        ("x" * 201, Fault.TOO_LONG),
        ("camille.roussel-2026", Fault.HAS_EMAIL),
        ("CAMILLE.ROUSSEL@exemple.test", Fault.HAS_EMAIL),
        ("Motdepasse2026!", Fault.TOO_COMMON),
        ("motdepasse123", Fault.TOO_COMMON),
        ("Azertyuiop12!", Fault.TOO_COMMON),
        ("123456789012", Fault.TOO_COMMON),
        ("ClauseSociale2026", Fault.TOO_COMMON),
        ("aaaaaaaaaaaa", Fault.TOO_SIMPLE),
        ("abababababab!", Fault.TOO_SIMPLE),
        ("quatre-mots-bien-choisis", None),
        ("pluie tasse vélo lundi", None),
        ("Xk7;pQ2!mZ9w", None),
    ],
)
def test_passwords(password: str, fault: Fault | None) -> None:
    assert fault_of(password, "camille.roussel@exemple.test") == fault


def test_a_short_local_part_does_not_forbid_common_letters() -> None:
    assert fault_of("le jardin du soir", "le@exemple.test") is None


def test_the_common_words_can_be_met_as_they_are_compared() -> None:
    assert all(word == word.strip("0123456789") and word.isalnum() for word in COMMON)


@pytest.mark.parametrize(
    ("expires", "used", "state"),
    [
        (timedelta(minutes=1), None, LinkState.USABLE),
        (timedelta(0), None, LinkState.EXPIRED),
        (timedelta(minutes=-1), None, LinkState.EXPIRED),
        (timedelta(minutes=1), NOW, LinkState.USED),
        (timedelta(minutes=-1), NOW, LinkState.USED),
    ],
)
def test_a_link(expires: timedelta, used: datetime | None, state: LinkState) -> None:
    assert state_of(NOW + expires, used, NOW) is state


def minutes_ago(*minutes: int) -> list[datetime]:
    return [NOW - timedelta(minutes=m) for m in minutes]


def test_attempts() -> None:
    assert wait_after(minutes_ago(1, 2, 3, 4), NOW, BY_ADDRESS) is None
    assert wait_after(minutes_ago(1, 2, 3, 4, 5), NOW, BY_ADDRESS) == timedelta(minutes=10)
    assert wait_after(minutes_ago(5, 1, 4, 2, 3, 16), NOW, BY_ADDRESS) == timedelta(minutes=10)
    assert wait_after(minutes_ago(1, 2, 3, 4, 15), NOW, BY_ADDRESS) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 minute"), (60, "1 minute"), (61, "2 minutes"), (900, "15 minutes")]
)
def test_a_wait_is_said_in_whole_minutes(seconds: int, words: str) -> None:
    assert wait_in_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize("path", ["/", "/marches?page=2", "/personnes/ab12#haut", "/recherche?q=%2F%2F"])
def test_a_path_of_the_site_is_followed(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path", ["", None, "//x", "///x", "/\\x", "\\/x", "https://x", "javascript:alert(1)", "x", "/a b", "/\nx", "/a\\b"]
)
def test_any_other_address_is_not(path: str | None) -> None:
    assert local_path(path) is None


def test_addresses_are_compared_without_capitals() -> None:
    assert normal_email("  Camille@Exemple.TEST ") == "camille@exemple.test"


HERE, THERE = 1, 2


def viewer(role: Role) -> Viewer:
    return Viewer(role=role, name="Test", structure_id=HERE)


@pytest.mark.parametrize(
    ("by", "role", "of", "works_with", "denial"),
    [
        (Role.COORDINATOR, Role.FACILITATOR, Affiliation(structure_id=HERE), set(), None),
        (Role.COORDINATOR, Role.COORDINATOR, Affiliation(structure_id=HERE), set(), None),
        (Role.COORDINATOR, Role.FACILITATOR, Affiliation(structure_id=THERE), set(), Denial.OTHER_STRUCTURE),
        (Role.COORDINATOR, Role.ADMINISTRATOR, Affiliation(), set(), Denial.ROLE),
        (Role.FACILITATOR, Role.PRESCRIBER, Affiliation(structure_id=THERE, prescriber_id=9), set(), Denial.OTHER_STRUCTURE),
        (Role.FACILITATOR, Role.COMPANY, Affiliation(company_id=5), set(), None),
        (Role.FACILITATOR, Role.COMPANY, Affiliation(company_id=5), {HERE}, None),
        (Role.FACILITATOR, Role.COMPANY, Affiliation(company_id=5), {HERE, THERE}, Denial.SHARED),
        (Role.COORDINATOR, Role.AUTHORITY, Affiliation(authority_id=5), {THERE}, Denial.SHARED),
        (Role.ADMINISTRATOR, Role.COMPANY, Affiliation(company_id=5), {HERE, THERE}, None),
        (Role.ADMINISTRATOR, Role.FACILITATOR, Affiliation(structure_id=HERE), set(), Denial.ROLE),
        (Role.PLIE_MANAGER, Role.PRESCRIBER, Affiliation(structure_id=HERE, prescriber_id=9), set(), Denial.ROLE),
        (Role.COMPANY, Role.COMPANY, Affiliation(company_id=5), set(), Denial.ROLE),
    ],
)  # fmt: skip
def test_who_may_open_which_account(
    by: Role, role: Role, of: Affiliation, works_with: set[int], denial: Denial | None
) -> None:
    assert may_grant(viewer(by), role, of, works_with) == denial


def test_nobody_gives_a_role_above_their_own() -> None:
    order = [Role.FACILITATOR, Role.COORDINATOR, Role.ADMINISTRATOR]
    for giver, given in GRANTS.items():
        assert not set(order[order.index(giver) + 1 :]) & given
