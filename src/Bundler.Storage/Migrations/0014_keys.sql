-- The build before this migration may work beside it.
-- Keys of callers. The secret is not here: its hash is, and nobody finds the secret by it. Scopes are bits: 1 sponsor, 2 sponsor:skip-risk, 4 read, 8 admin.
CREATE TABLE api_keys (
    id               TEXT NOT NULL,
    hash             {bytes} NOT NULL,
    name             TEXT NOT NULL,
    scopes           BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT,
    revoked_at       BIGINT,
    origins          TEXT NOT NULL,
    networks         TEXT NOT NULL,
    per_minute       BIGINT,
    budgets          TEXT NOT NULL
);
CREATE UNIQUE INDEX api_keys_by_id ON api_keys (id);
CREATE INDEX api_keys_revoked ON api_keys (revoked_at) WHERE revoked_at IS NOT NULL;
