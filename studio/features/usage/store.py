"""The ledger in SQLite. The only SQL of this feature."""

import sqlite3
from dataclasses import asdict

from studio.features.usage.models import DaySum, Entry, Spent

INSERT_ENTRY = """
INSERT INTO usage (id, day, provider, model, purpose, conversation_id, message_id, input_tokens, output_tokens,
                   cache_read_tokens, cache_write_tokens, cost, estimated, created_at)
VALUES (:id, :day, :provider, :model, :purpose, :conversation_id, :message_id, :input_tokens, :output_tokens,
        :cache_read_tokens, :cache_write_tokens, :cost, :estimated, :now)
"""

# Ids ascend: the last one is the last round.
SUM_OF_MESSAGE = """
SELECT coalesce(sum(input_tokens), 0) AS input_tokens,
       coalesce(sum(output_tokens), 0) AS output_tokens,
       coalesce(sum(cache_read_tokens), 0) AS cache_read_tokens,
       coalesce(sum(cache_write_tokens), 0) AS cache_write_tokens,
       coalesce((SELECT input_tokens + output_tokens FROM usage WHERE message_id = :message_id
                 ORDER BY id DESC LIMIT 1), 0) AS context_tokens,
       CASE WHEN count(cost) = count(*) THEN coalesce(sum(cost), 0) END AS cost,
       coalesce(max(estimated), 0) AS estimated
FROM usage WHERE message_id = :message_id
"""

SUM_BY_DAY = """
SELECT day, provider, count(*) AS rounds, count(*) - count(cost) AS unpriced_rounds,
       sum(estimated) AS estimated_rounds,
       sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
       sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens,
       sum(cost) AS cost
FROM usage WHERE day >= :first_day
GROUP BY day, provider ORDER BY day, provider
"""


def insert_entry(db: sqlite3.Connection, entry_id: str, entry: Entry, *, day: str, now: str) -> None:
    """Write down one round."""
    db.execute(INSERT_ENTRY, asdict(entry) | {"id": entry_id, "day": day, "now": now})


def sum_of_message(db: sqlite3.Connection, message_id: str) -> Spent:
    """Return what an answer took so far."""
    row = dict(db.execute(SUM_OF_MESSAGE, {"message_id": message_id}).fetchone())
    return Spent(**row | {"estimated": bool(row["estimated"])})


def sum_by_day(db: sqlite3.Connection, *, first_day: str) -> list[DaySum]:
    """Return what each provider took on each day from `first_day` on, in that order."""
    return [DaySum(**dict(row)) for row in db.execute(SUM_BY_DAY, {"first_day": first_day})]
