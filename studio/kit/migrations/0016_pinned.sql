-- Conversations that are pinned stand before all others.
ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1));

-- Each in exactly the order in which they are listed, the latest found among all, so that nothing is sorted.
DROP INDEX conversations_recent;
CREATE INDEX conversations_recent ON conversations (updated_at DESC, id DESC);
CREATE INDEX conversations_listed ON conversations (pinned DESC, updated_at DESC, id DESC);
