-- The build before this migration may work beside it.
-- Why an operation waits, as the node that builds its bundles says to the others, and why a node builds nothing at all now, as it said with its last
-- heartbeat. Nothing is in them where one node has the database for itself.
ALTER TABLE mempool ADD COLUMN waits_because TEXT;
ALTER TABLE nodes ADD COLUMN held_up TEXT;
