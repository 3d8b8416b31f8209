-- +goose Up
-- Versions of the suggestion models (建议模型): what each was made of, how it did on what was held back, and whether it
-- is the one in use. A row in state queued or training is a training that was asked for.
CREATE TABLE hotline_model (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  kind       TEXT NOT NULL,
  state      TEXT NOT NULL,
  active     BOOLEAN NOT NULL,
  hash       TEXT NOT NULL,
  seed       BIGINT NOT NULL,
  examples   BIGINT NOT NULL,
  labels     BIGINT NOT NULL,
  features   BIGINT NOT NULL,
  words      BIGINT NOT NULL,
  since      BIGINT NOT NULL,
  until      BIGINT NOT NULL,
  figures    TEXT NOT NULL,
  problem    TEXT NOT NULL,
  tries      BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  asked_at   BIGINT NOT NULL,
  asked_by   TEXT NOT NULL,
  ready_at   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX hotline_model_active ON hotline_model (centre_id, kind) WHERE active;
CREATE INDEX hotline_model_state ON hotline_model (centre_id, state, id);

-- The files of the models, in parts; figures outlive them.
CREATE TABLE hotline_model_part (
  centre_id TEXT NOT NULL,
  model_id  TEXT NOT NULL,
  part      BIGINT NOT NULL,
  content   BYTEA NOT NULL,
  PRIMARY KEY (centre_id, model_id, part)
);

-- What a model suggested for a ticket and what people chose (建议采纳), and the sums by model.
CREATE TABLE hotline_advice (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  model_id  TEXT NOT NULL,
  kind      TEXT NOT NULL,
  suggested TEXT NOT NULL,
  per_mille BIGINT NOT NULL,
  chosen    TEXT NOT NULL,
  outcome   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX hotline_advice_once ON hotline_advice (centre_id, ticket_id, kind);
CREATE TABLE hotline_advice_count (
  centre_id TEXT NOT NULL,
  model_id  TEXT NOT NULL,
  outcome   TEXT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, model_id, outcome)
);
