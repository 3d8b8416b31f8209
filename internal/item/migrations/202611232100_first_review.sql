-- +goose Up
-- The lower organ that reviews before the item's own organ decides (初审), of the newest version.
ALTER TABLE item_item ADD COLUMN first_unit_id TEXT NOT NULL DEFAULT '';
