CREATE INDEX workflow_runs_over ON workflow_runs (finished_at) WHERE phase = 'over' AND parent_id IS NULL;
