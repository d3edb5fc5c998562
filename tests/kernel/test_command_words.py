"""The command line answers in French, whatever the language of the machine."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from clause.cli import main
from clause.kernel.command_words import WORDS, french, french_plural

ENGLISH = (
    "Usage",
    "Error",
    "Missing",
    "Try ",
    "Show this",
    "such ",
    "Commands",
    "Invalid",
    "required",
    "COMMAND [ARGS]",
)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Utilisation : "),
        ("--help", "Affiche cette aide et s'arrête."),
        ("inconnu", "La commande inconnu n'existe pas."),
        ("remind --nope", "L'option --nope n'existe pas."),
        ("import hours", "Il manque l'argument 'FICHIER'."),
        ("import", "COMMANDE [ARGUMENTS]..."),
        ("consolidate year 2016", "Il manque l'option '--out'."),
        ("demo --scale lune", "« lune » n'est pas 'france-2016'."),
        ("demo --years deux", "« deux » n'est pas un nombre entier."),
        ("demo --years 99", "99 est hors des limites 1<=x<=10."),
        ("import hours --help", "[obligatoire]"),
        ("remind en trop", "Des arguments sont en trop (en trop)"),
    ],
)
def test_click_speaks_french(typed: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    output = CliRunner().invoke(main, typed.split(), prog_name="clause").output
    assert said in output
    assert [word for word in ENGLISH if word in output] == []


def test_what_the_catalogue_does_not_know_stays_as_it_is() -> None:
    assert french("Something new {name}") == "Something new {name}"
    assert (
        french_plural("Takes {nargs} values but 1 was given.", "Takes {nargs} values but {len} were given.", 0)
        == (WORDS["Takes {nargs} values but 1 was given."])
    )
