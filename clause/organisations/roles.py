"""The role and the affiliation that an account of an organisation has."""

from __future__ import annotations

from clause.access import Role
from clause.accounts.rules.granting import Affiliation
from clause.organisations.models import Company, ContractingAuthority, PrescriberOrganisation


def account_grant(house: Company | ContractingAuthority | PrescriberOrganisation) -> tuple[Role, Affiliation]:
    if isinstance(house, Company):
        return Role.COMPANY, Affiliation(company_id=house.id)
    if isinstance(house, ContractingAuthority):
        return Role.AUTHORITY, Affiliation(authority_id=house.id)
    return Role.PRESCRIBER, Affiliation(structure_id=house.structure_id, prescriber_id=house.id)
