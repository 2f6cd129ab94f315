-- What a bundle costs if it reverts, of its dearest version, until the ledger has what it did cost; NULL where nothing is at risk.
ALTER TABLE bundles ADD COLUMN at_risk {bytes};
ALTER TABLE bundles ADD COLUMN has_strangers BIGINT;
CREATE INDEX bundles_at_risk ON bundles (bundle_id) WHERE at_risk IS NOT NULL;

-- One row: the most that the ledger has ever shown, in wei.
CREATE TABLE ledger_peaks (
    id  BIGINT NOT NULL,
    wei {bytes} NOT NULL
);
CREATE UNIQUE INDEX ledger_peaks_by_id ON ledger_peaks (id);
