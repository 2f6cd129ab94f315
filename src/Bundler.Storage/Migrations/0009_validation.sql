-- What the validation of an operation has shown (JSON, UTF-8): a restart and other nodes go by its code hashes and need no second trace.
ALTER TABLE mempool ADD COLUMN validation {bytes};
