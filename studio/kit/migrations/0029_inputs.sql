-- What a run of a workflow is told, by name; null where nobody declared it. What holds for steps that say nothing else.
ALTER TABLE workflows ADD COLUMN inputs TEXT NOT NULL DEFAULT 'null' CHECK (json_valid(inputs));
ALTER TABLE workflows ADD COLUMN defaults TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(defaults));
