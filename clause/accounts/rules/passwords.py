"""What a password must be: long, one's own, and not among the first that anybody would try."""

from __future__ import annotations

import re
from enum import StrEnum

from clause.kernel.values import fold

MIN_LENGTH = 12
MAX_LENGTH = 200
MIN_DISTINCT = 5


class Fault(StrEnum):
    """Why a password is refused, in French."""

    TOO_SHORT = "Le mot de passe compte au moins 12 caractères. Une phrase de quelques mots convient très bien."
    TOO_LONG = "Le mot de passe ne dépasse pas 200 caractères."
    HAS_EMAIL = "Le mot de passe ne contient pas votre adresse e-mail : c'est la première chose qu'on essaierait."
    TOO_COMMON = "Ce mot de passe est trop courant. Choisissez plutôt quelques mots sans rapport entre eux."
    TOO_SIMPLE = "Ce mot de passe répète trop peu de caractères différents. Choisissez plutôt quelques mots."


# What is left of the passwords people use most, once the digits and signs around them are taken away.
COMMON = frozenset(
    fold(word)
    for word in [
        "motdepasse",
        "mot",
        "de",
        "passe",
        "monmotdepasse",
        "motdepasses",
        "mdp",
        "password",
        "passe",
        "passw",
        "passwd",
        "administrateur",
        "administrator",
        "admin",
        "azerty",
        "azertyuiop",
        "azertyuiopqsdfghjklm",
        "qwerty",
        "qwertyuiop",
        "qwertz",
        "azertyazerty",
        "qwertyqwerty",
        "qsdfghjklm",
        "wxcvbn",
        "aqwzsx",
        "bonjour",
        "bonjourbonjour",
        "bienvenue",
        "welcome",
        "soleil",
        "soleilsoleil",
        "chocolat",
        "doudou",
        "loulou",
        "nicolas",
        "camille",
        "thomas",
        "julien",
        "jetaime",
        "jetaimefort",
        "iloveyou",
        "monamour",
        "amour",
        "princesse",
        "marseille",
        "olympique",
        "olympiquedemarseille",
        "parissaintgermain",
        "paris",
        "france",
        "vivelafrance",
        "liberte",
        "libertee",
        "egalite",
        "fraternite",
        "libertéégalitéfraternité",
        "football",
        "footballeur",
        "ronaldo",
        "mbappe",
        "dragon",
        "superman",
        "batman",
        "pokemon",
        "naruto",
        "starwars",
        "master",
        "letmein",
        "letmeinletmein",
        "monkey",
        "shadow",
        "sunshine",
        "trustno",
        "access",
        "clause",
        "clausesociale",
        "clauses",
        "clausesinsertion",
        "clausesocialedinsertion",
        "insertion",
        "facilitateur",
        "facilitatrice",
        "coordination",
        "entreprise",
        "collectivite",
        "mairie",
        "departement",
        "region",
        "plie",
        "prescripteur",
        "chantier",
        "chantiers",
        "heuresinsertion",
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
        "printemps",
        "automne",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "vacances",
        "abcdefghijkl",
        "abcdefghijklmnop",
        "abcdef",
        "secret",
        "secretsecret",
        "changemoi",
        "achanger",
        "temporaire",
        "provisoire",
        "nouveau",
        "nouveaumotdepasse",
        "test",
        "testtest",
        "testtesttest",
        "demo",
        "demodemo",
    ]
)
SEQUENCES = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "azertyuiopqsdfghjklmwxcvbn")


def fault_of(password: str, email: str) -> Fault | None:
    """Why this password is refused for the person of this address; None where it is accepted."""
    if len(password) < MIN_LENGTH:
        return Fault.TOO_SHORT
    if len(password) > MAX_LENGTH:
        return Fault.TOO_LONG
    if _has_email(password.casefold(), email.casefold()):
        return Fault.HAS_EMAIL
    if is_common(password):
        return Fault.TOO_COMMON
    return Fault.TOO_SIMPLE if len(set(password.casefold())) < MIN_DISTINCT else None


def _has_email(password: str, email: str) -> bool:
    local = email.partition("@")[0]
    return bool(email) and (email in password or (len(local) >= 4 and local in password))


def is_common(password: str) -> bool:
    """True for a common word dressed with digits and signs (« Motdepasse2026! »), or a run of the keyboard."""
    plain = re.sub(r"[^a-z0-9]", "", fold(password))
    word = plain.strip("0123456789")
    return word in COMMON or any(plain in sequence for sequence in SEQUENCES)
