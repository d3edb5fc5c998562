"""indexes of what is open

Revision: 0011_indexes_of_what_is_open, after 0010_indexes_of_lists
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011_indexes_of_what_is_open'
down_revision = '0010_indexes_of_lists'
branch_labels = None
depends_on = None

# Replaced: name, table, columns after, columns before.
WIDER = (
    ('ix_declaration_line_decided_by_id', 'declaration_line', ['decided_by_id', 'decided_at'], ['decided_by_id']),
    ('ix_declaration_line_structure_id', 'declaration_line', ['structure_id', 'declaration_id'], ['structure_id']),
    ('ix_market_operation_id', 'market', ['operation_id', 'status'], ['operation_id']),
)
# Of some rows only: name, table, columns, condition on SQLite, on PostgreSQL.
UNSETTLED, UNCONFIRMED, ASKED = "state <> 'validated'", "state <> 'confirmed'", 'asked_end IS NOT NULL'
ELIGIBLE, UNDECIDED = "state = 'eligible'", "state <> 'eligible'"
PARTIAL = (
    ('ix_declaration_nil_decided', 'declaration', ['decided_by', 'decided_at'], 'is_nil = 1', 'is_nil'),
    ('ix_declaration_open', 'declaration', ['market_id'], UNSETTLED, UNSETTLED),
    ('ix_declaration_line_open', 'declaration_line', ['market_id'], UNSETTLED, UNSETTLED),
    ('ix_declaration_line_open_of', 'declaration_line', ['structure_id', 'state'], UNSETTLED, UNSETTLED),
    ('ix_eligibility_open', 'eligibility', ['state'], UNDECIDED, UNDECIDED),
    ('ix_eligibility_until', 'eligibility', ['eligible_until', 'participant_id'], ELIGIBLE, ELIGIBLE),
    ('ix_employment_contract_asked_end', 'employment_contract', ['structure_id', 'asked_end'], ASKED, ASKED),
    ('ix_employment_contract_open', 'employment_contract', ['structure_id', 'state'], UNCONFIRMED, UNCONFIRMED),
)
COUNTED = ['structure_id', 'clause_kind', 'status', 'starts_on', 'ends_on', 'operation_id']


def upgrade() -> None:
    op.drop_index('ix_declaration_state', 'declaration')
    op.drop_index('ix_eligibility_state', 'eligibility')
    for name, table, after, _ in WIDER:
        op.drop_index(name, table)
        op.create_index(name, table, after)
    for name, table, columns, sqlite, postgresql in PARTIAL:
        op.create_index(name, table, columns, sqlite_where=sa.text(sqlite), postgresql_where=sa.text(postgresql))
    op.create_index('ix_market_counted', 'market', COUNTED)


def downgrade() -> None:
    op.drop_index('ix_market_counted', 'market')
    for name, table, *_ in PARTIAL:
        op.drop_index(name, table)
    for name, table, _, before in WIDER:
        op.drop_index(name, table)
        op.create_index(name, table, before)
    op.create_index('ix_eligibility_state', 'eligibility', ['state'])
    op.create_index('ix_declaration_state', 'declaration', ['state', 'month'])
