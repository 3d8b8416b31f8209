-- +goose Up
-- Attachments (附件): what is known of a file. The content lies under its SHA-256 in the attachment folder; several rows
-- may share one file.
CREATE TABLE blob (
	centre_id TEXT NOT NULL,
	id TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	name TEXT NOT NULL,
	media_type TEXT NOT NULL,
	size BIGINT NOT NULL,
	at BIGINT NOT NULL,
	made_by TEXT NOT NULL,
	PRIMARY KEY (centre_id, id)
);
CREATE INDEX blob_sha256 ON blob (centre_id, sha256);
