"""further pieces and statements, estimated hours

Revision: 0007_pieces_and_estimates, after 0006_whole_consolidations
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007_pieces_and_estimates'
down_revision = '0006_whole_consolidations'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('further_statement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['declaration_id'], ['declaration.id'], name=op.f('fk_further_statement_declaration_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_further_statement_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_further_statement'))
    )
    with op.batch_alter_table('further_statement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_further_statement_declaration_id'), ['declaration_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_further_statement_file_id'), ['file_id'], unique=False)

    op.create_table('further_piece',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('evidence_review_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['evidence_review_id'], ['evidence_review.id'], name=op.f('fk_further_piece_evidence_review_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_further_piece_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_further_piece'))
    )
    with op.batch_alter_table('further_piece', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_further_piece_evidence_review_id'), ['evidence_review_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_further_piece_file_id'), ['file_id'], unique=False)

    op.add_column('declaration_line', sa.Column('estimate', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column('declaration_line', 'estimate')

    with op.batch_alter_table('further_piece', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_further_piece_file_id'))
        batch_op.drop_index(batch_op.f('ix_further_piece_evidence_review_id'))

    op.drop_table('further_piece')
    with op.batch_alter_table('further_statement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_further_statement_file_id'))
        batch_op.drop_index(batch_op.f('ix_further_statement_declaration_id'))

    op.drop_table('further_statement')
