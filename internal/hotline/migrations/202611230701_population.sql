-- +goose Up
-- Residents (常住人口) of an area at the end of a year, with the publication that says so.
CREATE TABLE hotline_population (
  centre_id TEXT   NOT NULL,
  area      TEXT   NOT NULL,
  of_year   BIGINT NOT NULL,
  residents BIGINT NOT NULL,
  source    TEXT   NOT NULL,
  version   BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT   NOT NULL,
  PRIMARY KEY (centre_id, area, of_year)
);
