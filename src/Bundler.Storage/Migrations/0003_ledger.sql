-- One row for each mined transaction of our signers. Kind 0: a bundle, 1: a cancellation. Times count 100 ns since 1970-01-01 UTC.
CREATE TABLE ledger_entries (
    transaction_hash    {bytes} NOT NULL,
    block_number        BIGINT NOT NULL,
    block_hash          {bytes} NOT NULL,
    transaction_index   BIGINT NOT NULL,
    block_time          BIGINT NOT NULL,
    kind                BIGINT NOT NULL,
    success             BIGINT NOT NULL,
    bundle_id           {bytes} NOT NULL,
    signer              {bytes} NOT NULL,
    nonce               BIGINT NOT NULL,
    entry_point         {bytes} NOT NULL,
    beneficiary         {bytes},
    gas_used            BIGINT NOT NULL,
    effective_gas_price {bytes} NOT NULL,
    gas_paid            {bytes} NOT NULL,
    fees_received       {bytes} NOT NULL,
    fault_operation     {bytes},
    fault_entity        {bytes},
    fault_reason        TEXT
);
CREATE UNIQUE INDEX ledger_entries_by_hash ON ledger_entries (transaction_hash);
CREATE INDEX ledger_entries_by_place ON ledger_entries (block_number, transaction_index);
CREATE INDEX ledger_entries_by_time ON ledger_entries (block_time, block_number);
CREATE INDEX ledger_entries_by_signer ON ledger_entries (signer, block_number, transaction_index);
CREATE INDEX ledger_entries_unjudged ON ledger_entries (block_number) WHERE success = 0 AND kind = 0 AND fault_reason IS NULL;

-- The parts of a transaction's operations; they add up to its gas_paid and fees_received.
CREATE TABLE ledger_shares (
    transaction_hash {bytes} NOT NULL,
    position         BIGINT NOT NULL,
    user_op_hash     {bytes} NOT NULL,
    fee_received     {bytes} NOT NULL,
    gas_paid         {bytes} NOT NULL
);
CREATE UNIQUE INDEX ledger_shares_by_transaction ON ledger_shares (transaction_hash, position);
CREATE INDEX ledger_shares_by_operation ON ledger_shares (user_op_hash);

-- Sums of the entries: 256-bit numbers cannot be added up in SQL. Day -1 is all time, others count days since 1970-01-01 UTC.
CREATE TABLE ledger_totals (
    day           BIGINT NOT NULL,
    signer        {bytes} NOT NULL,
    entry_point   {bytes} NOT NULL,
    bundles       BIGINT NOT NULL,
    reverted      BIGINT NOT NULL,
    cancellations BIGINT NOT NULL,
    operations    BIGINT NOT NULL,
    gas_used      BIGINT NOT NULL,
    gas_paid      {bytes} NOT NULL,
    gas_lost      {bytes} NOT NULL,
    fees_received {bytes} NOT NULL
);
CREATE UNIQUE INDEX ledger_totals_by_day ON ledger_totals (day, signer, entry_point);
