-- +goose Up
-- Lines of the dispatch catalogue that send tickets themselves when they are accepted (自动派单), and how sure the model
-- must be of the category, in percent; 0 asks no model.
ALTER TABLE hotline_rule ADD COLUMN automatic BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE hotline_rule ADD COLUMN least_percent BIGINT NOT NULL DEFAULT 0;
