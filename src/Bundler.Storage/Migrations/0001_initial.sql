-- Hashes and addresses are their bytes; 256-bit numbers are 32 bytes, big-endian; 64-bit numbers keep their bits in the signed column.
-- Times count 100 ns since 1970-01-01 UTC (divide by 10,000,000 for Unix seconds). Truth is 0 or 1.
-- Bodies lie in tables ordered by arrival; the hash is a unique index beside them, so that inserts append.

CREATE TABLE mempool (
    user_op_hash      {bytes} NOT NULL,
    entry_point       {bytes} NOT NULL,
    sender            {bytes} NOT NULL,
    json              {bytes} NOT NULL,
    admitted_at       BIGINT NOT NULL,
    admitted_at_block BIGINT NOT NULL,
    sequence          BIGINT NOT NULL
);
CREATE UNIQUE INDEX mempool_by_hash ON mempool (user_op_hash);

CREATE TABLE reputation (
    entry_point  {bytes} NOT NULL,
    address      {bytes} NOT NULL,
    ops_seen     BIGINT NOT NULL,
    ops_included BIGINT NOT NULL
);
CREATE UNIQUE INDEX reputation_by_address ON reputation (entry_point, address);

CREATE TABLE bundles (
    bundle_id         {bytes} NOT NULL,
    bundle_end        BIGINT,
    mined_transaction {bytes}
);
CREATE UNIQUE INDEX bundles_by_id ON bundles (bundle_id);
CREATE INDEX bundles_open ON bundles (bundle_id) WHERE bundle_end IS NULL;

CREATE TABLE transactions (
    id                       {identity},
    bundle_id                {bytes} NOT NULL,
    transaction_hash         {bytes} NOT NULL,
    signer                   {bytes} NOT NULL,
    nonce                    BIGINT NOT NULL,
    entry_point              {bytes} NOT NULL,
    user_op_hashes           {bytes} NOT NULL,
    raw                      {bytes} NOT NULL,
    max_fee_per_gas          {bytes} NOT NULL,
    max_priority_fee_per_gas {bytes} NOT NULL,
    is_cancellation          BIGINT NOT NULL,
    signed_at                BIGINT NOT NULL
);
CREATE UNIQUE INDEX transactions_by_hash ON transactions (transaction_hash);
CREATE INDEX transactions_by_bundle ON transactions (bundle_id);

CREATE TABLE blocks (
    number BIGINT NOT NULL,
    hash   {bytes} NOT NULL
);
CREATE UNIQUE INDEX blocks_by_number ON blocks (number);
CREATE UNIQUE INDEX blocks_by_hash ON blocks (hash);

CREATE TABLE included_operations (
    user_op_hash     {bytes} NOT NULL,
    entry_point      {bytes} NOT NULL,
    sender           {bytes} NOT NULL,
    nonce            {bytes} NOT NULL,
    paymaster        {bytes},
    success          BIGINT NOT NULL,
    actual_gas_cost  {bytes} NOT NULL,
    actual_gas_used  {bytes} NOT NULL,
    revert_reason    {bytes},
    logs_json        {bytes} NOT NULL,
    operation_json   {bytes},
    transaction_hash {bytes} NOT NULL,
    block_number     BIGINT NOT NULL,
    block_hash       {bytes} NOT NULL,
    log_index        BIGINT NOT NULL
);
CREATE UNIQUE INDEX included_operations_by_hash ON included_operations (user_op_hash);
CREATE INDEX included_operations_by_block ON included_operations (block_number, log_index);

CREATE TABLE receipts (
    transaction_hash {bytes} NOT NULL,
    block_number     BIGINT NOT NULL,
    json             {bytes} NOT NULL
);
CREATE UNIQUE INDEX receipts_by_transaction ON receipts (transaction_hash);
CREATE INDEX receipts_by_block ON receipts (block_number);

CREATE TABLE operation_statuses (
    user_op_hash     {bytes} NOT NULL,
    state            BIGINT NOT NULL,
    transaction_hash {bytes},
    reason           TEXT,
    at               BIGINT NOT NULL
);
CREATE UNIQUE INDEX operation_statuses_by_hash ON operation_statuses (user_op_hash);
