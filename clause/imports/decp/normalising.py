"""One raw record of either format → a ``Contract``, with what could not be read. Pure.

formats.md § 4: only what has no key is refused; every other fault is a warning with its field and value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from clause.imports.decp import values
from clause.imports.decp.records import Contract, Modification, Party, Problem, Subcontract
from clause.kernel.values import BadValue, fold, format_euros
from clause.markets.rules.legal import CLAUSE, CRITERION, NO_CONSIDERATION, RESERVED_CONCESSION, RESERVED_MARKET

Value = TypeVar("Value")
Raw = Mapping[str, Any]

NOT_A_RECORD = "Ce n'est ni un marché ni une concession : l'enregistrement n'a pas pu être lu."
NO_IDENTIFIER = (
    "Le marché n'a pas d'identifiant : sans lui, impossible de le reconnaître d'un fichier à l'autre. Demandez à"
    " l'acheteur de compléter sa publication, ou créez le marché à la main."
)
NO_BUYER = (
    "L'acheteur n'a pas de SIRET : sans lui, impossible de reconnaître le marché. Demandez à l'acheteur de compléter sa"
    " publication, ou créez le marché à la main."
)
CONSIDERATIONS = {fold(c): c for c in (CLAUSE, CRITERION, RESERVED_MARKET, RESERVED_CONCESSION, NO_CONSIDERATION)}
KINDS = frozenset({"SIRET", "TVA", "TAHITI", "RIDET", "FRWF", "IREP", "HORS-UE"})
MAX_IDENTIFIER = 200
SHOWN = 120


@dataclass(frozen=True)
class Normalised:
    """A record read. ``refusal`` is the problem of a record without key; its contract still says where it is."""

    contract: Contract
    problems: tuple[Problem, ...]
    refusal: Problem | None


@dataclass
class Reader:
    """Reads the fields of one record and keeps the problems met."""

    problems: list[Problem] = field(default_factory=list)

    def warn(self, name: str, raw: Any, reason: str) -> None:
        self.problems.append(Problem(name, str(raw).strip()[:SHOWN], reason))

    def value(self, raw: Raw, name: str, read: Callable[[Any], Value], default: Value, *, within: str = "") -> Value:
        """The value of a field, or ``default`` with a warning where it is there and cannot be read."""
        try:
            return read(raw.get(name))
        except BadValue as error:
            self.warn(within + name, raw.get(name), f"{error} La valeur est ignorée.")
            return default

    def text(self, raw: Raw, name: str, limit: int, *, within: str = "") -> str:
        text = values.read_text(raw.get(name))
        if values.is_mojibake(text):
            self.warn(
                within + name, text, "Caractères abîmés dans le fichier d'origine : le texte est laissé tel quel."
            )
        if len(text) > limit:
            self.warn(within + name, text, f"Texte coupé après {limit} caractères.")
        return text[:limit].rstrip()


def normalise(raw: Any, *, is_concession: bool = False) -> Normalised:
    """Read one record; a list or a word in place of a record is refused as such."""
    reader = Reader()
    record = tidy(raw) if isinstance(raw, Mapping) else {}
    contract = _contract(reader, record, is_concession)
    refusal = _refusal(raw, contract)
    return Normalised(contract, tuple(reader.problems), refusal)


def _refusal(raw: Any, contract: Contract) -> Problem | None:
    if not isinstance(raw, Mapping):
        return Problem("", str(raw)[:SHOWN], NOT_A_RECORD)
    if not contract.identifier:
        return Problem("id", str(raw.get("id") or ""), NO_IDENTIFIER)
    if not contract.buyer.identifier:
        return Problem("autoriteConcedante.id" if contract.is_concession else "acheteur.id", "", NO_BUYER)
    return None


def tidy(raw: Any) -> Any:
    """The same with names of fields without spaces around: one platform writes « nom  »."""
    if isinstance(raw, Mapping):
        return {str(k).strip(): tidy(v) for k, v in raw.items()}
    return [tidy(v) for v in raw] if isinstance(raw, list) else raw


def _contract(reader: Reader, raw: dict[str, Any], is_concession: bool) -> Contract:
    concession = is_concession or "autoriteConcedante" in raw or "concession" in fold(str(raw.get("_type", "")))
    place = _mapping(raw.get("lieuExecution"), "code")
    initial = reader.value(raw, "valeurGlobale" if concession else "montant", values.read_cents, None)
    return Contract(
        buyer=_buyer(reader, raw, concession),
        identifier=_identifier(reader, raw),
        is_concession=concession,
        title=reader.text(raw, "objet", 4000),
        nature=reader.text(raw, "nature", 120),
        procedure=reader.text(raw, "procedure", 200),
        cpv=reader.value(raw, "codeCPV", values.read_cpv, ""),
        ccag=reader.text(raw, "ccag", 120),
        techniques=tuple(t for t in (values.read_text(v) for v in wrapped(raw.get("techniques"), "technique")) if t),
        framework=reader.text(raw, "idAccordCadre", MAX_IDENTIFIER),
        group=reader.text(raw, "typeGroupementOperateurs", 60),
        place_code=reader.text(place, "code", 20, within="lieuExecution."),
        place_kind=reader.text(place, "typeCode", 60, within="lieuExecution."),
        place_name=reader.text(place, "nom", 300, within="lieuExecution."),
        months=reader.value(raw, "dureeMois", values.read_months, None),
        notification_date=_notification(reader, raw, concession),
        published_on=reader.value(raw, "datePublicationDonnees", values.read_day, None),
        amount_cents=initial,
        considerations=_considerations(reader, raw),
        holders=_holders(reader, raw, ""),
        modifications=tuple(_modifications(reader, raw, initial)),
        subcontracts=tuple(_subcontracts(reader, raw)),
    )


def _identifier(reader: Reader, raw: Raw) -> str:
    text = values.read_text(raw.get("id"))
    if len(text) <= MAX_IDENTIFIER:
        return text
    reader.warn("id", text, "Identifiant trop long : il est abrégé.")
    return text[: MAX_IDENTIFIER - 17] + "-" + hashlib.sha256(text.encode()).hexdigest()[:16]


def _buyer(reader: Reader, raw: Raw, concession: bool) -> Party:
    name = "autoriteConcedante" if concession and "autoriteConcedante" in raw else "acheteur"
    buyer = _mapping(raw.get(name), "id")
    identifier = "" if values.is_missing(buyer.get("id")) else values.identifier_of(buyer.get("id"))[:40]
    valid = values.is_siret(identifier)
    if identifier and not valid:
        reader.warn(f"{name}.id", identifier, "Ce n'est pas un SIRET valide. Le marché est gardé sous ce numéro.")
    return Party("SIRET", identifier, reader.text(buyer, "nom", 300, within=f"{name}."), valid)


def _notification(reader: Reader, raw: Raw, concession: bool) -> date | None:
    """Of a concession: the day it was signed, else the one it begins."""
    names = ("dateNotification",) if not concession else ("dateSignature", "dateNotification", "dateDebutExecution")
    days = (reader.value(raw, name, values.read_day, None) for name in names)
    return next((day for day in days if day), None)


def _considerations(reader: Reader, raw: Raw) -> tuple[str, ...] | None:
    """LEG-05: the closed list; None where nothing is published. « Pas de considération sociale » stands alone."""
    known: list[str] = []
    for item in wrapped(raw.get("considerationsSociales"), "considerationSociale"):
        if values.is_missing(item):
            continue
        read = CONSIDERATIONS.get(fold(str(item)))
        if read is None:
            reader.warn("considerationsSociales", item, "Considération sociale inconnue. La valeur est ignorée.")
        elif read not in known:
            known.append(read)
    if NO_CONSIDERATION in known and len(known) > 1:
        reader.warn(
            "considerationsSociales", ", ".join(known), "Contradictoire : les considérations citées sont gardées."
        )
        known.remove(NO_CONSIDERATION)
    return tuple(known) or None


def _holders(reader: Reader, raw: Raw, within: str) -> tuple[Party, ...]:
    """Contractors or concession holders; the same one twice in a record is one."""
    found = [
        _party(reader, item, f"{within}{many}.")
        for many, one in (("titulaires", "titulaire"), ("concessionnaires", "concessionnaire"))
        for item in wrapped(raw.get(many), one)
    ]
    return tuple(dict.fromkeys(p for p in found if p is not None))


def _party(reader: Reader, item: Any, within: str) -> Party | None:
    raw = _mapping(item, "id")
    missing = values.is_missing(raw.get("id"))
    identifier = "" if missing else values.identifier_of(raw.get("id"))[:60]
    name = reader.text(raw, "denominationSociale", 200, within=within)
    if not identifier and not name:
        return None
    kind = values.read_text(raw.get("typeIdentifiant")).upper()[:20]
    valid = values.is_siret(identifier) and kind in ("", "SIRET")
    if kind in ("", "SIRET") and identifier and not valid:
        reader.warn(f"{within}id", identifier, "Ce n'est pas un SIRET valide. Le numéro est gardé tel quel.")
    if kind and kind not in KINDS:
        reader.warn(f"{within}typeIdentifiant", kind, "Type d'identifiant inconnu.")
    return Party(kind or "SIRET", identifier, name, valid)


def _modifications(reader: Reader, raw: Raw, initial: int | None) -> Iterator[Modification]:
    for item in wrapped(raw.get("modifications"), "modification"):
        if not isinstance(item, Mapping):
            continue
        days = [_first_day(reader, item, name) for name in (("dateNotificationModification", "dateSignatureModification"), ("datePublicationDonneesModification",))]  # fmt: skip
        amount = reader.value(item, "valeurGlobale" if "valeurGlobale" in item else "montant", values.read_cents, None, within="modifications.")  # fmt: skip
        if initial and amount is not None and amount * 2 < initial:
            reader.warn("modifications.montant", format_euros(amount), f"Très inférieur au montant initial ({format_euros(initial)}) : c'est peut-être l'écart, et non le nouveau montant.")  # fmt: skip
        yield Modification(
            number=values.read_text(item.get("id"))[:60],
            reason=reader.text(item, "objetModification", 1000, within="modifications."),
            notified_on=days[0],
            published_on=days[1],
            months=reader.value(item, "dureeMois", values.read_months, None, within="modifications."),
            amount_cents=amount,
            holders=_holders(reader, item, "modifications."),
        )


def _first_day(reader: Reader, raw: Raw, names: tuple[str, ...]) -> date | None:
    days = (reader.value(raw, name, values.read_day, None, within="modifications.") for name in names)
    return next((day for day in days if day), None)


def _subcontracts(reader: Reader, raw: Raw) -> Iterator[Subcontract]:
    """The subcontracting acts, each with the last amount and duration that its own modifications give."""
    changes: dict[str, dict[str, Any]] = {}
    for change in wrapped(raw.get("modificationsActesSousTraitance"), "modificationActeSousTraitance"):
        if isinstance(change, Mapping):
            kept = {k: v for k, v in change.items() if k in ("montant", "dureeMois") and not values.is_missing(v)}
            changes.setdefault(values.read_text(change.get("id")), {}).update(kept)
    for item in wrapped(raw.get("actesSousTraitance"), "acteSousTraitance"):
        if isinstance(item, Mapping):
            yield _subcontract(reader, {**item, **changes.get(values.read_text(item.get("id")), {})})


def _subcontract(reader: Reader, raw: Raw) -> Subcontract:
    within = "actesSousTraitance."
    return Subcontract(
        number=values.read_text(raw.get("id"))[:60],
        party=_party(reader, raw.get("sousTraitant"), f"{within}sousTraitant."),
        months=reader.value(raw, "dureeMois", values.read_months, None, within=within),
        amount_cents=reader.value(raw, "montant", values.read_cents, None, within=within),
        notified_on=reader.value(raw, "dateNotification", values.read_day, None, within=within),
        published_on=reader.value(raw, "datePublicationDonnees", values.read_day, None, within=within),
    )


def wrapped(raw: Any, one: str) -> list[Any]:
    """The items of a list, however wrapped: ``[x]``, ``[{one: x}]``, ``{one: [x]}``, ``{one: x}``, ``x`` or nothing."""
    if values.is_missing(raw):
        return []
    if isinstance(raw, Mapping) and one in raw:
        return wrapped(raw[one], one)
    if not isinstance(raw, list):
        return [raw]
    return [
        inner for item in raw for inner in (wrapped(item, one) if isinstance(item, Mapping) and one in item else [item])
    ]


def _mapping(raw: Any, main: str) -> dict[str, Any]:
    """An object, or a lone value in the place of one; the first of a list."""
    if isinstance(raw, list):
        raw = raw[0] if raw else {}
    return dict(raw) if isinstance(raw, Mapping) else {main: raw}
