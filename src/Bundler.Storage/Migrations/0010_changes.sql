-- What nodes on one database have stored that the others have to remember, in the order of the commits; the oldest are deleted. Nothing is in it where
-- one node has the database for itself. Kind 1: operation added, 2: status, 3: taken by a signed bundle, 4: released by it, 5: mempool emptied,
-- 6: counters of an address, 7: counters forgotten. Mark 3 of index_marks: up to here they have been deleted.
CREATE TABLE pool_changes (
    sequence         {identity},
    origin           {bytes} NOT NULL,
    kind             BIGINT NOT NULL,
    entry_point      {bytes},
    user_op_hash     {bytes},
    address          {bytes},
    nonce            {bytes},
    state            BIGINT,
    transaction_hash {bytes},
    reason           TEXT,
    at               BIGINT,
    ops_seen         BIGINT,
    ops_included     BIGINT
);
