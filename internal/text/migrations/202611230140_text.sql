-- +goose Up
-- only sqlite
CREATE VIRTUAL TABLE text_fts USING fts5 (body, content='', contentless_delete=1);
-- end only
-- only postgres
CREATE TABLE text_doc (doc BIGINT PRIMARY KEY, body TSVECTOR NOT NULL);
CREATE INDEX text_doc_body ON text_doc USING gin (body);
-- end only
