"""The digests: one mail a company's address and day, one a facilitator and week. No person of the clause is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from clause.hours.links.actions import Address
from clause.hours.mails import SIGNATURE
from clause.hours.reporting.accounts import Account
from clause.kernel.values import format_date

NIL = "Si personne n'a travaillé ce mois-là, déclarez-le quand même : c'est l'affaire d'un clic."


def subject(accounts: Sequence[Account], today: date) -> str:
    late = sum(account.due < today for account in accounts)
    if late:
        return (
            f"Clause sociale : {late} comptes rendus en retard"
            if late > 1
            else "Clause sociale : un compte rendu en retard"
        )
    first = min(account.due for account in accounts)
    return f"Clause sociale : à envoyer au plus tard le {format_date(first)}"


def parts(accounts: Iterable[Account], today: date) -> dict[int, str]:
    """What the mail says of each structure's markets, by structure."""
    by_structure: dict[int, list[Account]] = {}
    for account in sorted(accounts, key=lambda a: (a.structure_name, a.due, a.market)):
        by_structure.setdefault(account.structure_id, []).append(account)
    return {
        structure: f"Suivi par {group[0].structure_name} :\n" + "\n".join(line(account, today) for account in group)
        for structure, group in by_structure.items()
    }


def line(account: Account, today: date) -> str:
    late = (today - account.due).days
    if late > 0:
        said = f"en retard de {late} jours" if late > 1 else "en retard d'un jour"
        said += f" (attendu le {format_date(account.due)})"
    else:
        said = "à envoyer aujourd'hui" if late == 0 else f"à envoyer au plus tard le {format_date(account.due)}"
    returned = "renvoyées pour correction, " if account.item.begun else ""
    return f"- {account.market}, {account.label} : {returned}{said}"


def body(accounts: Sequence[Account], sections: Iterable[str], address: Address | None, base_url: str) -> str:
    company = accounts[0].company_name
    intro = f"Bonjour,\n\nVoici ce que {company} doit encore envoyer pour ses marchés à clause sociale d'insertion."
    return "\n\n".join([intro, *sections, way_in(accounts, address, base_url), NIL]) + SIGNATURE


def way_in(accounts: Sequence[Account], address: Address | None, base_url: str) -> str:
    """The link, on the month itself where there is one; the sign-in page where links to this address are closed."""
    if address is None:
        return f"Pour les envoyer, connectez-vous :\n{base_url}/heures/"
    months = [(account.market_public_id, month) for account in accounts for month in account.months]
    url = address.to_month(*months[0]) if len(months) == len(accounts) == 1 else address.url
    return (
        f"Pour les envoyer, sans mot de passe :\n{url}\n\n"
        f"Ce lien vous est personnel et reste valable jusqu'au {format_date(address.until)} : ne le transférez pas."
    )


def facilitator_digest(
    name: str, late: Sequence[str], ages: Sequence[str], waiting: int, notices: int, base_url: str
) -> str:
    """The week of a facilitator: lateness by age, the oldest ones, what waits."""
    said = [f"Bonjour {name},\n\nVoici où en sont vos marchés au début de cette semaine."]
    if late:
        said.append("Comptes rendus en retard, " + " ; ".join(ages) + ".\nLes plus anciens :\n" + "\n".join(late))
        said.append(f"La liste entière : {base_url}/heures/retards")
    if waiting:
        noun = "déclarations attendent" if waiting > 1 else "déclaration attend"
        said.append(f"{waiting} {noun} votre validation : {base_url}/validation/")
    if notices:
        said.append(f"Mises en demeure à envisager, après le délai du marché : {notices}.")
    return "\n\n".join(said) + SIGNATURE
