ALTER TABLE workflow_steps ADD COLUMN given TEXT;
ALTER TABLE workflow_steps ADD COLUMN decisions TEXT;
