"""Forms of a market: what it is, its companies, what its clause says, its state."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, SelectField, TextAreaField
from wtforms.validators import Length

from clause.kernel.forms import (
    CodeField,
    Form,
    date_field,
    euros_field,
    input_required,
    optional,
    required,
    select_choices,
    siret_field,
    text_field,
)
from clause.markets.actions.data import MarketData, PartyData
from clause.markets.codes import AnruBase, ClauseKind, MarketStatus, Nature, PartyRole, Sector
from clause.organisations.codes import EmployerType

NO_CLAUSE = "sans"


class MarketForm(Form):
    """Field names are those of ``MarketData``."""

    reference = text_field(
        "Référence", [required("Indiquez la référence."), Length(max=60, message="60 caractères au plus.")]
    )
    lot = text_field("Lot", [Length(max=60, message="60 caractères au plus.")])
    title = text_field("Objet", [required("Indiquez l'objet."), Length(max=300, message="300 caractères au plus.")])
    clause_kind = SelectField(
        "Type de clause",
        [required("Choisissez un type de clause, ou « Sans clause ».")],
        choices=select_choices([("", "Choisissez"), *ClauseKind.choices(), (NO_CLAUSE, "Sans clause")]),
    )
    nature = CodeField("Nature", code=Nature, empty="Non précisée")
    sector = CodeField("Secteur", code=Sector, empty="Non précisé")
    cpv = text_field("Code CPV", [Length(max=12, message="12 caractères au plus.")])
    anru_base = CodeField(
        "Part demandée par la charte ANRU", code=AnruBase, empty="Travaux et ingénierie (5 %)", only=[AnruBase.LOCAL_MANAGEMENT],
        description="Pour les marchés de gestion urbaine de proximité, la charte demande 10 % des heures.",
    )  # fmt: skip
    amount_cents = euros_field("Montant HT, en euros", [optional()])
    notification_date = date_field("Notification", [optional()])
    starts_on = date_field("Début", [input_required("Indiquez la date de début.")])
    ends_on = date_field("Fin", [optional()])
    uses_valued_hours = BooleanField(
        "Le marché compte des heures valorisées",
        description="Seulement si ses documents donnent un coefficient à certaines heures.",
    )
    notes = TextAreaField("Notes", [Length(max=5000, message="5 000 caractères au plus.")], render_kw={"rows": 3})
    version = HiddenField()

    def values(self, operation_id: int, parties: tuple[PartyData, ...] = ()) -> MarketData:
        chosen = self.clause_kind.data
        return MarketData(
            operation_id=operation_id,
            reference=self.reference.data,
            title=self.title.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            lot=self.lot.data or "",
            clause_kind=None if chosen == NO_CLAUSE else ClauseKind.read(chosen),
            nature=self.nature.data,
            sector=self.sector.data,
            cpv=self.cpv.data or "",
            anru_base=self.anru_base.data if "anru_base" in self else None,
            amount_cents=self.amount_cents.data,
            notification_date=self.notification_date.data,
            uses_valued_hours=bool(self.uses_valued_hours.data),
            notes=(self.notes.data or "").strip(),
            parties=parties,
        )


class NewMarketForm(MarketForm):
    """A market and its contractor, where they are known already."""

    siret = siret_field("SIRET du titulaire", [optional()])
    company_name = text_field("Raison sociale", [Length(max=200, message="200 caractères au plus.")])
    company_kind = CodeField("Type d'entreprise", code=EmployerType)

    def contractor(self) -> tuple[PartyData, ...]:
        if not self.siret.data:
            return ()
        kind = self.company_kind.data or EmployerType.COMPANY
        return (PartyData(self.siret.data, self.company_name.data or "", kind),)


class PartyForm(Form):
    role = CodeField("Rôle", [required("Choisissez le rôle de l'entreprise.")], code=PartyRole)
    siret = siret_field("SIRET", [input_required("Indiquez le SIRET de l'entreprise.")], description="14 chiffres.")
    company_name = text_field(
        "Raison sociale",
        [Length(max=200, message="200 caractères au plus.")],
        description="Inutile si l'entreprise est déjà connue.",
    )
    company_kind = CodeField("Type d'entreprise", code=EmployerType)

    def values(self) -> PartyData:
        kind = self.company_kind.data or EmployerType.COMPANY
        return PartyData(self.siret.data, self.company_name.data or "", kind, self.role.data)


class ClauseForm(Form):
    """What the documents say of the clause (LEG-08)."""

    publics = TextAreaField("Publics éligibles", render_kw={"rows": 3})
    modes = TextAreaField("Modalités de réalisation prévues", render_kw={"rows": 2})
    contractor_contact = text_field(
        "Interlocuteur insertion du titulaire", description="Nom, téléphone ou adresse professionnels."
    )
    follow_up = text_field("Rythme du suivi", description="Par exemple : relevé mensuel, réunion trimestrielle.")
    penalties = text_field("Pénalités", description="Par exemple : 60 € par heure non réalisée.")
    version = HiddenField()

    def values(self) -> dict[str, str]:
        names = ("publics", "modes", "contractor_contact", "follow_up", "penalties")
        return {name: (self[name].data or "").strip()[:2000] for name in names}


class StatusForm(Form):
    status = CodeField("Nouvel état", [required("Choisissez le nouvel état.")], code=MarketStatus, empty="Choisissez")
    on = date_field("Date", [input_required("Indiquez la date.")])
    reason = text_field(
        "Motif",
        [Length(max=300, message="300 caractères au plus.")],
        description="Obligatoire pour suspendre, résilier ou déclarer sans suite.",
    )
    version = HiddenField()
