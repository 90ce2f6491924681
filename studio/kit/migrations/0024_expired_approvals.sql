-- Questions that nobody answered in time are shown for a while; decided ones of conversations are kept for ever.
CREATE INDEX approvals_expired ON approvals (decided_at) WHERE state = 'expired';
