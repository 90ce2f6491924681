-- What was asked in a conversation goes with it.
DELETE FROM approvals
WHERE detail ->> '$.conversation_id' IS NOT NULL
  AND detail ->> '$.conversation_id' NOT IN (SELECT id FROM conversations);

CREATE INDEX approvals_of_conversation ON approvals (detail ->> '$.conversation_id');
