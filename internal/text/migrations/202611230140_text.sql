-- +goose Up
-- Full-text index. The tables of SQLite have no centre_id column: a token of centre and index name stands in front of
-- every document's tokens, and every query demands it.

-- only sqlite
CREATE VIRTUAL TABLE text_index USING fts5 (tokens, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1');

-- Sixteen segments a level instead of four: each posting is rewritten half as often, searches stay as fast (docs/performance.md).
INSERT INTO text_index (text_index, rank) VALUES ('automerge', 16);

INSERT INTO text_index (text_index, rank) VALUES ('crisismerge', 64);

-- Room in memory for a whole tail, so that moving it makes one segment.
INSERT INTO text_index (text_index, rank) VALUES ('hashsize', 4194304);

-- Documents not yet in text_index, in the order of writing; empty tokens mean that the document is deleted.
CREATE TABLE text_tail (
	n BIGINT NOT NULL PRIMARY KEY,
	docid BIGINT NOT NULL,
	tokens TEXT NOT NULL
);
-- end only

-- only postgres
CREATE TABLE text_index (
	centre_id TEXT NOT NULL,
	name TEXT NOT NULL,
	docid BIGINT NOT NULL,
	tokens TSVECTOR NOT NULL,
	PRIMARY KEY (centre_id, name, docid)
);

-- The pending list is read by every search: keep it short.
CREATE INDEX text_index_tokens ON text_index USING gin (tokens) WITH (gin_pending_list_limit = 1024);
-- end only
