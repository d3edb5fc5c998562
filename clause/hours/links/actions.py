"""Links that open a company's months: made for a mail, renewed by the company alone, closed by it or by the facilitation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.accounts.links import hashed
from clause.accounts.rules.links import QUIET
from clause.config import Settings
from clause.hours.links import mails
from clause.hours.links.models import DeclarationLink
from clause.hours.links.rules import LinkState, is_fresh, masked, state_of, token_of
from clause.hours.recipients import Recipient, is_recipient
from clause.kernel import audit, clock
from clause.kernel.locking import alone
from clause.kernel.refusals import Refused
from clause.kernel.settings_catalogue import setting
from clause.organisations.models import Company


@dataclass(frozen=True)
class Address:
    """A link as a mail carries it, and its last day."""

    url: str
    until: date

    def to_month(self, market: str, month: date) -> str:
        return f"{self.url}/{market}/{month:%Y-%m}"


def address_for(session: Session, who: Recipient, settings: Settings) -> Address | None:
    """The link to put in a mail to this address: the one that it has, or a new one in its last weeks.

    None where the company or the facilitation closed it and nobody has opened it again.
    """
    link = latest(session, who.company_id, who.address)
    if link is not None and link.revoked_at is not None:
        return None
    if link is None or not is_fresh(link.expires_on, clock.today()) or not _is_of(link, settings):
        link = make(session, who, settings)
    return Address(url_of(link, settings), link.expires_on)


def latest(session: Session, company_id: int, address: str) -> DeclarationLink | None:
    return session.scalars(
        select(DeclarationLink)
        .where(DeclarationLink.company_id == company_id, DeclarationLink.recipient == address)
        .order_by(DeclarationLink.id.desc())
        .limit(1)
    ).first()


def make(session: Session, who: Recipient, settings: Settings) -> DeclarationLink:
    public_id = secrets.token_hex(10)
    link = DeclarationLink(
        public_id=public_id, company_id=who.company_id, recipient=who.address, user_id=who.user_id,
        token_hash=hashed(token_of(public_id, settings.secret_key)), created_at=clock.now(),
        expires_on=clock.today() + timedelta(days=int(setting("link.lifetime_days"))),
    )  # fmt: skip
    session.add(link)
    session.flush()
    return link


def url_of(link: DeclarationLink, settings: Settings) -> str:
    return f"{settings.base_url}/heures/lien/{token_of(link.public_id, settings.secret_key)}"


def _is_of(link: DeclarationLink, settings: Settings) -> bool:
    """False once the platform's secret has changed: the link of the earlier mails works, its text is lost."""
    return link.token_hash == hashed(token_of(link.public_id, settings.secret_key))


def find(session: Session, token: str) -> DeclarationLink | None:
    return session.scalars(select(DeclarationLink).where(DeclarationLink.token_hash == hashed(token))).one_or_none()


def state(session: Session, link: DeclarationLink) -> LinkState:
    """Whether the link opens something today; a link of an account that is closed is closed with it."""
    gone = link.revoked_at is not None or not is_recipient(session, recipient_of(link))
    return state_of(link.expires_on, closed=gone, today=clock.today())


def recipient_of(link: DeclarationLink) -> Recipient:
    return Recipient(link.company_id, link.recipient, link.user_id)


def used(link: DeclarationLink) -> None:
    """Write that the link was opened, by the press of its button: a mail scanner that follows links uses nothing."""
    link.last_used_at = clock.now()


def renew(session: Session, link: DeclarationLink, settings: Settings) -> None:
    """Send a new link to the address of an old one, and to no other. Asked twice in two minutes, it is sent once."""
    if state(session, link) is LinkState.CLOSED:
        raise Refused("Ce lien a été fermé : il ne peut pas être renouvelé. Adressez-vous à votre facilitateur.")
    _one_at_a_time(session, link)
    last = latest(session, link.company_id, link.recipient)
    if last is not None and last.id != link.id and clock.now() - last.created_at < QUIET:
        return
    fresh = make(session, recipient_of(link), settings)
    link.renewed_at = clock.now()
    company = session.get_one(Company, link.company_id)
    mails.post_renewed(session, fresh, company, url_of(fresh, settings))
    audit.record(session, _holder(link), "lien de déclaration renouvelé", company)


def _holder(link: DeclarationLink) -> Viewer:
    from clause.hours.links.sessions import viewer_of

    return viewer_of(link)


def close(session: Session, viewer: Viewer, link: DeclarationLink) -> None:
    """Close a link in every mail that carries it; reminders to its address go without a link until it is opened again."""
    _one_at_a_time(session, link)
    standing = session.scalars(_same_address(link).where(DeclarationLink.revoked_at.is_(None))).all()
    for row in standing:
        row.revoked_at, row.revoked_by = clock.now(), viewer.name
    if not standing:
        return  # closed already, by a double click or by somebody else
    _record(session, viewer, link, "lien de déclaration fermé")


def open_again(session: Session, viewer: Viewer, link: DeclarationLink, settings: Settings) -> None:
    """Let the next mails to this address carry a link: a new one, those of the earlier mails stay closed."""
    _one_at_a_time(session, link)
    last = latest(session, link.company_id, link.recipient)
    if last is None or last.revoked_at is None:
        return
    if not is_recipient(session, recipient_of(link)):
        raise Refused("Cette adresse n'est plus celle d'un compte ouvert de l'entreprise, ni son adresse de contact.")
    make(session, recipient_of(link), settings)
    _record(session, viewer, link, "liens de déclaration autorisés de nouveau")


def _one_at_a_time(session: Session, link: DeclarationLink) -> None:
    """Of two requests about the links of one address, the second sees what the first wrote."""
    alone(session, f"declaration links {link.company_id} {link.recipient}")


def _same_address(link: DeclarationLink) -> Select[DeclarationLink]:
    return select(DeclarationLink).where(
        DeclarationLink.company_id == link.company_id, DeclarationLink.recipient == link.recipient
    )


def _record(session: Session, viewer: Viewer, link: DeclarationLink, act: str) -> None:
    company = session.get_one(Company, link.company_id)
    audit.record(session, viewer, act, company, {"Adresse": ["", masked(link.recipient)]})
