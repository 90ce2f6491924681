-- Which runs have been over for so long is asked every hour. A run that is a step of another goes with that.
CREATE INDEX workflow_runs_over ON workflow_runs (finished_at) WHERE phase = 'over' AND parent_id IS NULL;
