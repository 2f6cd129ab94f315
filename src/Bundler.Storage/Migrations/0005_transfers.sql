-- What was transferred within the last day, looked up by time.
CREATE INDEX transactions_by_time ON transactions (signed_at);
