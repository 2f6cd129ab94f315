-- The build before this migration may work beside it.
-- The ledger of sponsorship: one row for each grant. States: 0 reserved, 1 signed, 2 seen, 3 included, 4 final, 5 denied, 6 expired, 7 reorged, 8 revoked.
-- counted_at decides the hour and the day of its sums; counted_wei and counted are what it adds to them now.
CREATE TABLE grants (
    sequence        {identity},
    id              {bytes} NOT NULL,
    state           BIGINT NOT NULL,
    core_hash       {bytes} NOT NULL,
    paymaster       {bytes} NOT NULL,
    entry_point     {bytes} NOT NULL,
    sender          {bytes} NOT NULL,
    nonce           {bytes} NOT NULL,
    worst           {bytes} NOT NULL,
    api_key         TEXT,
    valid_after     BIGINT NOT NULL,
    valid_until     BIGINT NOT NULL,
    asked_at        BIGINT NOT NULL,
    counted_at      BIGINT NOT NULL,
    counted_wei     {bytes} NOT NULL,
    counted         BIGINT NOT NULL,
    signature       {bytes},
    operation_hash  {bytes},
    actual_gas_cost {bytes},
    block_number    BIGINT,
    block_hash      {bytes},
    reason          TEXT
);
CREATE UNIQUE INDEX grants_by_id ON grants (id);
CREATE INDEX grants_by_nonce ON grants (sender, nonce, entry_point);
CREATE INDEX grants_by_operation ON grants (operation_hash) WHERE operation_hash IS NOT NULL;
CREATE INDEX grants_by_block ON grants (block_number) WHERE block_number IS NOT NULL;
CREATE INDEX grants_unseen ON grants (sequence) WHERE state IN (1, 7);
CREATE INDEX grants_seen ON grants (sequence) WHERE state = 2;
CREATE INDEX grants_alive ON grants (valid_until) WHERE state IN (0, 1, 2, 7, 8);
CREATE INDEX grants_ended ON grants (asked_at) WHERE state IN (4, 5, 6);

-- What the limits look at. Scope: 1 and a paymaster, 2 and the id of an API key, 3 and a sender. Hours and days count from 1970-01-01 UTC; only the present ones are kept.
CREATE TABLE grant_sums (
    scope      {bytes} NOT NULL,
    hour       BIGINT NOT NULL,
    hour_wei   {bytes} NOT NULL,
    hour_count BIGINT NOT NULL,
    day        BIGINT NOT NULL,
    day_wei    {bytes} NOT NULL,
    day_count  BIGINT NOT NULL,
    ever_wei   {bytes} NOT NULL,
    ever_count BIGINT NOT NULL
);
CREATE UNIQUE INDEX grant_sums_by_scope ON grant_sums (scope);
CREATE INDEX grant_sums_by_day ON grant_sums (day);

-- Our paymasters, and what their living grants may still cost them, in wei: not signed, signed and in no pool of ours, in our pool.
CREATE TABLE grant_paymasters (
    paymaster {bytes} NOT NULL,
    reserved  {bytes} NOT NULL,
    unseen    {bytes} NOT NULL,
    seen      {bytes} NOT NULL
);
CREATE UNIQUE INDEX grant_paymasters_by_address ON grant_paymasters (paymaster);

-- Events of our paymasters that no grant explains.
CREATE TABLE grant_strays (
    operation_hash   {bytes} NOT NULL,
    paymaster        {bytes} NOT NULL,
    entry_point      {bytes} NOT NULL,
    sender           {bytes} NOT NULL,
    nonce            {bytes} NOT NULL,
    actual_gas_cost  {bytes} NOT NULL,
    transaction_hash {bytes} NOT NULL,
    block_number     BIGINT NOT NULL,
    is_told          BIGINT NOT NULL
);
CREATE UNIQUE INDEX grant_strays_by_operation ON grant_strays (operation_hash);
CREATE INDEX grant_strays_untold ON grant_strays (block_number) WHERE is_told = 0;
CREATE INDEX grant_strays_by_block ON grant_strays (block_number);

-- One row: when a node last told of itself, and until when (seconds) nothing is reserved because nobody knows whether this store is an old copy.
CREATE TABLE grant_ledger (
    id               BIGINT NOT NULL,
    beat_at          BIGINT NOT NULL,
    longest_seconds  BIGINT NOT NULL,
    distrusted_until BIGINT NOT NULL
);
CREATE UNIQUE INDEX grant_ledger_by_id ON grant_ledger (id);
