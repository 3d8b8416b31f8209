-- +goose Up
-- How many alerts are in force about a case is asked of the alerts: counted here as well, each alert wrote its case once more.
ALTER TABLE casework_case DROP COLUMN alerts;
