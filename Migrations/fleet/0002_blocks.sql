-- Samples in compressed blocks, and what lists of hosts show without reading them. Until here
-- uploads were diagnosed and not stored, so that the tables of the first step were always empty.

DROP TABLE sample;
DROP TABLE upload;
DROP TABLE token;
DROP TABLE series;
DROP TABLE host;

CREATE TABLE tenant (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- The token itself is shown once and never stored: `hash` is its SHA-256, `prefix` what a person
-- recognises it by.
CREATE TABLE token (
  id        INTEGER PRIMARY KEY,
  tenant    INTEGER NOT NULL REFERENCES tenant (id),
  name      TEXT    NOT NULL,
  scope     TEXT    NOT NULL CHECK (scope IN ('upload', 'read', 'admin')),
  prefix    TEXT    NOT NULL,
  hash      BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
  created   INTEGER NOT NULL,
  expires   INTEGER,
  revoked   INTEGER,
  last_used INTEGER
) STRICT;

-- What a person declared counts before what uploads report. `revision` goes up with each change
-- that the diagnosis depends on; `assessed` is the revision of the stored one, whose outcome stands
-- in the columns from `level` on. `urgency` orders hosts by their nearest wrap: the time of it, 0
-- if it has happened, the largest number if none is expected.
CREATE TABLE host (
  id                    INTEGER PRIMARY KEY,
  tenant                INTEGER NOT NULL REFERENCES tenant (id),
  name                  TEXT    NOT NULL,
  declared_product      TEXT,
  declared_service_pack TEXT,
  reported_product      TEXT,
  reported_service_pack TEXT,
  last_sample           INTEGER,
  revision              INTEGER NOT NULL DEFAULT 0,
  assessed              INTEGER NOT NULL DEFAULT 0,
  product               TEXT,
  level                 TEXT,
  verdict               TEXT,
  finding               TEXT,
  wrap                  TEXT,
  wrap_at               INTEGER,
  urgency               INTEGER NOT NULL DEFAULT 9223372036854775807,
  UNIQUE (tenant, name)
) STRICT;

CREATE INDEX host_urgency ON host (tenant, urgency);
CREATE INDEX host_outcome ON host (tenant, level, verdict, finding, wrap);
CREATE INDEX host_unassessed ON host (id) WHERE assessed <> revision;

CREATE TABLE assessment (
  host      INTEGER PRIMARY KEY REFERENCES host (id) ON DELETE CASCADE,
  diagnosed INTEGER NOT NULL,
  document  BLOB    NOT NULL
) STRICT;

-- One run of one process. An unknown PID is -1 and an unknown start the smallest number, because
-- NULLs would all be different to the key.
CREATE TABLE series (
  id       INTEGER PRIMARY KEY,
  host     INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE,
  process  TEXT    NOT NULL,
  instance INTEGER NOT NULL,
  pid      INTEGER NOT NULL,
  started  INTEGER NOT NULL,
  UNIQUE (host, process, instance, pid, started)
) STRICT;

-- The newest samples of each series, rewritten when more come; never empty, and later than all
-- blocks of the series. `data` of both tables is what SampleCodec makes.
CREATE TABLE tail (
  series INTEGER PRIMARY KEY REFERENCES series (id) ON DELETE CASCADE,
  first  INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  data   BLOB    NOT NULL
) STRICT;

-- Full blocks, which follow each other without an overlap. `bucket` is 0 for all samples as they
-- came, else the milliseconds of which the lowest and the highest are left.
CREATE TABLE block (
  id     INTEGER PRIMARY KEY,
  series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  first  INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  bucket INTEGER NOT NULL DEFAULT 0,
  data   BLOB    NOT NULL,
  UNIQUE (series, first)
) STRICT;

CREATE INDEX block_age ON block (bucket, last);

-- Uploads with an Idempotency-Key, until they expire.
CREATE TABLE upload (
  id               INTEGER PRIMARY KEY,
  tenant           INTEGER NOT NULL REFERENCES tenant (id),
  idempotency_key  TEXT    NOT NULL,
  fingerprint      BLOB    NOT NULL,
  received         INTEGER NOT NULL,
  UNIQUE (tenant, idempotency_key)
) STRICT;

CREATE INDEX upload_age ON upload (received);
