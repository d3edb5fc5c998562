"""indexes of lists

Revision: 0010_indexes_of_lists, after 0009_folios
"""

from __future__ import annotations

from alembic import op

revision = '0010_indexes_of_lists'
down_revision = '0009_folios'
branch_labels = None
depends_on = None

MARKET_MONTH = 'ix_ledger_entry_market_month'
BEFORE = ['market_id', 'month', 'posted_on']


def upgrade() -> None:
    op.create_index('ix_participant_structure_search', 'participant', ['structure_id', 'search'])
    op.create_index('ix_employment_contract_structure_start', 'employment_contract', ['structure_id', 'starts_on'])
    op.drop_index(MARKET_MONTH, 'ledger_entry')
    op.create_index(MARKET_MONTH, 'ledger_entry', [*BEFORE, 'hours_real', 'hours_valued'])


def downgrade() -> None:
    op.drop_index(MARKET_MONTH, 'ledger_entry')
    op.create_index(MARKET_MONTH, 'ledger_entry', BEFORE)
    op.drop_index('ix_employment_contract_structure_start', 'employment_contract')
    op.drop_index('ix_participant_structure_search', 'participant')
