"""Learners, what opens their records, their answers, cards, contests and interviews."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make all tables."""
    for make in (_learner, _answer, _card, _contest, _interview, _opener):
        make()


def _learner() -> None:
    op.create_table(
        "learner",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_learner"),
    )


def _answer() -> None:
    op.create_table(
        "answer",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("learner_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("hints", sa.Integer(), nullable=False),
        sa.Column("sure", sa.Double(), nullable=True),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name="fk_answer_learner_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
        sa.UniqueConstraint("learner_id", "key", name="uq_answer_learner_id_key"),
    )
    op.create_index("ix_answer_learner_id_at", "answer", ["learner_id", "at"], unique=False)
    op.create_index("ix_answer_learner_id_question", "answer", ["learner_id", "question"], unique=False)


def _card() -> None:
    op.create_table(
        "card",
        sa.Column("learner_id", NUMBER, nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("due", TIME, nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.Column("last_key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name="fk_card_learner_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner_id", "question", name="pk_card"),
    )
    op.create_index("ix_card_learner_id_due", "card", ["learner_id", "due"], unique=False)


def _contest() -> None:
    op.create_table(
        "contest",
        sa.Column("learner_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name="fk_contest_learner_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner_id", "key", name="pk_contest"),
    )


def _interview() -> None:
    op.create_table(
        "interview",
        sa.Column("learner_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("started", TIME, nullable=False),
        sa.Column("ended", TIME, nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name="fk_interview_learner_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner_id", "key", name="pk_interview"),
    )


def _opener() -> None:
    op.create_table(
        "opener",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("learner_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name="fk_opener_learner_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name="pk_opener"),
    )
    op.create_index("ix_opener_learner_id", "opener", ["learner_id"], unique=False)
    op.create_index(
        "uq_opener_account",
        "opener",
        ["learner_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'account'"),
        postgresql_where=sa.text("kind = 'account'"),
    )
