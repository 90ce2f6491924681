-- Earlier, every step was kept with ten minutes, which only held for those that do something. Kept with a step that waits
-- for a person, a moment, an event, its items or another run, they would end now what was to wait for longer.
UPDATE workflows SET steps = (
    SELECT json_group_array(json(step)) FROM (
        SELECT CASE
                   WHEN json_extract(value, '$.kind') IN ('ask', 'condition', 'foreach', 'wait', 'workflow')
                        AND json_extract(value, '$.timeout_seconds') = 600
                   THEN json_remove(value, '$.timeout_seconds') ELSE value
               END AS step
        FROM json_each(workflows.steps) ORDER BY key
    )
)
WHERE steps LIKE '%"timeout_seconds":600%';

-- Runs that are over show the plan they had.
UPDATE workflow_runs SET plan = json_set(plan, '$.steps', (
    SELECT json_group_array(json(step)) FROM (
        SELECT CASE
                   WHEN json_extract(value, '$.kind') IN ('ask', 'condition', 'foreach', 'wait', 'workflow')
                        AND json_extract(value, '$.timeout_seconds') = 600
                   THEN json_remove(value, '$.timeout_seconds') ELSE value
               END AS step
        FROM json_each(workflow_runs.plan, '$.steps') ORDER BY key
    )
))
WHERE phase <> 'over' AND plan LIKE '%"timeout_seconds":600%';
