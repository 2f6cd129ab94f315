-- The build before this migration may work beside it.
-- What is left here of operations that ended long ago: how, and of those that a block includes where the chain has the rest. State as in
-- operation_statuses; at is when it ended. Mark 4 of index_marks: up to this block entries of the ledger may have been moved away.
CREATE TABLE ended_operations (
    user_op_hash     {bytes} NOT NULL,
    state            BIGINT NOT NULL,
    transaction_hash {bytes},
    block_number     BIGINT,
    reason           TEXT,
    at               BIGINT NOT NULL
);
CREATE UNIQUE INDEX ended_operations_by_hash ON ended_operations (user_op_hash);
CREATE INDEX ended_operations_by_time ON ended_operations (at);
