"""A block copied from a spreadsheet."""

from __future__ import annotations

import pytest

from clause.hours.codes import HourKind
from clause.hours.rules.paste import place_block, read_block

NAMES = ("Álvarez Inès", "Benali Karim", "Le Goff Anna")
KINDS = (HourKind.WORK, HourKind.TRAINING, HourKind.ABSENCE)
W, T, A = KINDS


def test_cells_between_tabs_with_any_end_of_line() -> None:
    assert read_block("1\t2\r\n\r\n3\t\n") == [["1", "2"], ["3", ""]]
    assert read_block("a;35,5\nb;70") == [["a", "35,5"], ["b", "70"]]


def test_without_names_lines_follow_the_people() -> None:
    pasted = place_block("140\t7\n35h30\n\t14", NAMES, KINDS)
    assert pasted.cells == {0: {W: "140", T: "7"}, 1: {W: "35h30"}, 2: {T: "14"}}


@pytest.mark.parametrize(
    "text",
    [
        "Benali Karim\t140\t7\nALVAREZ INES\t70",
        "karim\tbenali\t140\t7\ninès\tálvarez\t70",
        "Nom;Travail;Formation\nKarim Benali;140;7\nInès Alvarez;70;",
        "Nom\tPrénom\tHeures travaillées\tHeures de formation\nBenali\tKarim\t140\t7\nÁlvarez\tInès\t70\t",
    ],
)
def test_names_in_any_order_and_writing(text: str) -> None:
    pasted = place_block(text, NAMES, KINDS)
    assert pasted.cells == {1: {W: "140", T: "7"}, 0: {W: "70"}}
    assert pasted.unknown == ()


def test_headings_say_which_column_is_which() -> None:
    pasted = place_block("Nom\tAbsence\tTravail\nLe Goff Anna\t14\t126", NAMES, KINDS)
    assert pasted.cells == {2: {A: "14", W: "126"}}


def test_a_name_that_nobody_bears_is_said() -> None:
    pasted = place_block("Martin Zoé\t140\nLe Goff Anna\t10", NAMES, KINDS)
    assert pasted.unknown == ("Martin Zoé",)
    assert pasted.cells == {2: {W: "10"}}


def test_of_two_people_of_the_same_name_none_is_guessed() -> None:
    pasted = place_block("Benali Karim\t140", (*NAMES, "Karim Benali"), KINDS)
    assert pasted.cells == {}
    assert pasted.unknown == ("Benali Karim",)


def test_more_lines_than_people_are_said() -> None:
    assert place_block("1\n2\n3\n4", NAMES, KINDS).unknown == ("ligne 4",)
