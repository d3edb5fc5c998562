"""whole consolidations

Revision: 0006_whole_consolidations, after 0005_what_was_applied_to_a_line
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import clause.kernel.db


revision = '0006_whole_consolidations'
down_revision = '0005_what_was_applied_to_a_line'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('registered_structure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('siret', sa.String(length=14), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('region', sa.String(length=80), nullable=False),
    sa.Column('facilitators', sa.Integer(), nullable=True),
    sa.Column('employs_facilitators', sa.Boolean(), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registered_structure')),
    sa.UniqueConstraint('public_id', name=op.f('uq_registered_structure_public_id')),
    sa.UniqueConstraint('siret', name=op.f('uq_registered_structure_siret'))
    )
    op.create_table('received_transfer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('registered_structure_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('produced_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('format_version', sa.String(length=20), nullable=False),
    sa.Column('rules_version', sa.String(length=20), nullable=False),
    sa.Column('checksum', sa.String(length=64), nullable=False),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('replaced_by_id', sa.Integer(), nullable=True),
    sa.Column('received_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('received_by_id', sa.Integer(), nullable=True),
    sa.Column('received_by', sa.String(length=200), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['received_by_id'], ['user.id'], name=op.f('fk_received_transfer_received_by_id')),
    sa.ForeignKeyConstraint(['registered_structure_id'], ['registered_structure.id'], name=op.f('fk_received_transfer_registered_structure_id')),
    sa.ForeignKeyConstraint(['replaced_by_id'], ['received_transfer.id'], name=op.f('fk_received_transfer_replaced_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_received_transfer')),
    sa.UniqueConstraint('checksum', name=op.f('uq_received_transfer_checksum')),
    sa.UniqueConstraint('public_id', name=op.f('uq_received_transfer_public_id'))
    )
    with op.batch_alter_table('received_transfer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_received_transfer_received_by_id'), ['received_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_received_transfer_registered_structure_id'), ['registered_structure_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_received_transfer_replaced_by_id'), ['replaced_by_id'], unique=False)
        batch_op.create_index('ix_received_transfer_year', ['year', 'registered_structure_id'], unique=False)

    op.create_table('saved_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('question', sa.JSON(), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=True),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_saved_view_structure_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_saved_view_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view')),
    sa.UniqueConstraint('public_id', name=op.f('uq_saved_view_public_id')),
    sa.UniqueConstraint('user_id', 'name', name=op.f('uq_saved_view_user_id_name'))
    )
    with op.batch_alter_table('saved_view', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_view_structure_id'), ['structure_id'], unique=False)

    op.create_table('publication',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('operation_id', sa.Integer(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('rules_version', sa.String(length=20), nullable=False),
    sa.Column('parameters', sa.JSON(), nullable=False),
    sa.Column('quality', sa.JSON(), nullable=False),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('checksum', sa.String(length=64), nullable=False),
    sa.Column('comment', sa.String(length=500), nullable=False),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.Column('published_by', sa.String(length=200), nullable=False),
    sa.Column('published_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('(year IS NULL) <> (operation_id IS NULL)', name=op.f('ck_publication_subject')),
    sa.ForeignKeyConstraint(['operation_id'], ['operation.id'], name=op.f('fk_publication_operation_id')),
    sa.ForeignKeyConstraint(['published_by_id'], ['user.id'], name=op.f('fk_publication_published_by_id')),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_publication_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication')),
    sa.UniqueConstraint('public_id', name=op.f('uq_publication_public_id')),
    sa.UniqueConstraint('structure_id', 'subject', 'number', name=op.f('uq_publication_structure_id_subject_number'))
    )
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publication_operation_id'), ['operation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_publication_published_by_id'), ['published_by_id'], unique=False)

    op.create_table('follow_up',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('employment_contract_id', sa.Integer(), nullable=False),
    sa.Column('moment', sa.Enum('contract_end', 'six_months_after', 'entry_six', 'entry_twelve', name='moment', native_enum=False, length=40), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('situation', sa.Enum('cdi', 'cdd_long', 'cdd_short', 'agency_work', 'alternance', 'training', 'business_creation', 'iae', 'jobseeker', 'other', 'unknown', name='situation', native_enum=False, length=40), nullable=True),
    sa.Column('same_company', sa.Boolean(), nullable=True),
    sa.Column('known_on', sa.Date(), nullable=True),
    sa.Column('reply', sa.Boolean(), nullable=True),
    sa.Column('comment', sa.String(length=300), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_by', sa.String(length=200), nullable=False),
    sa.Column('entered_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['employment_contract_id'], ['employment_contract.id'], name=op.f('fk_follow_up_employment_contract_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['user.id'], name=op.f('fk_follow_up_entered_by_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_follow_up_participant_id')),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_follow_up_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up')),
    sa.UniqueConstraint('employment_contract_id', 'moment', name=op.f('uq_follow_up_employment_contract_id_moment')),
    sa.UniqueConstraint('public_id', name=op.f('uq_follow_up_public_id'))
    )
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.create_index('ix_follow_up_due_on', ['structure_id', 'due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_entered_by_id'), ['entered_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_participant_id'), ['participant_id'], unique=False)

    op.create_table('published_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('publication_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('for_authority', sa.Boolean(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['publication_id'], ['publication.id'], name=op.f('fk_published_file_publication_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_published_file')),
    sa.UniqueConstraint('public_id', name=op.f('uq_published_file_public_id')),
    sa.UniqueConstraint('publication_id', 'name', name=op.f('uq_published_file_publication_id_name'))
    )
    op.create_table('qualification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('employment_contract_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('level', sa.Enum('1', '2', '3', '4', '5', '6', '7', '8', 'unknown', name='educationlevel', native_enum=False, length=40), nullable=True),
    sa.Column('state', sa.Enum('begun', 'obtained', 'abandoned', name='qualificationstate', native_enum=False, length=40), nullable=False),
    sa.Column('begun_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_by', sa.String(length=200), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('ended_on IS NULL OR ended_on >= begun_on', name=op.f('ck_qualification_dates')),
    sa.ForeignKeyConstraint(['employment_contract_id'], ['employment_contract.id'], name=op.f('fk_qualification_employment_contract_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['user.id'], name=op.f('fk_qualification_entered_by_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_qualification_participant_id')),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_qualification_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_qualification')),
    sa.UniqueConstraint('participant_id', 'title', 'begun_on', name=op.f('uq_qualification_participant_id_title_begun_on')),
    sa.UniqueConstraint('public_id', name=op.f('uq_qualification_public_id'))
    )
    with op.batch_alter_table('qualification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_qualification_employment_contract_id'), ['employment_contract_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_qualification_entered_by_id'), ['entered_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_qualification_structure_id'), ['structure_id'], unique=False)

    with op.batch_alter_table('market', schema=None) as batch_op:
        batch_op.add_column(sa.Column('anru_base', sa.Enum('works', 'local_management', name='anrubase', native_enum=False, length=40), nullable=True))

    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('not_kept', sa.Enum('no_show', 'declined', 'skills', 'mobility', 'filled', 'found_elsewhere', 'other', name='notkept', native_enum=False, length=40), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.drop_column('not_kept')

    with op.batch_alter_table('market', schema=None) as batch_op:
        batch_op.drop_column('anru_base')

    with op.batch_alter_table('qualification', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_qualification_structure_id'))
        batch_op.drop_index(batch_op.f('ix_qualification_entered_by_id'))
        batch_op.drop_index(batch_op.f('ix_qualification_employment_contract_id'))

    op.drop_table('qualification')
    op.drop_table('published_file')
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_up_participant_id'))
        batch_op.drop_index(batch_op.f('ix_follow_up_entered_by_id'))
        batch_op.drop_index('ix_follow_up_due_on')

    op.drop_table('follow_up')
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_publication_published_by_id'))
        batch_op.drop_index(batch_op.f('ix_publication_operation_id'))

    op.drop_table('publication')
    with op.batch_alter_table('saved_view', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_saved_view_structure_id'))

    op.drop_table('saved_view')
    with op.batch_alter_table('received_transfer', schema=None) as batch_op:
        batch_op.drop_index('ix_received_transfer_year')
        batch_op.drop_index(batch_op.f('ix_received_transfer_replaced_by_id'))
        batch_op.drop_index(batch_op.f('ix_received_transfer_registered_structure_id'))
        batch_op.drop_index(batch_op.f('ix_received_transfer_received_by_id'))

    op.drop_table('received_transfer')
    op.drop_table('registered_structure')
