"""What rewards are found by: the words of each, and the ways words are mistyped."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models import BYTEWISE
from marketplace.kernel.db import Model
from marketplace.kernel.virtual_tables import virtual_on_sqlite

FIELDS = ("names", "facts", "texts", "stories")
"""By what they weigh: A to D in the text search of PostgreSQL, columns in that of SQLite."""

# Words come folded and with blanks between, so neither engine's own idea of a word is asked:
# the tokenizer keeps every sign beyond ASCII, and lexemes are put in as they are.
REWARD_INDEX = virtual_on_sqlite(
    sa.Table(
        "reward_index",
        Model.metadata,
        sa.Column(
            "reward_id",
            sa.BigInteger,
            sa.ForeignKey("rewards.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("words", TSVECTOR, nullable=False),
        sa.Index("ix_reward_index_words", "words", postgresql_using="gin").ddl_if(
            dialect="postgresql"
        ),
    ),
    f"fts5({', '.join(FIELDS)}, tokenize='ascii', detail='column', columnsize=0, prefix='1 2 3')",
)


class Spelling(Model):
    """A word of the catalog under each text that is left when a letter or two are struck from it.

    Two words that are an edit apart share such a text. Words are only ever added: one that no
    reward has any more leads nowhere and is never proposed.
    """

    __tablename__ = "search_spellings"

    remains: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    word: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
