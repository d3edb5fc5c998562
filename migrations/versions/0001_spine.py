"""the spine

Revision: 0001_spine, after None
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import clause.kernel.db
from clause.ledger import triggers


revision = '0001_spine'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('company',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('search', sa.String(length=400), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company')),
    sa.UniqueConstraint('public_id', name=op.f('uq_company_public_id')),
    sa.UniqueConstraint('siren', name=op.f('uq_company_siren'))
    )
    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_company_search'), ['search'], unique=False)

    op.create_table('contracting_authority',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.Enum('commune', 'intercommunality', 'department', 'region', 'state', 'social_landlord', 'public_body', 'sem_spl', 'joint_syndicate', 'private', name='buyertype', native_enum=False, length=40), nullable=False),
    sa.Column('commune', sa.String(length=120), nullable=False),
    sa.Column('search', sa.String(length=400), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contracting_authority')),
    sa.UniqueConstraint('public_id', name=op.f('uq_contracting_authority_public_id')),
    sa.UniqueConstraint('siren', name=op.f('uq_contracting_authority_siren'))
    )
    with op.batch_alter_table('contracting_authority', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contracting_authority_search'), ['search'], unique=False)

    op.create_table('decp_contract',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('buyer_siret', sa.String(length=40), nullable=False),
    sa.Column('buyer_siren', sa.String(length=9), nullable=False),
    sa.Column('buyer_name', sa.String(length=300), nullable=False),
    sa.Column('buyer_search', sa.String(length=400), nullable=False),
    sa.Column('identifier', sa.String(length=200), nullable=False),
    sa.Column('is_concession', sa.Boolean(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('cpv', sa.String(length=12), nullable=False),
    sa.Column('nature', sa.String(length=120), nullable=False),
    sa.Column('purchase', sa.Enum('works', 'services', 'supplies', 'intellectual', name='nature', native_enum=False, length=40), nullable=True),
    sa.Column('procedure', sa.String(length=200), nullable=False),
    sa.Column('place', sa.String(length=300), nullable=False),
    sa.Column('place_code', sa.String(length=20), nullable=False),
    sa.Column('department', sa.String(length=3), nullable=False),
    sa.Column('months', sa.Integer(), nullable=True),
    sa.Column('notification_date', sa.Date(), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('modified_on', sa.Date(), nullable=True),
    sa.Column('amount_cents', sa.BigInteger(), nullable=True),
    sa.Column('initial_amount_cents', sa.BigInteger(), nullable=True),
    sa.Column('social_considerations', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('has_social', sa.Boolean(), nullable=True),
    sa.Column('outcome', sa.Enum('not_concerned', 'met', 'missing', 'unknown', name='outcome', native_enum=False, length=40), nullable=False),
    sa.Column('holders', sa.JSON(), nullable=False),
    sa.Column('missing', sa.JSON(), nullable=False),
    sa.Column('is_complete', sa.Boolean(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('updated_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decp_contract')),
    sa.UniqueConstraint('buyer_siret', 'identifier', name=op.f('uq_decp_contract_buyer_siret_identifier')),
    sa.UniqueConstraint('public_id', name=op.f('uq_decp_contract_public_id'))
    )
    with op.batch_alter_table('decp_contract', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decp_contract_buyer_search'), ['buyer_search'], unique=False)
        batch_op.create_index(batch_op.f('ix_decp_contract_buyer_siren'), ['buyer_siren'], unique=False)
        batch_op.create_index(batch_op.f('ix_decp_contract_department'), ['department'], unique=False)
        batch_op.create_index(batch_op.f('ix_decp_contract_has_social'), ['has_social'], unique=False)
        batch_op.create_index(batch_op.f('ix_decp_contract_notification_date'), ['notification_date'], unique=False)
        batch_op.create_index(batch_op.f('ix_decp_contract_outcome'), ['outcome'], unique=False)
        batch_op.create_index(batch_op.f('ix_decp_contract_place_code'), ['place_code'], unique=False)

    op.create_table('failed_sign_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_failed_sign_in'))
    )
    with op.batch_alter_table('failed_sign_in', schema=None) as batch_op:
        batch_op.create_index('ix_failed_sign_in_key_at', ['key', 'at'], unique=False)

    op.create_table('job_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('period', sa.String(length=40), nullable=False),
    sa.Column('claimed_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('ended_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_run')),
    sa.UniqueConstraint('name', 'period', name=op.f('uq_job_run_name_period'))
    )
    op.create_table('outbox_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('sent_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=300), nullable=True),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_mail')),
    sa.UniqueConstraint('public_id', name=op.f('uq_outbox_mail_public_id'))
    )
    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_mail_sent_at'), ['sent_at'], unique=False)

    op.create_table('structure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('siret', sa.String(length=14), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.Enum('plie', 'employment_house', 'local_authority', 'association', name='structurekind', native_enum=False, length=40), nullable=False),
    sa.Column('territory', sa.String(length=200), nullable=False),
    sa.Column('region', sa.String(length=80), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('parameters', sa.JSON(), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_structure')),
    sa.UniqueConstraint('public_id', name=op.f('uq_structure_public_id')),
    sa.UniqueConstraint('siret', name=op.f('uq_structure_siret'))
    )
    op.create_table('authority_establishment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('siret', sa.String(length=14), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['authority_id'], ['contracting_authority.id'], name=op.f('fk_authority_establishment_authority_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authority_establishment')),
    sa.UniqueConstraint('siret', name=op.f('uq_authority_establishment_siret'))
    )
    with op.batch_alter_table('authority_establishment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_authority_establishment_authority_id'), ['authority_id'], unique=False)

    op.create_table('decp_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contract_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('batch', sa.String(length=20), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('read_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['decp_contract.id'], name=op.f('fk_decp_record_contract_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decp_record')),
    sa.UniqueConstraint('contract_id', 'digest', name=op.f('uq_decp_record_contract_id_digest'))
    )
    with op.batch_alter_table('decp_record', schema=None) as batch_op:
        batch_op.create_index('ix_decp_record_batch', ['batch', 'contract_id'], unique=False)

    op.create_table('establishment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('siret', sa.String(length=14), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.Enum('company', 'EI', 'ACI', 'AI', 'ETTI', 'ETT', 'EA', 'EATT', 'ESAT', 'GEIQ', 'REGIE_QUARTIER', name='employertype', native_enum=False, length=40), nullable=False),
    sa.Column('naf', sa.String(length=10), nullable=False),
    sa.Column('workforce', sa.Integer(), nullable=True),
    sa.Column('commune', sa.String(length=120), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_establishment_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_establishment')),
    sa.UniqueConstraint('public_id', name=op.f('uq_establishment_public_id')),
    sa.UniqueConstraint('siret', name=op.f('uq_establishment_siret'))
    )
    with op.batch_alter_table('establishment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_establishment_company_id'), ['company_id'], unique=False)

    op.create_table('import_mapping',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_import_mapping_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_mapping')),
    sa.UniqueConstraint('public_id', name=op.f('uq_import_mapping_public_id')),
    sa.UniqueConstraint('structure_id', 'name', name=op.f('uq_import_mapping_structure_id_name'))
    )
    op.create_table('prescriber_organisation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.Enum('plie', 'france_travail', 'mission_locale', 'cap_emploi', 'department', 'ccas', 'siae', 'company', 'self', 'other', name='prescriberkind', native_enum=False, length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_prescriber_organisation_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prescriber_organisation')),
    sa.UniqueConstraint('public_id', name=op.f('uq_prescriber_organisation_public_id')),
    sa.UniqueConstraint('structure_id', 'name', name=op.f('uq_prescriber_organisation_structure_id_name'))
    )
    op.create_table('user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('role', sa.Enum('administrator', 'coordinator', 'facilitator', 'plie_manager', 'company', 'authority', 'prescriber', name='role', native_enum=False, length=40), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=True),
    sa.Column('company_id', sa.Integer(), nullable=True),
    sa.Column('authority_id', sa.Integer(), nullable=True),
    sa.Column('prescriber_id', sa.Integer(), nullable=True),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('stamp', sa.String(length=32), nullable=False),
    sa.Column('closed_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('last_seen_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("\n    (role = 'administrator' AND structure_id IS NULL AND company_id IS NULL AND authority_id IS NULL AND prescriber_id IS NULL)\n OR (role IN ('coordinator', 'facilitator', 'plie_manager') AND structure_id IS NOT NULL AND company_id IS NULL AND authority_id IS NULL AND prescriber_id IS NULL)\n OR (role = 'prescriber' AND structure_id IS NOT NULL AND prescriber_id IS NOT NULL AND company_id IS NULL AND authority_id IS NULL)\n OR (role = 'company' AND company_id IS NOT NULL AND structure_id IS NULL AND authority_id IS NULL AND prescriber_id IS NULL)\n OR (role = 'authority' AND authority_id IS NOT NULL AND structure_id IS NULL AND company_id IS NULL AND prescriber_id IS NULL)\n", name=op.f('ck_user_affiliation')),
    sa.ForeignKeyConstraint(['authority_id'], ['contracting_authority.id'], name=op.f('fk_user_authority_id')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_user_company_id')),
    sa.ForeignKeyConstraint(['prescriber_id'], ['prescriber_organisation.id'], name=op.f('fk_user_prescriber_id')),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_user_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email')),
    sa.UniqueConstraint('public_id', name=op.f('uq_user_public_id'))
    )
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_authority_id'), ['authority_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_user_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_user_prescriber_id'), ['prescriber_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_user_structure_id'), ['structure_id'], unique=False)

    op.create_table('audit_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('actor', sa.String(length=200), nullable=False),
    sa.Column('action', sa.String(length=200), nullable=False),
    sa.Column('subject_type', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_audit_event_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_event'))
    )
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.create_index('ix_audit_event_subject', ['subject_type', 'subject_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_event_user_id'), ['user_id'], unique=False)

    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('expires_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('used_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_invitation_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitation_token_hash'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_user_id'), ['user_id'], unique=False)

    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('report', sa.JSON(), nullable=True),
    sa.Column('error', sa.String(length=500), nullable=True),
    sa.Column('worker', sa.String(length=120), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('started_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('ended_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_job_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('public_id', name=op.f('uq_job_public_id'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_user_id'), ['user_id'], unique=False)

    op.create_table('operation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('programme', sa.Enum('none', 'anru', name='programme', native_enum=False, length=40), nullable=False),
    sa.Column('commune', sa.String(length=120), nullable=False),
    sa.Column('consultation_date', sa.Date(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('status', sa.Enum('prospect', 'upstream', 'consultation', 'in_progress', 'completed', 'closed', 'abandoned', name='operationstatus', native_enum=False, length=40), nullable=False),
    sa.Column('facilitator_id', sa.Integer(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('search', sa.String(length=600), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on', name=op.f('ck_operation_dates')),
    sa.ForeignKeyConstraint(['authority_id'], ['contracting_authority.id'], name=op.f('fk_operation_authority_id')),
    sa.ForeignKeyConstraint(['facilitator_id'], ['user.id'], name=op.f('fk_operation_facilitator_id')),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_operation_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_operation')),
    sa.UniqueConstraint('public_id', name=op.f('uq_operation_public_id')),
    sa.UniqueConstraint('structure_id', 'reference', name=op.f('uq_operation_structure_id_reference'))
    )
    with op.batch_alter_table('operation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_operation_authority_id'), ['authority_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_operation_facilitator_id'), ['facilitator_id'], unique=False)

    op.create_table('participant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('last_name', sa.String(length=120), nullable=False),
    sa.Column('first_name', sa.String(length=120), nullable=False),
    sa.Column('birth_date', sa.Date(), nullable=False),
    sa.Column('sex', sa.Enum('f', 'm', 'unknown', name='sex', native_enum=False, length=40), nullable=False),
    sa.Column('commune', sa.String(length=120), nullable=False),
    sa.Column('in_qpv', sa.Boolean(), nullable=True),
    sa.Column('qpv_code', sa.String(length=12), nullable=False),
    sa.Column('education_level', sa.Enum('1', '2', '3', '4', '5', '6', '7', '8', 'unknown', name='educationlevel', native_enum=False, length=40), nullable=False),
    sa.Column('legacy_level', sa.Enum('VI', 'Vbis', 'V', 'IV', 'III', 'II', 'I', name='legacylevel', native_enum=False, length=40), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('prescriber_id', sa.Integer(), nullable=True),
    sa.Column('proposed_by_id', sa.Integer(), nullable=True),
    sa.Column('proposed_by_company_id', sa.Integer(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('search', sa.String(length=400), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['prescriber_id'], ['prescriber_organisation.id'], name=op.f('fk_participant_prescriber_id')),
    sa.ForeignKeyConstraint(['proposed_by_company_id'], ['company.id'], name=op.f('fk_participant_proposed_by_company_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user.id'], name=op.f('fk_participant_proposed_by_id')),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_participant_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_participant')),
    sa.UniqueConstraint('public_id', name=op.f('uq_participant_public_id')),
    sa.UniqueConstraint('structure_id', 'reference', name=op.f('uq_participant_structure_id_reference'))
    )
    with op.batch_alter_table('participant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_participant_prescriber_id'), ['prescriber_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_participant_proposed_by_company_id'), ['proposed_by_company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_participant_proposed_by_id'), ['proposed_by_id'], unique=False)

    op.create_table('password_reset',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('expires_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('used_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_password_reset_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_password_reset')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_password_reset_token_hash'))
    )
    with op.batch_alter_table('password_reset', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_password_reset_user_id'), ['user_id'], unique=False)

    op.create_table('read_log',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=20), nullable=False),
    sa.Column('subject_type', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_read_log_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_read_log'))
    )
    with op.batch_alter_table('read_log', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_read_log_at'), ['at'], unique=False)
        batch_op.create_index('ix_read_log_subject', ['subject_type', 'subject_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_read_log_user_id'), ['user_id'], unique=False)

    op.create_table('stored_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_stored_file_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file')),
    sa.UniqueConstraint('public_id', name=op.f('uq_stored_file_public_id'))
    )
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stored_file_user_id'), ['user_id'], unique=False)

    op.create_table('clause_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('entered_on', sa.Date(), nullable=False),
    sa.Column('age', sa.Integer(), nullable=True),
    sa.Column('sex', sa.Enum('f', 'm', 'unknown', name='sex', native_enum=False, length=40), nullable=False),
    sa.Column('commune', sa.String(length=120), nullable=False),
    sa.Column('in_qpv', sa.Boolean(), nullable=True),
    sa.Column('qpv_code', sa.String(length=12), nullable=False),
    sa.Column('education_level', sa.Enum('1', '2', '3', '4', '5', '6', '7', '8', 'unknown', name='educationlevel', native_enum=False, length=40), nullable=False),
    sa.Column('legacy_level', sa.Enum('VI', 'Vbis', 'V', 'IV', 'III', 'II', 'I', name='legacylevel', native_enum=False, length=40), nullable=True),
    sa.Column('primary_public', sa.Enum('long_term_jobseeker', 'rsa', 'ass', 'aah', 'other_minimum', 'rqth_boeth', 'invalidity_pension', 'youth_low_qualified', 'youth_graduate_inactive', 'youth_reinforced_support', 'e2c_epide', 'senior_jobseeker', 'iae_employee', 'regie_quartier', 'geiq_employee', 'adapted_sector', 'justice_involved', 'refugee', 'qpv_resident', 'plie_participant', 'reasoned_opinion', name='publickind', native_enum=False, length=40), nullable=True),
    sa.Column('publics', sa.JSON(), nullable=False),
    sa.Column('prescriber', sa.String(length=200), nullable=False),
    sa.Column('prescriber_kind', sa.String(length=40), nullable=False),
    sa.Column('frozen_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_clause_entry_participant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clause_entry')),
    sa.UniqueConstraint('participant_id', name=op.f('uq_clause_entry_participant_id'))
    )
    op.create_table('employment_contract',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('establishment_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('mode', sa.Enum('direct_hire', 'secondment', 'subcontracting', 'co_contracting', name='mode', native_enum=False, length=40), nullable=False),
    sa.Column('contract_type', sa.Enum('cdi', 'cdd', 'cddi', 'mission', 'insertion_mission', 'apprenticeship', 'professionalisation', 'aided_contract', 'other', name='contracttype', native_enum=False, length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('job', sa.String(length=200), nullable=False),
    sa.Column('rome', sa.String(length=5), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'confirmed', 'refused', name='contractstate', native_enum=False, length=40), nullable=False),
    sa.Column('refusal_reason', sa.String(length=300), nullable=False),
    sa.Column('asked_end', sa.Date(), nullable=True),
    sa.Column('announced_by_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_by', sa.String(length=200), nullable=False),
    sa.Column('confirmed_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_employment_contract_dates')),
    sa.ForeignKeyConstraint(['announced_by_id'], ['user.id'], name=op.f('fk_employment_contract_announced_by_id')),
    sa.ForeignKeyConstraint(['establishment_id'], ['establishment.id'], name=op.f('fk_employment_contract_establishment_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_employment_contract_participant_id')),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_employment_contract_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employment_contract')),
    sa.UniqueConstraint('public_id', name=op.f('uq_employment_contract_public_id')),
    sa.UniqueConstraint('structure_id', 'reference', name=op.f('uq_employment_contract_structure_id_reference'))
    )
    with op.batch_alter_table('employment_contract', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_employment_contract_announced_by_id'), ['announced_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_employment_contract_establishment_id'), ['establishment_id'], unique=False)
        batch_op.create_index('ix_employment_contract_participant_id', ['participant_id'], unique=False)

    op.create_table('market',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('operation_id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('lot', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('clause_kind', sa.Enum('execution_condition', 'award_criterion', 'condition_and_criterion', 'insertion_service', 'reserved_disability', 'reserved_iae', 'reserved_both', 'reserved_prison', 'reserved_sse', 'private_commitment', name='clausekind', native_enum=False, length=40), nullable=True),
    sa.Column('nature', sa.Enum('works', 'services', 'supplies', 'intellectual', name='nature', native_enum=False, length=40), nullable=True),
    sa.Column('sector', sa.Enum('building', 'public_works', 'cleaning', 'green_spaces', 'waste_water', 'catering', 'security', 'transport', 'social', 'industry', 'intellectual', 'other_services', name='sector', native_enum=False, length=40), nullable=True),
    sa.Column('sector_label', sa.String(length=120), nullable=False),
    sa.Column('cpv', sa.String(length=12), nullable=False),
    sa.Column('amount_cents', sa.BigInteger(), nullable=True),
    sa.Column('labour_share', sa.Integer(), nullable=True),
    sa.Column('insertion_rate', sa.Integer(), nullable=True),
    sa.Column('hourly_cost_cents', sa.Integer(), nullable=True),
    sa.Column('labour_basis', sa.Enum('price', 'cost', name='labourbasis', native_enum=False, length=40), nullable=False),
    sa.Column('objective_mode', sa.Enum('fixed_hours', 'formula', 'percent_of_hours', 'per_amount', 'jobs_or_fte', name='objectivemode', native_enum=False, length=40), nullable=False),
    sa.Column('uses_valued_hours', sa.Boolean(), nullable=False),
    sa.Column('notification_date', sa.Date(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('status', sa.Enum('planned', 'consulting', 'awarded', 'in_progress', 'suspended', 'received', 'closed', 'unsuccessful', 'no_follow_up', 'terminated', name='marketstatus', native_enum=False, length=40), nullable=False),
    sa.Column('parameters', sa.JSON(), nullable=False),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('search', sa.String(length=600), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_market_dates')),
    sa.ForeignKeyConstraint(['operation_id'], ['operation.id'], name=op.f('fk_market_operation_id')),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_market_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_market')),
    sa.UniqueConstraint('public_id', name=op.f('uq_market_public_id')),
    sa.UniqueConstraint('structure_id', 'reference', name=op.f('uq_market_structure_id_reference'))
    )
    with op.batch_alter_table('market', schema=None) as batch_op:
        batch_op.create_index('ix_market_operation_id', ['operation_id'], unique=False)

    op.create_table('operation_partner',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('operation_id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=False),
    sa.Column('agreement', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['operation_id'], ['operation.id'], name=op.f('fk_operation_partner_operation_id')),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_operation_partner_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_operation_partner')),
    sa.UniqueConstraint('operation_id', 'structure_id', name=op.f('uq_operation_partner_operation_id_structure_id'))
    )
    with op.batch_alter_table('operation_partner', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_operation_partner_structure_id'), ['structure_id'], unique=False)

    op.create_table('pathway',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('entered_on', sa.Date(), nullable=False),
    sa.Column('category', sa.Enum('deld', 'rsa', 'other', name='pathwaycategory', native_enum=False, length=40), nullable=False),
    sa.Column('disabled', sa.Boolean(), nullable=True),
    sa.Column('registered', sa.Boolean(), nullable=True),
    sa.Column('inactivity_months', sa.Integer(), nullable=True),
    sa.Column('never_worked', sa.Boolean(), nullable=False),
    sa.Column('advisor', sa.String(length=120), nullable=False),
    sa.Column('advisor_id', sa.Integer(), nullable=True),
    sa.Column('entry_validated_by', sa.String(length=200), nullable=False),
    sa.Column('entry_validated_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('exited_on', sa.Date(), nullable=True),
    sa.Column('exit_kind', sa.Enum('durable_job', 'business_creation', 'qualifying_training', 'other_positive', 'abandonment', 'move', 'death', 'retirement', 'other', name='exitkind', native_enum=False, length=40), nullable=True),
    sa.Column('exit_details', sa.JSON(), nullable=False),
    sa.Column('exit_validated_by', sa.String(length=200), nullable=False),
    sa.Column('exit_validated_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('(exited_on IS NULL) = (exit_kind IS NULL)', name=op.f('ck_pathway_exit')),
    sa.CheckConstraint('exited_on IS NULL OR exited_on >= entered_on', name=op.f('ck_pathway_dates')),
    sa.ForeignKeyConstraint(['advisor_id'], ['user.id'], name=op.f('fk_pathway_advisor_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_pathway_participant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pathway')),
    sa.UniqueConstraint('participant_id', 'entered_on', name=op.f('uq_pathway_participant_id_entered_on')),
    sa.UniqueConstraint('public_id', name=op.f('uq_pathway_public_id'))
    )
    with op.batch_alter_table('pathway', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pathway_advisor_id'), ['advisor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pathway_exited_on'), ['exited_on'], unique=False)

    op.create_table('declaration',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'returned', 'validated', name='declarationstate', native_enum=False, length=40), nullable=False),
    sa.Column('origin', sa.Enum('company', 'statement', 'import', name='origin', native_enum=False, length=40), nullable=False),
    sa.Column('is_nil', sa.Boolean(), nullable=False),
    sa.Column('total_hours_worked', sa.Integer(), nullable=True),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('return_reason', sa.Text(), nullable=False),
    sa.Column('statement_id', sa.Integer(), nullable=True),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_by', sa.String(length=200), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('submitted_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('submitted_by', sa.String(length=200), nullable=False),
    sa.Column('decided_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_declaration_company_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['user.id'], name=op.f('fk_declaration_entered_by_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_declaration_market_id')),
    sa.ForeignKeyConstraint(['statement_id'], ['stored_file.id'], name=op.f('fk_declaration_statement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declaration')),
    sa.UniqueConstraint('market_id', 'company_id', 'month', name=op.f('uq_declaration_market_id_company_id_month')),
    sa.UniqueConstraint('public_id', name=op.f('uq_declaration_public_id'))
    )
    with op.batch_alter_table('declaration', schema=None) as batch_op:
        batch_op.create_index('ix_declaration_company_id', ['company_id', 'month'], unique=False)
        batch_op.create_index(batch_op.f('ix_declaration_entered_by_id'), ['entered_by_id'], unique=False)
        batch_op.create_index('ix_declaration_state', ['state', 'month'], unique=False)
        batch_op.create_index(batch_op.f('ix_declaration_statement_id'), ['statement_id'], unique=False)

    op.create_table('decp_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contract_id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['decp_contract.id'], name=op.f('fk_decp_link_contract_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_decp_link_market_id')),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_decp_link_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decp_link')),
    sa.UniqueConstraint('contract_id', 'structure_id', name=op.f('uq_decp_link_contract_id_structure_id'))
    )
    with op.batch_alter_table('decp_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decp_link_market_id'), ['market_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_decp_link_structure_id'), ['structure_id'], unique=False)

    op.create_table('eligibility',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'incomplete', 'eligible', 'not_eligible', 'expired', 'withdrawn', name='eligibilitystate', native_enum=False, length=40), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=True),
    sa.Column('motive', sa.Text(), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=True),
    sa.Column('proposed_by', sa.String(length=200), nullable=False),
    sa.Column('proposed_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('decided_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('decision_reason', sa.Text(), nullable=False),
    sa.Column('retroactive_reason', sa.String(length=300), nullable=False),
    sa.Column('eligible_from', sa.Date(), nullable=True),
    sa.Column('eligible_until', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("state <> 'eligible' OR eligible_from IS NOT NULL", name=op.f('ck_eligibility_decided')),
    sa.CheckConstraint('eligible_until IS NULL OR eligible_until >= eligible_from', name=op.f('ck_eligibility_window')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_eligibility_decided_by_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_eligibility_market_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_eligibility_participant_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user.id'], name=op.f('fk_eligibility_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_eligibility')),
    sa.UniqueConstraint('public_id', name=op.f('uq_eligibility_public_id'))
    )
    with op.batch_alter_table('eligibility', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_eligibility_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_eligibility_market_id'), ['market_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_eligibility_participant_id'), ['participant_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_eligibility_proposed_by_id'), ['proposed_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_eligibility_state'), ['state'], unique=False)

    op.create_table('market_party',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('establishment_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('contractor', 'co_contractor', 'subcontractor', name='partyrole', native_enum=False, length=40), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_market_party_company_id')),
    sa.ForeignKeyConstraint(['establishment_id'], ['establishment.id'], name=op.f('fk_market_party_establishment_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_market_party_market_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_market_party')),
    sa.UniqueConstraint('market_id', 'company_id', 'role', name=op.f('uq_market_party_market_id_company_id_role'))
    )
    with op.batch_alter_table('market_party', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_market_party_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_market_party_establishment_id'), ['establishment_id'], unique=False)

    op.create_table('objective_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('award', 'tranche_confirmed', 'purchase_order', 'invoice', 'amendment', 'renewal', 'transfer_in', 'transfer_out', 'waiver', 'correction', name='objectivekind', native_enum=False, length=40), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('recorded_on', sa.Date(), nullable=False),
    sa.Column('delta_initial', sa.Integer(), nullable=False),
    sa.Column('delta_current', sa.Integer(), nullable=False),
    sa.Column('delta_due', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('calculation', sa.JSON(), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_by', sa.String(length=200), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entered_by_id'], ['user.id'], name=op.f('fk_objective_event_entered_by_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_objective_event_market_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objective_event'))
    )
    with op.batch_alter_table('objective_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_objective_event_entered_by_id'), ['entered_by_id'], unique=False)
        batch_op.create_index('ix_objective_event_market_id', ['market_id', 'recorded_on'], unique=False)

    op.create_table('pathway_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pathway_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=120), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('operator', sa.String(length=200), nullable=False),
    sa.Column('financed', sa.Boolean(), nullable=True),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_pathway_step_dates')),
    sa.ForeignKeyConstraint(['pathway_id'], ['pathway.id'], name=op.f('fk_pathway_step_pathway_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pathway_step')),
    sa.UniqueConstraint('pathway_id', 'kind', 'starts_on', 'operator', name=op.f('uq_pathway_step_pathway_id_kind_starts_on_operator'))
    )
    op.create_table('position',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.Column('establishment_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('rome', sa.String(length=5), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('mode', sa.Enum('direct_hire', 'secondment', 'subcontracting', 'co_contracting', name='mode', native_enum=False, length=40), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['establishment_id'], ['establishment.id'], name=op.f('fk_position_establishment_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_position_market_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_position')),
    sa.UniqueConstraint('public_id', name=op.f('uq_position_public_id'))
    )
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_position_establishment_id'), ['establishment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_position_market_id'), ['market_id'], unique=False)

    op.create_table('assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('employment_contract_id', sa.Integer(), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.Column('position_id', sa.Integer(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['employment_contract_id'], ['employment_contract.id'], name=op.f('fk_assignment_employment_contract_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_assignment_market_id')),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_assignment_position_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment')),
    sa.UniqueConstraint('employment_contract_id', 'market_id', name=op.f('uq_assignment_employment_contract_id_market_id'))
    )
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignment_market_id'), ['market_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignment_position_id'), ['position_id'], unique=False)

    op.create_table('declaration_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('employment_contract_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('hour_kind', sa.Enum('work', 'training', 'other_training', 'prehire', 'tutoring', 'absence', name='hourkind', native_enum=False, length=40), nullable=False),
    sa.Column('hours_basis', sa.Enum('worked', 'paid', name='hoursbasis', native_enum=False, length=40), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('worked_from', sa.Date(), nullable=False),
    sa.Column('worked_to', sa.Date(), nullable=False),
    sa.Column('comment', sa.String(length=500), nullable=False),
    sa.Column('state', sa.Enum('declared', 'returned', 'validated', name='linestate', native_enum=False, length=40), nullable=False),
    sa.Column('override_comment', sa.String(length=500), nullable=False),
    sa.Column('return_reason', sa.String(length=500), nullable=False),
    sa.Column('not_counted', sa.Enum('before_validation', 'eligibility_expired', 'not_eligible', 'outside_contract', 'outside_market', 'kind', 'no_clause', name='notcounted', native_enum=False, length=40), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('decided_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('standing', sa.Boolean(), nullable=False),
    sa.Column('corrected_by_id', sa.Integer(), nullable=True),
    sa.Column('correction_reason', sa.String(length=500), nullable=False),
    sa.CheckConstraint('hours >= 0', name=op.f('ck_declaration_line_hours')),
    sa.CheckConstraint('worked_to >= worked_from', name=op.f('ck_declaration_line_dates')),
    sa.ForeignKeyConstraint(['corrected_by_id'], ['declaration_line.id'], name=op.f('fk_declaration_line_corrected_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_declaration_line_decided_by_id')),
    sa.ForeignKeyConstraint(['declaration_id'], ['declaration.id'], name=op.f('fk_declaration_line_declaration_id')),
    sa.ForeignKeyConstraint(['employment_contract_id'], ['employment_contract.id'], name=op.f('fk_declaration_line_employment_contract_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_declaration_line_market_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_declaration_line_participant_id')),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_declaration_line_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declaration_line')),
    sa.UniqueConstraint('corrected_by_id', name=op.f('uq_declaration_line_corrected_by_id'))
    )
    with op.batch_alter_table('declaration_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_declaration_line_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index('ix_declaration_line_declaration_id', ['declaration_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_declaration_line_market_id'), ['market_id'], unique=False)
        batch_op.create_index('ix_declaration_line_participant_month', ['participant_id', 'month'], unique=False)
        batch_op.create_index(batch_op.f('ix_declaration_line_structure_id'), ['structure_id'], unique=False)
        batch_op.create_index('uq_declaration_line_standing', ['employment_contract_id', 'market_id', 'month', 'hour_kind', 'worked_from'], unique=True, sqlite_where=sa.text('standing'), postgresql_where=sa.text('standing'))

    op.create_table('eligibility_criterion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('eligibility_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('long_term_jobseeker', 'rsa', 'ass', 'aah', 'other_minimum', 'rqth_boeth', 'invalidity_pension', 'youth_low_qualified', 'youth_graduate_inactive', 'youth_reinforced_support', 'e2c_epide', 'senior_jobseeker', 'iae_employee', 'regie_quartier', 'geiq_employee', 'adapted_sector', 'justice_involved', 'refugee', 'qpv_resident', 'plie_participant', 'reasoned_opinion', name='publickind', native_enum=False, length=40), nullable=False),
    sa.Column('is_primary', sa.Boolean(), nullable=False),
    sa.Column('proposed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['eligibility_id'], ['eligibility.id'], name=op.f('fk_eligibility_criterion_eligibility_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_eligibility_criterion')),
    sa.UniqueConstraint('eligibility_id', 'kind', name=op.f('uq_eligibility_criterion_eligibility_id_kind'))
    )
    op.create_table('eligibility_proof',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('eligibility_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=120), nullable=False),
    sa.Column('seen_on', sa.Date(), nullable=False),
    sa.Column('seen_by', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['eligibility_id'], ['eligibility.id'], name=op.f('fk_eligibility_proof_eligibility_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_eligibility_proof'))
    )
    with op.batch_alter_table('eligibility_proof', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_eligibility_proof_eligibility_id'), ['eligibility_id'], unique=False)

    op.create_table('placement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'presented', 'hired', 'not_kept', name='placementstate', native_enum=False, length=40), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('proposed_on', sa.Date(), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_placement_participant_id')),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_placement_position_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement')),
    sa.UniqueConstraint('position_id', 'participant_id', name=op.f('uq_placement_position_id_participant_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_placement_public_id'))
    )
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_placement_participant_id'), ['participant_id'], unique=False)

    op.create_table('ledger_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('posting', 'reversal', 'transfer', name='entrykind', native_enum=False, length=40), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=True),
    sa.Column('employment_contract_id', sa.Integer(), nullable=True),
    sa.Column('declaration_line_id', sa.Integer(), nullable=True),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('hour_kind', sa.String(length=20), nullable=False),
    sa.Column('hours_real', sa.Integer(), nullable=False),
    sa.Column('hours_valued', sa.Integer(), nullable=False),
    sa.Column('reverses_id', sa.Integer(), nullable=True),
    sa.Column('posted_on', sa.Date(), nullable=False),
    sa.Column('posted_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('posted_by_id', sa.Integer(), nullable=True),
    sa.Column('posted_by', sa.String(length=200), nullable=False),
    sa.CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name=op.f('ck_ledger_entry_reversal')),
    sa.CheckConstraint("kind = 'transfer' OR (participant_id IS NOT NULL AND employment_contract_id IS NOT NULL AND declaration_line_id IS NOT NULL)", name=op.f('ck_ledger_entry_person')),
    sa.ForeignKeyConstraint(['declaration_line_id'], ['declaration_line.id'], name=op.f('fk_ledger_entry_declaration_line_id')),
    sa.ForeignKeyConstraint(['employment_contract_id'], ['employment_contract.id'], name=op.f('fk_ledger_entry_employment_contract_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_ledger_entry_market_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_ledger_entry_participant_id')),
    sa.ForeignKeyConstraint(['posted_by_id'], ['user.id'], name=op.f('fk_ledger_entry_posted_by_id')),
    sa.ForeignKeyConstraint(['reverses_id'], ['ledger_entry.id'], name=op.f('fk_ledger_entry_reverses_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entry')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_ledger_entry_reverses_id'))
    )
    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_entry_declaration_line_id'), ['declaration_line_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_entry_employment_contract_id'), ['employment_contract_id'], unique=False)
        batch_op.create_index('ix_ledger_entry_market_month', ['market_id', 'month', 'posted_on'], unique=False)
        batch_op.create_index('ix_ledger_entry_month_market', ['month', 'market_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_entry_participant_id'), ['participant_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_entry_posted_by_id'), ['posted_by_id'], unique=False)
        batch_op.create_index('uq_ledger_entry_posting', ['declaration_line_id'], unique=True, sqlite_where=sa.text("kind = 'posting'"), postgresql_where=sa.text("kind = 'posting'"))

    triggers.install(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.drop_index('uq_ledger_entry_posting', sqlite_where=sa.text("kind = 'posting'"), postgresql_where=sa.text("kind = 'posting'"))
        batch_op.drop_index(batch_op.f('ix_ledger_entry_posted_by_id'))
        batch_op.drop_index(batch_op.f('ix_ledger_entry_participant_id'))
        batch_op.drop_index('ix_ledger_entry_month_market')
        batch_op.drop_index('ix_ledger_entry_market_month')
        batch_op.drop_index(batch_op.f('ix_ledger_entry_employment_contract_id'))
        batch_op.drop_index(batch_op.f('ix_ledger_entry_declaration_line_id'))

    op.drop_table('ledger_entry')
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_placement_participant_id'))

    op.drop_table('placement')
    with op.batch_alter_table('eligibility_proof', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_eligibility_proof_eligibility_id'))

    op.drop_table('eligibility_proof')
    op.drop_table('eligibility_criterion')
    with op.batch_alter_table('declaration_line', schema=None) as batch_op:
        batch_op.drop_index('uq_declaration_line_standing', sqlite_where=sa.text('standing'), postgresql_where=sa.text('standing'))
        batch_op.drop_index(batch_op.f('ix_declaration_line_structure_id'))
        batch_op.drop_index('ix_declaration_line_participant_month')
        batch_op.drop_index(batch_op.f('ix_declaration_line_market_id'))
        batch_op.drop_index('ix_declaration_line_declaration_id')
        batch_op.drop_index(batch_op.f('ix_declaration_line_decided_by_id'))

    op.drop_table('declaration_line')
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assignment_position_id'))
        batch_op.drop_index(batch_op.f('ix_assignment_market_id'))

    op.drop_table('assignment')
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_position_market_id'))
        batch_op.drop_index(batch_op.f('ix_position_establishment_id'))

    op.drop_table('position')
    op.drop_table('pathway_step')
    with op.batch_alter_table('objective_event', schema=None) as batch_op:
        batch_op.drop_index('ix_objective_event_market_id')
        batch_op.drop_index(batch_op.f('ix_objective_event_entered_by_id'))

    op.drop_table('objective_event')
    with op.batch_alter_table('market_party', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_market_party_establishment_id'))
        batch_op.drop_index(batch_op.f('ix_market_party_company_id'))

    op.drop_table('market_party')
    with op.batch_alter_table('eligibility', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_eligibility_state'))
        batch_op.drop_index(batch_op.f('ix_eligibility_proposed_by_id'))
        batch_op.drop_index(batch_op.f('ix_eligibility_participant_id'))
        batch_op.drop_index(batch_op.f('ix_eligibility_market_id'))
        batch_op.drop_index(batch_op.f('ix_eligibility_decided_by_id'))

    op.drop_table('eligibility')
    with op.batch_alter_table('decp_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_decp_link_structure_id'))
        batch_op.drop_index(batch_op.f('ix_decp_link_market_id'))

    op.drop_table('decp_link')
    with op.batch_alter_table('declaration', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_declaration_statement_id'))
        batch_op.drop_index('ix_declaration_state')
        batch_op.drop_index(batch_op.f('ix_declaration_entered_by_id'))
        batch_op.drop_index('ix_declaration_company_id')

    op.drop_table('declaration')
    with op.batch_alter_table('pathway', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pathway_exited_on'))
        batch_op.drop_index(batch_op.f('ix_pathway_advisor_id'))

    op.drop_table('pathway')
    with op.batch_alter_table('operation_partner', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_operation_partner_structure_id'))

    op.drop_table('operation_partner')
    with op.batch_alter_table('market', schema=None) as batch_op:
        batch_op.drop_index('ix_market_operation_id')

    op.drop_table('market')
    with op.batch_alter_table('employment_contract', schema=None) as batch_op:
        batch_op.drop_index('ix_employment_contract_participant_id')
        batch_op.drop_index(batch_op.f('ix_employment_contract_establishment_id'))
        batch_op.drop_index(batch_op.f('ix_employment_contract_announced_by_id'))

    op.drop_table('employment_contract')
    op.drop_table('clause_entry')
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stored_file_user_id'))

    op.drop_table('stored_file')
    with op.batch_alter_table('read_log', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_read_log_user_id'))
        batch_op.drop_index('ix_read_log_subject')
        batch_op.drop_index(batch_op.f('ix_read_log_at'))

    op.drop_table('read_log')
    with op.batch_alter_table('password_reset', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_password_reset_user_id'))

    op.drop_table('password_reset')
    with op.batch_alter_table('participant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_participant_proposed_by_id'))
        batch_op.drop_index(batch_op.f('ix_participant_proposed_by_company_id'))
        batch_op.drop_index(batch_op.f('ix_participant_prescriber_id'))

    op.drop_table('participant')
    with op.batch_alter_table('operation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_operation_facilitator_id'))
        batch_op.drop_index(batch_op.f('ix_operation_authority_id'))

    op.drop_table('operation')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_job_user_id'))
        batch_op.drop_index(batch_op.f('ix_job_state'))

    op.drop_table('job')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitation_user_id'))

    op.drop_table('invitation')
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_event_user_id'))
        batch_op.drop_index('ix_audit_event_subject')

    op.drop_table('audit_event')
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_structure_id'))
        batch_op.drop_index(batch_op.f('ix_user_prescriber_id'))
        batch_op.drop_index(batch_op.f('ix_user_company_id'))
        batch_op.drop_index(batch_op.f('ix_user_authority_id'))

    op.drop_table('user')
    op.drop_table('prescriber_organisation')
    op.drop_table('import_mapping')
    with op.batch_alter_table('establishment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_establishment_company_id'))

    op.drop_table('establishment')
    with op.batch_alter_table('decp_record', schema=None) as batch_op:
        batch_op.drop_index('ix_decp_record_batch')

    op.drop_table('decp_record')
    with op.batch_alter_table('authority_establishment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_authority_establishment_authority_id'))

    op.drop_table('authority_establishment')
    op.drop_table('structure')
    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_mail_sent_at'))

    op.drop_table('outbox_mail')
    op.drop_table('job_run')
    with op.batch_alter_table('failed_sign_in', schema=None) as batch_op:
        batch_op.drop_index('ix_failed_sign_in_key_at')

    op.drop_table('failed_sign_in')
    with op.batch_alter_table('decp_contract', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_decp_contract_place_code'))
        batch_op.drop_index(batch_op.f('ix_decp_contract_outcome'))
        batch_op.drop_index(batch_op.f('ix_decp_contract_notification_date'))
        batch_op.drop_index(batch_op.f('ix_decp_contract_has_social'))
        batch_op.drop_index(batch_op.f('ix_decp_contract_department'))
        batch_op.drop_index(batch_op.f('ix_decp_contract_buyer_siren'))
        batch_op.drop_index(batch_op.f('ix_decp_contract_buyer_search'))

    op.drop_table('decp_contract')
    with op.batch_alter_table('contracting_authority', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contracting_authority_search'))

    op.drop_table('contracting_authority')
    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_company_search'))

    op.drop_table('company')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_entry_refuse()")
