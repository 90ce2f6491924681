-- What a step was filled in as when it was last begun or asked about, and what was decided about it.
ALTER TABLE workflow_steps ADD COLUMN given TEXT CHECK (given IS NULL OR json_valid(given));
ALTER TABLE workflow_steps ADD COLUMN decisions TEXT CHECK (decisions IS NULL OR json_valid(decisions));

-- Whether a decision came from the page or with the owner's token. What was decided is listed, the newest first.
ALTER TABLE approvals ADD COLUMN via TEXT CHECK (via IN ('page', 'token'));
CREATE INDEX approvals_decided ON approvals (decided_at, approval_id) WHERE state IN ('allowed', 'used', 'denied');
