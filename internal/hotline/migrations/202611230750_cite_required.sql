-- +goose Up
-- Entries of the knowledge base that the liaison names with a proposed reply (报签), by number with blanks between them;
-- they stand until the head names others.
ALTER TABLE hotline_leg ADD COLUMN cites TEXT NOT NULL DEFAULT '';
-- What a parameter holds for (适用的事项分类): codes with blanks between them, '' for everything.
ALTER TABLE hotline_parameter ADD COLUMN categories TEXT NOT NULL DEFAULT '';
