"""hours in depth

Revision: 0002_hours_in_depth, after 0001_spine
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import clause.kernel.db
from clause.ledger import triggers


revision = '0002_hours_in_depth'
down_revision = '0001_spine'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('company_file_mapping',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('layout', sa.JSON(), nullable=False),
    sa.Column('updated_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('updated_by', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_company_file_mapping_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company_file_mapping')),
    sa.UniqueConstraint('company_id', 'name', name=op.f('uq_company_file_mapping_company_id_name')),
    sa.UniqueConstraint('public_id', name=op.f('uq_company_file_mapping_public_id'))
    )
    op.create_table('declaration_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('renewed_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('last_used_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('revoked_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('revoked_by', sa.String(length=200), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_declaration_link_company_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_declaration_link_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declaration_link')),
    sa.UniqueConstraint('public_id', name=op.f('uq_declaration_link_public_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_declaration_link_token_hash'))
    )
    with op.batch_alter_table('declaration_link', schema=None) as batch_op:
        batch_op.create_index('ix_declaration_link_company_id', ['company_id', 'recipient'], unique=False)
        batch_op.create_index(batch_op.f('ix_declaration_link_user_id'), ['user_id'], unique=False)

    op.create_table('pooling_convention',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('company_signed_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_by', sa.String(length=200), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_pooling_convention_dates')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_pooling_convention_company_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['user.id'], name=op.f('fk_pooling_convention_entered_by_id')),
    sa.ForeignKeyConstraint(['structure_id'], ['structure.id'], name=op.f('fk_pooling_convention_structure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pooling_convention')),
    sa.UniqueConstraint('public_id', name=op.f('uq_pooling_convention_public_id')),
    sa.UniqueConstraint('structure_id', 'reference', name=op.f('uq_pooling_convention_structure_id_reference'))
    )
    with op.batch_alter_table('pooling_convention', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pooling_convention_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pooling_convention_entered_by_id'), ['entered_by_id'], unique=False)

    op.create_table('pooling_agreement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('convention_id', sa.Integer(), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_by', sa.String(length=200), nullable=False),
    sa.Column('recorded_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['authority_id'], ['contracting_authority.id'], name=op.f('fk_pooling_agreement_authority_id')),
    sa.ForeignKeyConstraint(['convention_id'], ['pooling_convention.id'], name=op.f('fk_pooling_agreement_convention_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_pooling_agreement_file_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_pooling_agreement_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pooling_agreement')),
    sa.UniqueConstraint('convention_id', 'authority_id', name=op.f('uq_pooling_agreement_convention_id_authority_id'))
    )
    with op.batch_alter_table('pooling_agreement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pooling_agreement_authority_id'), ['authority_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pooling_agreement_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pooling_agreement_recorded_by_id'), ['recorded_by_id'], unique=False)

    op.create_table('difficulty',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('no_candidate', 'candidate_left', 'site_late', 'less_work', 'economic', 'other', name='difficultykind', native_enum=False, length=40), nullable=False),
    sa.Column('announced_on', sa.Date(), nullable=False),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('action_taken', sa.Text(), nullable=False),
    sa.Column('solved_on', sa.Date(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_by', sa.String(length=200), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_difficulty_company_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['user.id'], name=op.f('fk_difficulty_entered_by_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_difficulty_file_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_difficulty_market_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_difficulty')),
    sa.UniqueConstraint('public_id', name=op.f('uq_difficulty_public_id'))
    )
    with op.batch_alter_table('difficulty', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_difficulty_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_difficulty_entered_by_id'), ['entered_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_difficulty_file_id'), ['file_id'], unique=False)
        batch_op.create_index('ix_difficulty_market_id', ['market_id', 'company_id'], unique=False)

    op.create_table('formal_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('drafted', 'sent', 'withdrawn', name='noticestate', native_enum=False, length=40), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('answer_within_days', sa.Integer(), nullable=False),
    sa.Column('drafted_on', sa.Date(), nullable=False),
    sa.Column('drafted_by_id', sa.Integer(), nullable=True),
    sa.Column('drafted_by', sa.String(length=200), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('sent_how', sa.String(length=120), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_by', sa.String(length=200), nullable=False),
    sa.Column('recorded_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_formal_notice_company_id')),
    sa.ForeignKeyConstraint(['drafted_by_id'], ['user.id'], name=op.f('fk_formal_notice_drafted_by_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_formal_notice_file_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_formal_notice_market_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_formal_notice_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_formal_notice')),
    sa.UniqueConstraint('public_id', name=op.f('uq_formal_notice_public_id'))
    )
    with op.batch_alter_table('formal_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_formal_notice_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_formal_notice_drafted_by_id'), ['drafted_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_formal_notice_file_id'), ['file_id'], unique=False)
        batch_op.create_index('ix_formal_notice_market_id', ['market_id', 'company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_formal_notice_recorded_by_id'), ['recorded_by_id'], unique=False)

    op.create_table('hour_transfer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('convention_id', sa.Integer(), nullable=False),
    sa.Column('from_market_id', sa.Integer(), nullable=False),
    sa.Column('to_market_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('reverses_id', sa.Integer(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('decided_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('from_market_id <> to_market_id', name=op.f('ck_hour_transfer_markets')),
    sa.CheckConstraint('hours > 0', name=op.f('ck_hour_transfer_hours')),
    sa.ForeignKeyConstraint(['convention_id'], ['pooling_convention.id'], name=op.f('fk_hour_transfer_convention_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_hour_transfer_decided_by_id')),
    sa.ForeignKeyConstraint(['from_market_id'], ['market.id'], name=op.f('fk_hour_transfer_from_market_id')),
    sa.ForeignKeyConstraint(['reverses_id'], ['hour_transfer.id'], name=op.f('fk_hour_transfer_reverses_id')),
    sa.ForeignKeyConstraint(['to_market_id'], ['market.id'], name=op.f('fk_hour_transfer_to_market_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hour_transfer')),
    sa.UniqueConstraint('public_id', name=op.f('uq_hour_transfer_public_id')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_hour_transfer_reverses_id'))
    )
    with op.batch_alter_table('hour_transfer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hour_transfer_convention_id'), ['convention_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hour_transfer_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hour_transfer_from_market_id'), ['from_market_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hour_transfer_to_market_id'), ['to_market_id'], unique=False)

    op.create_table('payroll_hours',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('employment_contract_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=True),
    sa.Column('overtime', sa.Integer(), nullable=False),
    sa.Column('read_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('read_by', sa.String(length=200), nullable=False),
    sa.CheckConstraint('hours IS NULL OR hours >= 0', name=op.f('ck_payroll_hours_hours')),
    sa.ForeignKeyConstraint(['employment_contract_id'], ['employment_contract.id'], name=op.f('fk_payroll_hours_employment_contract_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_hours')),
    sa.UniqueConstraint('employment_contract_id', 'month', name=op.f('uq_payroll_hours_employment_contract_id_month'))
    )
    op.create_table('penalty_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('detected', 'contradictory', 'proposed', 'decided_applied', 'decided_waived', 'closed', name='penaltystate', native_enum=False, length=40), nullable=False),
    sa.Column('detected_on', sa.Date(), nullable=False),
    sa.Column('shortfall_hours', sa.Integer(), nullable=False),
    sa.Column('late_days', sa.Integer(), nullable=False),
    sa.Column('amount_cents', sa.BigInteger(), nullable=False),
    sa.Column('calculation', sa.JSON(), nullable=False),
    sa.Column('opened_by', sa.String(length=200), nullable=False),
    sa.Column('contradictory_sent_on', sa.Date(), nullable=True),
    sa.Column('answer_before', sa.Date(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('answer_file_id', sa.Integer(), nullable=True),
    sa.Column('proposed_cents', sa.BigInteger(), nullable=True),
    sa.Column('proposal', sa.Text(), nullable=False),
    sa.Column('proposed_on', sa.Date(), nullable=True),
    sa.Column('proposed_by', sa.String(length=200), nullable=False),
    sa.Column('decided_cents', sa.BigInteger(), nullable=True),
    sa.Column('waiver_motive', sa.Enum('economic_difficulty', 'no_candidate_despite_sourcing', 'contract_reduced', 'force_majeure', 'buyer_fault', 'other', name='waivermotive', native_enum=False, length=40), nullable=True),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['answer_file_id'], ['stored_file.id'], name=op.f('fk_penalty_case_answer_file_id')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_penalty_case_company_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_penalty_case_decided_by_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_penalty_case_market_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_penalty_case')),
    sa.UniqueConstraint('public_id', name=op.f('uq_penalty_case_public_id'))
    )
    with op.batch_alter_table('penalty_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_penalty_case_answer_file_id'), ['answer_file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_penalty_case_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_penalty_case_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index('ix_penalty_case_market_id', ['market_id', 'company_id'], unique=False)

    op.create_table('pooled_market',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('convention_id', sa.Integer(), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['convention_id'], ['pooling_convention.id'], name=op.f('fk_pooled_market_convention_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_pooled_market_market_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pooled_market')),
    sa.UniqueConstraint('convention_id', 'market_id', name=op.f('uq_pooled_market_convention_id_market_id'))
    )
    with op.batch_alter_table('pooled_market', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pooled_market_market_id'), ['market_id'], unique=False)

    op.create_table('reminder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('subject_key', sa.String(length=40), nullable=False),
    sa.Column('period_start', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_reminder_company_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_reminder_market_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder')),
    sa.UniqueConstraint('market_id', 'company_id', 'subject_key', 'period_start', 'step', name=op.f('uq_reminder_market_id_company_id_subject_key_period_start_step'))
    )
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.create_index('ix_reminder_company_id', ['company_id', 'sent_on'], unique=False)

    op.create_table('reporting_obligation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('market_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.Enum('hours', 'follow_up', name='reportsubject', native_enum=False, length=40), nullable=False),
    sa.Column('label', sa.String(length=120), nullable=False),
    sa.Column('frequency', sa.Enum('monthly', 'quarterly', 'half_yearly', name='frequency', native_enum=False, length=40), nullable=False),
    sa.Column('due_day', sa.Integer(), nullable=False),
    sa.Column('due_day_inclusive', sa.Boolean(), nullable=False),
    sa.Column('from_month', sa.Date(), nullable=True),
    sa.Column('until_month', sa.Date(), nullable=True),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_by', sa.String(length=200), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('due_day BETWEEN 1 AND 31', name=op.f('ck_reporting_obligation_due_day')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['user.id'], name=op.f('fk_reporting_obligation_entered_by_id')),
    sa.ForeignKeyConstraint(['market_id'], ['market.id'], name=op.f('fk_reporting_obligation_market_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reporting_obligation')),
    sa.UniqueConstraint('public_id', name=op.f('uq_reporting_obligation_public_id'))
    )
    with op.batch_alter_table('reporting_obligation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reporting_obligation_entered_by_id'), ['entered_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reporting_obligation_market_id'), ['market_id'], unique=False)

    op.create_table('reminder_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reminder_id', sa.Integer(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['mail_id'], ['outbox_mail.id'], name=op.f('fk_reminder_mail_mail_id')),
    sa.ForeignKeyConstraint(['reminder_id'], ['reminder.id'], name=op.f('fk_reminder_mail_reminder_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_mail')),
    sa.UniqueConstraint('reminder_id', 'mail_id', name=op.f('uq_reminder_mail_reminder_id_mail_id'))
    )
    with op.batch_alter_table('reminder_mail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reminder_mail_mail_id'), ['mail_id'], unique=False)

    op.create_table('report_receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('obligation_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('period_start', sa.Date(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_by', sa.String(length=200), nullable=False),
    sa.Column('created_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_report_receipt_company_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['user.id'], name=op.f('fk_report_receipt_entered_by_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_report_receipt_file_id')),
    sa.ForeignKeyConstraint(['obligation_id'], ['reporting_obligation.id'], name=op.f('fk_report_receipt_obligation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_receipt')),
    sa.UniqueConstraint('obligation_id', 'company_id', 'period_start', name=op.f('uq_report_receipt_obligation_id_company_id_period_start')),
    sa.UniqueConstraint('public_id', name=op.f('uq_report_receipt_public_id'))
    )
    with op.batch_alter_table('report_receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_receipt_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_receipt_entered_by_id'), ['entered_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_receipt_file_id'), ['file_id'], unique=False)

    op.create_table('evidence_review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('declaration_line_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('sent', 'answered', 'accepted', 'rejected', name='evidencestate', native_enum=False, length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('sent_by_id', sa.Integer(), nullable=True),
    sa.Column('sent_by', sa.String(length=200), nullable=False),
    sa.Column('sent_at', clause.kernel.db.Instant(timezone=True), nullable=False),
    sa.Column('answer_before', sa.Date(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answer_file_id', sa.Integer(), nullable=True),
    sa.Column('answered_by', sa.String(length=200), nullable=False),
    sa.Column('answered_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('decided_at', clause.kernel.db.Instant(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['answer_file_id'], ['stored_file.id'], name=op.f('fk_evidence_review_answer_file_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_evidence_review_decided_by_id')),
    sa.ForeignKeyConstraint(['declaration_line_id'], ['declaration_line.id'], name=op.f('fk_evidence_review_declaration_line_id')),
    sa.ForeignKeyConstraint(['sent_by_id'], ['user.id'], name=op.f('fk_evidence_review_sent_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_review')),
    sa.UniqueConstraint('public_id', name=op.f('uq_evidence_review_public_id'))
    )
    with op.batch_alter_table('evidence_review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_review_answer_file_id'), ['answer_file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_review_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_review_declaration_line_id'), ['declaration_line_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_review_sent_by_id'), ['sent_by_id'], unique=False)
        batch_op.create_index('uq_evidence_review_open', ['declaration_line_id'], unique=True, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))

    with op.batch_alter_table('declaration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contractor_confirmed_at', clause.kernel.db.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('contractor_confirmed_by', sa.String(length=200), server_default='', nullable=False))
        batch_op.add_column(sa.Column('contractor_remark', sa.Text(), server_default='', nullable=False))

    with op.batch_alter_table('declaration_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stated_hours', sa.Integer(), nullable=True))

    with op.batch_alter_table('employment_contract', schema=None) as batch_op:
        batch_op.add_column(sa.Column('weekly_hours', sa.Integer(), nullable=True))

    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('transfer_id', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_ledger_entry_transfer_id_market_id'), ['transfer_id', 'market_id'])
        batch_op.create_foreign_key(batch_op.f('fk_ledger_entry_transfer_id'), 'hour_transfer', ['transfer_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_ledger_entry_transfer'), "(kind = 'transfer') = (transfer_id IS NOT NULL)")
    triggers.install(op.get_bind())  # the rebuild on SQLite dropped them

    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.add_column(sa.Column('weekly_hours', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('ends_on', sa.Date(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.drop_column('ends_on')
        batch_op.drop_column('weekly_hours')

    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_ledger_entry_transfer'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_ledger_entry_transfer_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_ledger_entry_transfer_id_market_id'), type_='unique')
        batch_op.drop_column('transfer_id')
    triggers.install(op.get_bind())

    with op.batch_alter_table('employment_contract', schema=None) as batch_op:
        batch_op.drop_column('weekly_hours')

    with op.batch_alter_table('declaration_line', schema=None) as batch_op:
        batch_op.drop_column('stated_hours')

    with op.batch_alter_table('declaration', schema=None) as batch_op:
        batch_op.drop_column('contractor_remark')
        batch_op.drop_column('contractor_confirmed_by')
        batch_op.drop_column('contractor_confirmed_at')

    with op.batch_alter_table('evidence_review', schema=None) as batch_op:
        batch_op.drop_index('uq_evidence_review_open', sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_evidence_review_sent_by_id'))
        batch_op.drop_index(batch_op.f('ix_evidence_review_declaration_line_id'))
        batch_op.drop_index(batch_op.f('ix_evidence_review_decided_by_id'))
        batch_op.drop_index(batch_op.f('ix_evidence_review_answer_file_id'))

    op.drop_table('evidence_review')
    with op.batch_alter_table('report_receipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_receipt_file_id'))
        batch_op.drop_index(batch_op.f('ix_report_receipt_entered_by_id'))
        batch_op.drop_index(batch_op.f('ix_report_receipt_company_id'))

    op.drop_table('report_receipt')
    with op.batch_alter_table('reminder_mail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reminder_mail_mail_id'))

    op.drop_table('reminder_mail')
    with op.batch_alter_table('reporting_obligation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reporting_obligation_market_id'))
        batch_op.drop_index(batch_op.f('ix_reporting_obligation_entered_by_id'))

    op.drop_table('reporting_obligation')
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.drop_index('ix_reminder_company_id')

    op.drop_table('reminder')
    with op.batch_alter_table('pooled_market', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pooled_market_market_id'))

    op.drop_table('pooled_market')
    with op.batch_alter_table('penalty_case', schema=None) as batch_op:
        batch_op.drop_index('ix_penalty_case_market_id')
        batch_op.drop_index(batch_op.f('ix_penalty_case_decided_by_id'))
        batch_op.drop_index(batch_op.f('ix_penalty_case_company_id'))
        batch_op.drop_index(batch_op.f('ix_penalty_case_answer_file_id'))

    op.drop_table('penalty_case')
    op.drop_table('payroll_hours')
    with op.batch_alter_table('hour_transfer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hour_transfer_to_market_id'))
        batch_op.drop_index(batch_op.f('ix_hour_transfer_from_market_id'))
        batch_op.drop_index(batch_op.f('ix_hour_transfer_decided_by_id'))
        batch_op.drop_index(batch_op.f('ix_hour_transfer_convention_id'))

    op.drop_table('hour_transfer')
    with op.batch_alter_table('formal_notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_formal_notice_recorded_by_id'))
        batch_op.drop_index('ix_formal_notice_market_id')
        batch_op.drop_index(batch_op.f('ix_formal_notice_file_id'))
        batch_op.drop_index(batch_op.f('ix_formal_notice_drafted_by_id'))
        batch_op.drop_index(batch_op.f('ix_formal_notice_company_id'))

    op.drop_table('formal_notice')
    with op.batch_alter_table('difficulty', schema=None) as batch_op:
        batch_op.drop_index('ix_difficulty_market_id')
        batch_op.drop_index(batch_op.f('ix_difficulty_file_id'))
        batch_op.drop_index(batch_op.f('ix_difficulty_entered_by_id'))
        batch_op.drop_index(batch_op.f('ix_difficulty_company_id'))

    op.drop_table('difficulty')
    with op.batch_alter_table('pooling_agreement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pooling_agreement_recorded_by_id'))
        batch_op.drop_index(batch_op.f('ix_pooling_agreement_file_id'))
        batch_op.drop_index(batch_op.f('ix_pooling_agreement_authority_id'))

    op.drop_table('pooling_agreement')
    with op.batch_alter_table('pooling_convention', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pooling_convention_entered_by_id'))
        batch_op.drop_index(batch_op.f('ix_pooling_convention_company_id'))

    op.drop_table('pooling_convention')
    with op.batch_alter_table('declaration_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_declaration_link_user_id'))
        batch_op.drop_index('ix_declaration_link_company_id')

    op.drop_table('declaration_link')
    op.drop_table('company_file_mapping')
