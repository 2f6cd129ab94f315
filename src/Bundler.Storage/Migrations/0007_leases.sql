-- Who of the nodes on this database does what. The number grows with every holder: what is written under an older one is refused. Times count
-- 100 ns since 1970-01-01 UTC by the database's clock.
CREATE TABLE leases (
    name       TEXT NOT NULL,
    holder     TEXT NOT NULL,
    number     BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX leases_by_name ON leases (name);

CREATE TABLE nodes (
    id           TEXT NOT NULL,
    version      TEXT NOT NULL,
    roles        BIGINT NOT NULL,
    address      TEXT NOT NULL,
    started_at   BIGINT NOT NULL,
    heartbeat_at BIGINT NOT NULL,
    is_draining  BIGINT NOT NULL,
    is_to_drain  BIGINT NOT NULL
);
CREATE UNIQUE INDEX nodes_by_id ON nodes (id);

-- The open bundle that an operation is in, where several nodes bundle from one mempool.
ALTER TABLE mempool ADD COLUMN bundle_id {bytes};
CREATE INDEX mempool_by_bundle ON mempool (bundle_id) WHERE bundle_id IS NOT NULL;
