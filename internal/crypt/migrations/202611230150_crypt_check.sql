-- +goose Up
-- One row an installation: which keys the encrypted columns were written with. No centre: the key file is shared.
CREATE TABLE crypt_check (
	id BIGINT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL,
	at BIGINT NOT NULL
);
