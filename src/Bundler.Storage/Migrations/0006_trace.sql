-- The span that admitted an operation, as a W3C traceparent: what happens to it after a restart is told below the same span.
ALTER TABLE mempool ADD COLUMN trace_parent TEXT;
