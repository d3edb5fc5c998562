"""What the national consolidation says of itself, in French."""

from __future__ import annotations

from clause.consolidations import definitions as d

SUMS = (
    "Personnes et contrats : sommes des nombres de chaque structure, sans identifiant commun. Une personne suivie par deux"
    " structures compte dans chacune."
)
ONCE = "Un donneur d'ordre et une entreprise comptent une fois par SIREN dans tout le pays, quel que soit le nombre de structures qui travaillent avec eux."
SHARED = "Une opération que plusieurs structures suivent est comptée par celle qui la pilote."
RECEIVED = "Structures reçues : celles dont un fichier de l'année est retenu. Structures enregistrées : celles du registre qui emploient des facilitateurs, et celles qui ont envoyé un fichier."
FACILITATORS = "Les facilitateurs du registre sont ceux de toutes les structures enregistrées ; ceux des chiffres clés, des seules structures reçues."
SUMMED_COMPANIES = "Entreprises : somme des nombres de chaque structure ; une entreprise qui travaille avec deux structures y compte deux fois."
SIZE_KNOWN = "Effectif et secteur : ceux que donne la structure où l'entreprise a l'effectif le plus grand."
FIRST_KNOWN = "Première clause : aucune des structures reçues ne lui connaît de marché avec clause plus ancien."
MISSING = "Ce tableau manque dans {} des {} fichiers retenus, comptés avec une version plus ancienne des règles."
BY_BUYER = "Les personnes ne sont pas données par donneur d'ordre."

# Notes of a structure's tables that a sum of several structures makes untrue, and what is true of it.
INSTEAD = {
    d.DISTINCT: SUMS,
    d.PERSON_COUNTED: "Une personne compte une fois dans chaque structure où elle a au moins une heure validée dans la période. " + SUMS,
    d.PARTITION: "Chaque personne de chaque structure est dans une seule ligne ; la ligne « inconnu » réunit celles dont l'information manque.",
    d.BUYER_COUNTED: d.BUYER_COUNTED + " " + SHARED,
    d.COMPANY_SIZE: SIZE_KNOWN,
    d.COMPANY_SECTOR: SIZE_KNOWN,
    d.FIRST_CLAUSE: FIRST_KNOWN,
    d.MONTHS: SUMS,
    d.YEARS: "Chaque année compte ses propres personnes et contrats : ils ne s'additionnent pas d'une année à l'autre. " + SUMS,
}  # fmt: skip


def national_notes(notes: tuple[str, ...]) -> tuple[str, ...]:
    """The notes of a table as they hold for several structures, each once."""
    return tuple(dict.fromkeys(INSTEAD.get(note, note) for note in notes))
