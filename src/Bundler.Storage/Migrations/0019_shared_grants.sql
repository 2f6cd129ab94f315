-- The build before this migration may work beside it.
-- Somebody asked for the grant a second time and may have got what is signed: who asked first may not give it back any more.
ALTER TABLE grants ADD COLUMN is_shared BIGINT NOT NULL DEFAULT 0;
UPDATE grants SET is_shared = 1;
