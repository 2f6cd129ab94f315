-- An operation that a reorganisation gave back waits for a while for what it depends on.
ALTER TABLE mempool ADD COLUMN returned_at BIGINT;
