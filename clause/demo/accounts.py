"""The accounts of the demonstration: one a role, all with the password of CLAUSE_DEMO_PASSWORD."""

from __future__ import annotations

from dataclasses import dataclass

from clause.access import Role


@dataclass(frozen=True)
class DemoAccount:
    """``place`` is the key of the structure, company, authority or prescriber in ``territory``."""

    email: str
    name: str
    role: Role
    who: str
    place: str = ""


ACCOUNTS = (
    DemoAccount("admin@demo.example", "Alex Martin", Role.ADMINISTRATOR, "administration de la plateforme"),
    DemoAccount("coordination@demo.example", "Dominique Caron", Role.COORDINATOR, "coordination du PLIE", "plie"),
    DemoAccount("facilitateur@demo.example", "Camille Roussel", Role.FACILITATOR, "facilitatrice du PLIE", "plie"),
    DemoAccount("plie@demo.example", "Pascale Lenoir", Role.PLIE_MANAGER, "responsable des parcours PLIE", "plie"),
    DemoAccount("entreprise@demo.example", "Morgan Delattre", Role.COMPANY, "entreprise titulaire", "construction"),
    DemoAccount(
        "interim@demo.example", "Maud Lacroix", Role.COMPANY, "entreprise d'insertion qui prête des salariés", "etti"
    ),
    DemoAccount("acheteur@demo.example", "Sacha Vasseur", Role.AUTHORITY, "maître d'ouvrage", "bailleur"),
    DemoAccount("referent@demo.example", "Claude Hubert", Role.PRESCRIBER, "référent de parcours PLIE", "plie"),
    DemoAccount("facilitateur.bocage@demo.example", "Lou Garnier", Role.FACILITATOR, "facilitatrice voisine", "mde"),
)
