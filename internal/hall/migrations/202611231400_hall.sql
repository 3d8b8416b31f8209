-- +goose Up
-- The queue of a site (大厅排队设置): its rules and the row that is locked while a number is taken or called.
CREATE TABLE hall_site (
  centre_id      TEXT NOT NULL,
  site_id        TEXT NOT NULL,
  active         BOOLEAN NOT NULL,
  calls_max      BIGINT NOT NULL,
  return_minutes BIGINT NOT NULL,
  return_behind  BIGINT NOT NULL,
  jumps_max      BIGINT NOT NULL,
  grace_minutes  BIGINT NOT NULL,
  early_minutes  BIGINT NOT NULL,
  book_days      BIGINT NOT NULL,
  cancel_minutes BIGINT NOT NULL,
  absent_limit   BIGINT NOT NULL,
  absent_days    BIGINT NOT NULL,
  overnight      BOOLEAN NOT NULL,
  notice         TEXT NOT NULL,
  version        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, site_id)
);

-- Queues (队列): what people wait for. waiting, jumps and pace_ms move with the tickets, under the lock of the site.
CREATE TABLE hall_queue (
  centre_id     TEXT NOT NULL,
  id            TEXT NOT NULL,
  site_id       TEXT NOT NULL,
  name          TEXT NOT NULL,
  hint          TEXT NOT NULL,
  minutes       BIGINT NOT NULL,
  bookable      BOOLEAN NOT NULL,
  slot_minutes  BIGINT NOT NULL,
  slot_capacity BIGINT NOT NULL,
  active        BOOLEAN NOT NULL,
  sort          BIGINT NOT NULL,
  waiting       BIGINT NOT NULL,
  jumps         BIGINT NOT NULL,
  pace_ms       BIGINT NOT NULL,
  version       BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX hall_queue_name ON hall_queue (centre_id, site_id, name);
CREATE INDEX hall_queue_sort ON hall_queue (centre_id, site_id, sort, id);

-- Counters (窗口): where numbers are called to. ticket_id is the ticket that the counter has in hand.
CREATE TABLE hall_counter (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  site_id    TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  no         TEXT NOT NULL,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  active     BOOLEAN NOT NULL,
  sort       BIGINT NOT NULL,
  state      TEXT NOT NULL,
  staff_id   TEXT NOT NULL,
  staff_name TEXT NOT NULL,
  ticket_id  TEXT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX hall_counter_no ON hall_counter (centre_id, site_id, no);
CREATE INDEX hall_counter_sort ON hall_counter (centre_id, site_id, sort, id);
CREATE INDEX hall_counter_staff ON hall_counter (centre_id, staff_id) WHERE staff_id <> '';

-- Which queues a counter serves.
CREATE TABLE hall_counter_queue (
  centre_id  TEXT NOT NULL,
  counter_id TEXT NOT NULL,
  queue_id   TEXT NOT NULL,
  PRIMARY KEY (centre_id, counter_id, queue_id)
);
CREATE INDEX hall_counter_queue_queue ON hall_counter_queue (centre_id, queue_id, counter_id);

-- Devices (终端): kiosks and display screens, opened by the code in their address.
CREATE TABLE hall_device (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  site_id   TEXT NOT NULL,
  kind      TEXT NOT NULL,
  name      TEXT NOT NULL,
  code      TEXT NOT NULL,
  active    BOOLEAN NOT NULL,
  seen_at   BIGINT NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX hall_device_code ON hall_device (centre_id, code);
CREATE UNIQUE INDEX hall_device_name ON hall_device (centre_id, site_id, name);

-- The last number given by site, day and class; sites that keep their queue overnight count on under the day ''.
CREATE TABLE hall_number (
  centre_id TEXT NOT NULL,
  site_id   TEXT NOT NULL,
  day       TEXT NOT NULL,
  class     TEXT NOT NULL,
  last      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, site_id, day, class)
);

-- Tickets (号票): as they stand now; their life is in hall_event.
CREATE TABLE hall_ticket (
  centre_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  site_id        TEXT NOT NULL,
  queue_id       TEXT NOT NULL,
  day            TEXT NOT NULL,
  no             TEXT NOT NULL,
  class          TEXT NOT NULL,
  class_rank     BIGINT NOT NULL,
  state          TEXT NOT NULL,
  open           BOOLEAN NOT NULL,
  code           TEXT NOT NULL,
  name_mask      TEXT NOT NULL,
  appointment_id TEXT NOT NULL,
  device_id      TEXT NOT NULL,
  taken_at       BIGINT NOT NULL,
  slot_at        BIGINT NOT NULL,
  ready_at       BIGINT NOT NULL,
  skip           BIGINT NOT NULL,
  counter_id     TEXT NOT NULL,
  calls          BIGINT NOT NULL,
  first_call_at  BIGINT NOT NULL,
  called_at      BIGINT NOT NULL,
  wait_ms        BIGINT NOT NULL,
  missed_at      BIGINT NOT NULL,
  started_at     BIGINT NOT NULL,
  period_at      BIGINT NOT NULL,
  served_ms      BIGINT NOT NULL,
  ended_at       BIGINT NOT NULL,
  accurate       BOOLEAN NOT NULL,
  event_seq      BIGINT NOT NULL,
  event_hash     BYTEA NOT NULL,
  version        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX hall_ticket_turn ON hall_ticket (centre_id, queue_id, class, ready_at, taken_at, id) WHERE state = 'waiting' AND skip = 0;
CREATE INDEX hall_ticket_back ON hall_ticket (centre_id, queue_id, skip, id) WHERE state = 'waiting' AND skip > 0;
CREATE INDEX hall_ticket_open ON hall_ticket (centre_id, site_id, state, id) WHERE open;
CREATE INDEX hall_ticket_day ON hall_ticket (centre_id, site_id, day, id);
CREATE INDEX hall_ticket_figure ON hall_ticket (centre_id, day, id);

-- Events of tickets (排队记录): only ever added, chained by SM3.
CREATE TABLE hall_event (
  centre_id  TEXT NOT NULL,
  ticket_id  TEXT NOT NULL,
  seq        BIGINT NOT NULL,
  action     TEXT NOT NULL,
  state      TEXT NOT NULL,
  queue_id   TEXT NOT NULL,
  counter_id TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id   TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  at         BIGINT NOT NULL,
  data       TEXT NOT NULL,
  hash       BYTEA NOT NULL,
  PRIMARY KEY (centre_id, ticket_id, seq)
);

-- Calls of a site (呼叫): what the display shows and says, newest last.
CREATE TABLE hall_call (
  centre_id  TEXT NOT NULL,
  site_id    TEXT NOT NULL,
  id         TEXT NOT NULL,
  ticket_id  TEXT NOT NULL,
  no         TEXT NOT NULL,
  name_mask  TEXT NOT NULL,
  counter_no TEXT NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, site_id, id)
);

-- Appointments (预约): real-name; name, id number and phone are encrypted.
CREATE TABLE hall_appointment (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  site_id    TEXT NOT NULL,
  queue_id   TEXT NOT NULL,
  day        TEXT NOT NULL,
  slot_at    BIGINT NOT NULL,
  state      TEXT NOT NULL,
  code       TEXT NOT NULL,
  name_enc   BYTEA NOT NULL,
  id_enc     BYTEA NOT NULL,
  id_bix     TEXT NOT NULL,
  phone_enc  BYTEA NOT NULL,
  phone_tail TEXT NOT NULL,
  name_mask  TEXT NOT NULL,
  ticket_id  TEXT NOT NULL,
  booked_at  BIGINT NOT NULL,
  ended_at   BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX hall_appointment_day ON hall_appointment (centre_id, id_bix, day) WHERE state <> 'cancelled';
CREATE UNIQUE INDEX hall_appointment_code ON hall_appointment (centre_id, code);
CREATE INDEX hall_appointment_person ON hall_appointment (centre_id, id_bix, state, day);
CREATE INDEX hall_appointment_site ON hall_appointment (centre_id, site_id, day, slot_at, id);

-- How many of a slot are taken.
CREATE TABLE hall_slot (
  centre_id TEXT NOT NULL,
  queue_id  TEXT NOT NULL,
  slot_at   BIGINT NOT NULL,
  taken     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, queue_id, slot_at)
);
CREATE INDEX hall_appointment_open ON hall_appointment (centre_id, day, id) WHERE state = 'booked';
CREATE INDEX hall_ticket_unfinished ON hall_ticket (centre_id, day, id) WHERE open;
