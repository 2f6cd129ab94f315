-- The build before this migration may work beside it.
-- What a paymaster may have to pay for an operation in the pool that the ledger has not granted; NULL for one that it has.
ALTER TABLE mempool ADD COLUMN ungranted_paymaster {bytes};
ALTER TABLE mempool ADD COLUMN ungranted_prefund {bytes};
CREATE INDEX mempool_ungranted ON mempool (ungranted_paymaster) WHERE ungranted_paymaster IS NOT NULL;
