-- Hosts, their series of handle counts, the uploads these came with, and the tokens that may send
-- and read them. Times are milliseconds since 1970 in UTC.

PRAGMA application_id = 0x464C464C; -- "FLFL"

CREATE TABLE host (
  id           INTEGER PRIMARY KEY,
  tenant       TEXT NOT NULL,
  name         TEXT NOT NULL,
  product      TEXT,
  service_pack TEXT,
  UNIQUE (tenant, name)
) STRICT;

-- One run of one process; where PID or start time are unknown they are 0, so that the key can
-- tell series apart.
CREATE TABLE series (
  id       INTEGER PRIMARY KEY,
  host     INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE,
  process  TEXT    NOT NULL,
  instance INTEGER NOT NULL DEFAULT 0,
  pid      INTEGER NOT NULL DEFAULT 0,
  started  INTEGER NOT NULL DEFAULT 0,
  UNIQUE (host, process, instance, pid, started)
) STRICT;

CREATE TABLE sample (
  series  INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  time    INTEGER NOT NULL,
  handles INTEGER NOT NULL CHECK (handles >= 0),
  PRIMARY KEY (series, time)
) STRICT, WITHOUT ROWID;

CREATE TABLE upload (
  id               INTEGER PRIMARY KEY,
  tenant           TEXT    NOT NULL,
  idempotency_key  TEXT,
  received         INTEGER NOT NULL,
  accepted_samples INTEGER NOT NULL CHECK (accepted_samples >= 0),
  UNIQUE (tenant, idempotency_key)
) STRICT;

-- The token itself is shown once and never stored: `hash` is its SHA-256.
CREATE TABLE token (
  id        INTEGER PRIMARY KEY,
  tenant    TEXT    NOT NULL,
  name      TEXT    NOT NULL,
  scope     TEXT    NOT NULL CHECK (scope IN ('upload', 'read', 'admin')),
  hash      BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
  created   INTEGER NOT NULL,
  expires   INTEGER,
  revoked   INTEGER,
  last_used INTEGER
) STRICT;
