-- +goose Up
-- Administrative divisions (行政区划), the same for every centre of the installation; hence no centre_id.
CREATE TABLE org_division (
  code   TEXT NOT NULL PRIMARY KEY,
  name   TEXT NOT NULL,
  level  TEXT NOT NULL,
  parent TEXT NOT NULL
);
CREATE INDEX org_division_parent ON org_division (parent, code);

-- Centres (政务服务中心): the tenants.
CREATE TABLE org_centre (
  centre_id  TEXT NOT NULL PRIMARY KEY,
  code       TEXT NOT NULL,
  name       TEXT NOT NULL,
  division   TEXT NOT NULL,
  tier       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE UNIQUE INDEX org_centre_code ON org_centre (code);

-- Sites (站点): the hall, its branches, township service centres.
CREATE TABLE org_site (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  code       TEXT NOT NULL,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  parent_id  TEXT NOT NULL,
  division   TEXT NOT NULL,
  address    TEXT NOT NULL,
  phone      TEXT NOT NULL,
  active     BOOLEAN NOT NULL,
  sort       BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX org_site_name ON org_site (centre_id, name);
CREATE UNIQUE INDEX org_site_code ON org_site (centre_id, code) WHERE code <> '';
CREATE INDEX org_site_sort ON org_site (centre_id, sort, id);

-- Units (单位): sections of the centre, stationed and handling units. path is the chain of ids from the top, each
-- followed by a slash, so that a unit and all below it are one range.
CREATE TABLE org_unit (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  code         TEXT NOT NULL,
  name         TEXT NOT NULL,
  short_name   TEXT NOT NULL,
  kinds        TEXT NOT NULL,
  unit_group   TEXT NOT NULL,
  parent_id    TEXT NOT NULL,
  path         TEXT NOT NULL,
  level        BIGINT NOT NULL,
  site_id      TEXT NOT NULL,
  division     TEXT NOT NULL,
  contact_name TEXT NOT NULL,
  office_phone TEXT NOT NULL,
  active_from  TEXT NOT NULL,
  active_to    TEXT NOT NULL,
  sort         BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX org_unit_name ON org_unit (centre_id, name);
CREATE UNIQUE INDEX org_unit_code ON org_unit (centre_id, code) WHERE code <> '';
CREATE INDEX org_unit_path ON org_unit (centre_id, path);
CREATE INDEX org_unit_sort ON org_unit (centre_id, sort, id);

-- Users (用户): accounts of staff and of the handling units' people.
CREATE TABLE org_user (
  centre_id     TEXT NOT NULL,
  id            TEXT NOT NULL,
  username      TEXT NOT NULL,
  display_name  TEXT NOT NULL,
  title         TEXT NOT NULL,
  phone_enc     BYTEA NOT NULL,
  phone_bix     TEXT NOT NULL,
  unit_id       TEXT NOT NULL,
  site_id       TEXT NOT NULL,
  roles         TEXT NOT NULL,
  active        BOOLEAN NOT NULL,
  must_change   BOOLEAN NOT NULL,
  epoch         BIGINT NOT NULL,
  locked_until  BIGINT NOT NULL,
  failed_count  BIGINT NOT NULL,
  failed_since  BIGINT NOT NULL,
  password_hash TEXT NOT NULL,
  signed_in_at  BIGINT NOT NULL,
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL,
  version       BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX org_user_username ON org_user (centre_id, username);
CREATE INDEX org_user_unit ON org_user (centre_id, unit_id, username);

-- Sessions (登录会话), found by the digest of the cookie before anything else is known of the visitor; hence the key.
-- A session that was signed out keeps its row until it would have expired, so that a request still under way cannot
-- bring it back.
CREATE TABLE org_session (
  token_hash TEXT NOT NULL PRIMARY KEY,
  id         TEXT NOT NULL,
  centre_id  TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  device     TEXT NOT NULL,
  ip         TEXT NOT NULL,
  data       BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked    BOOLEAN NOT NULL
);
CREATE INDEX org_session_user ON org_session (centre_id, user_id, id);
CREATE INDEX org_session_expiry ON org_session (expires_at);

-- API tokens (接口令牌); only the digest is kept.
CREATE TABLE org_token (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  name       TEXT NOT NULL,
  prefix     TEXT NOT NULL,
  hash       TEXT NOT NULL,
  scopes     TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX org_token_hash ON org_token (centre_id, hash);
CREATE INDEX org_token_user ON org_token (centre_id, user_id, id);

-- Uploaded lists between preview and apply (导入草稿), encrypted because they hold telephone numbers.
CREATE TABLE org_import (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  kind       TEXT NOT NULL,
  file_name  TEXT NOT NULL,
  rows_enc   BYTEA NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
