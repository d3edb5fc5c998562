"""Request, answer and written decision of a penalty case

Revision: 0003_penalty_case_answer, after 0002_hours_in_depth
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op



revision = '0003_penalty_case_answer'
down_revision = '0002_hours_in_depth'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('penalty_case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('request', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('answered_by', sa.String(length=200), server_default='', nullable=False))
        batch_op.add_column(sa.Column('proposed_motive', sa.Enum('economic_difficulty', 'no_candidate_despite_sourcing', 'contract_reduced', 'force_majeure', 'buyer_fault', 'other', name='waivermotive', native_enum=False, length=40), nullable=True))
        batch_op.add_column(sa.Column('decision_file_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_penalty_case_decision_file_id'), ['decision_file_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_penalty_case_decision_file_id'), 'stored_file', ['decision_file_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('penalty_case', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_penalty_case_decision_file_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_penalty_case_decision_file_id'))
        batch_op.drop_column('decision_file_id')
        batch_op.drop_column('proposed_motive')
        batch_op.drop_column('answered_by')
        batch_op.drop_column('request')

