"""Which company a mail is for, and which structures read it in their log

Revision: 0004_who_reads_a_mail, after 0003_penalty_case_answer
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0004_who_reads_a_mail'
down_revision = '0003_penalty_case_answer'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('outbox_reader',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['mail_id'], ['outbox_mail.id'], name=op.f('fk_outbox_reader_mail_id')),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_outbox_reader_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_reader')),
    sa.UniqueConstraint('mail_id', 'structure_id', name=op.f('uq_outbox_reader_mail_id_structure_id'))
    )
    with op.batch_alter_table('outbox_reader', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_reader_structure_id'), ['structure_id'], unique=False)

    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('company_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_outbox_mail_company_id'), ['company_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_outbox_mail_company_id'), 'company', ['company_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_outbox_mail_company_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_outbox_mail_company_id'))
        batch_op.drop_column('company_id')

    with op.batch_alter_table('outbox_reader', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_reader_structure_id'))

    op.drop_table('outbox_reader')
