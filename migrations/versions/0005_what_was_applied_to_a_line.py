"""What the rules applied to a validated line: the share of its hours that counts, and its coefficient

Revision: 0005_what_was_applied_to_a_line, after 0004_who_reads_a_mail
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0005_what_was_applied_to_a_line'
down_revision = '0004_who_reads_a_mail'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('declaration_line', sa.Column('applied_ratio', sa.Integer(), nullable=True))
    op.add_column('declaration_line', sa.Column('applied_coefficient', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('declaration_line', 'applied_coefficient')
    op.drop_column('declaration_line', 'applied_ratio')
