-- +goose Up
-- Idempotency keys (幂等键): one row a request that changed something, kept until Sweep.
CREATE TABLE once_key (
	centre_id TEXT NOT NULL,
	actor_key TEXT NOT NULL,
	key TEXT NOT NULL,
	digest TEXT NOT NULL,
	object TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (centre_id, actor_key, key)
);
CREATE INDEX once_key_at ON once_key (centre_id, at);
