-- What a person said can be said anew: both are kept, as versions of one message, and one path through them is shown.
-- The first of its versions, which may be itself; null while there is only one.
ALTER TABLE messages ADD COLUMN version_of TEXT REFERENCES messages (id);
-- The version in whose place another is shown and with which this one went, which may be itself; null where it is shown.
ALTER TABLE messages ADD COLUMN hidden_under TEXT REFERENCES messages (id);
CREATE INDEX messages_versions ON messages (version_of) WHERE version_of IS NOT NULL;
CREATE INDEX messages_hidden ON messages (hidden_under) WHERE hidden_under IS NOT NULL;
