-- The build before this migration may work beside it.
-- The operator took it back; its state says what blocks do to it.
ALTER TABLE grants ADD COLUMN is_revoked BIGINT NOT NULL DEFAULT 0;
UPDATE grants SET is_revoked = 1 WHERE state = 8;
