-- The lowest version that may work on what this one wrote; the rule for those who write migrations is in docs/decisions/0060.
ALTER TABLE schema_version ADD COLUMN compatible_with BIGINT NOT NULL DEFAULT 0;

-- The chain of all that is stored here: one row.
CREATE TABLE store_chain (
    chain_id BIGINT NOT NULL
);

-- The last transaction of each writer, written inside it: after a connection is lost during a commit the row says whether it was stored.
CREATE TABLE commit_marks (
    writer {bytes} NOT NULL,
    mark   {bytes} NOT NULL,
    asked  BIGINT NOT NULL,
    at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX commit_marks_by_writer ON commit_marks (writer);
