-- An operation that this node had in its mempool returns there when its block leaves the chain.
ALTER TABLE included_operations ADD COLUMN is_own BIGINT NOT NULL DEFAULT 0;

-- Kind 1: the first block of the index, everything from there on is in it. Kind 2: the highest block that the chain has made final.
CREATE TABLE index_marks (
    kind   BIGINT NOT NULL,
    number BIGINT NOT NULL
);
CREATE UNIQUE INDEX index_marks_by_kind ON index_marks (kind);
INSERT INTO index_marks (kind, number) SELECT 1, MIN(number) FROM blocks HAVING COUNT(*) > 0;
