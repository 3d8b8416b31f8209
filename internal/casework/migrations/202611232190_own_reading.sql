-- +goose Up
-- When the applicant first opened a voucher himself, by query code and phone (网上阅读).
ALTER TABLE casework_voucher ADD COLUMN read_at BIGINT NOT NULL DEFAULT 0;
