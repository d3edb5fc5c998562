"""What the contractor said of a supplier's hours falls when they change: it was said of other hours."""

from __future__ import annotations

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.models import Declaration
from clause.kernel import audit

CLEARED: dict[str, object] = {
    "contractor_confirmed_at": None, "contractor_confirmed_by": "", "contractor_remark": "",
}  # fmt: skip


def hours_changed(session: Session, viewer: Viewer, declaration: Declaration) -> None:
    """To be called by every act that changes the hours of a declaration. The history keeps what was said."""
    if declaration.contractor_confirmed_at is None and not declaration.contractor_remark:
        return
    said = "confirmation" if declaration.contractor_confirmed_at else "remarque"
    for name, value in CLEARED.items():
        setattr(declaration, name, value)
    audit.record(session, viewer, f"{said} du titulaire levée : les heures ont changé", declaration)
