-- The build before this migration may work beside it.
-- But for sponsoring: sums are of the hour and the day before a moment, and no longer of those of the clock. The build before counts otherwise, so it can neither reserve nor settle grants here.
DROP INDEX grant_sums_by_day;
ALTER TABLE grant_sums DROP COLUMN hour;
ALTER TABLE grant_sums DROP COLUMN day;
-- The moment. Of the beginning of time: what counts at another one is read from the grants.
ALTER TABLE grant_sums ADD COLUMN counted_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX grant_sums_by_time ON grant_sums (counted_at);
CREATE INDEX grants_of_paymaster ON grants (paymaster, counted_at);
CREATE INDEX grants_of_key ON grants (api_key, counted_at) WHERE api_key IS NOT NULL;
CREATE INDEX grants_of_sender ON grants (sender, counted_at);
