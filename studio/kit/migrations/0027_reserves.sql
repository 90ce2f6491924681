-- How much of the cost of a step is only set aside for a round with a model that is not over. It counts as spent: whoever
-- is killed meanwhile does not know what the round took.
ALTER TABLE workflow_steps ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0;
