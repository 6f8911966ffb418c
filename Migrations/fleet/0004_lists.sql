-- What lists and counts of hosts are read from, so that neither takes longer the more hosts there are.

-- Hosts by what their last diagnosis says; empty texts stand for what is not known, because NULLs would
-- all be different to the key.
CREATE TABLE host_count (
  tenant  INTEGER NOT NULL REFERENCES tenant (id),
  level   TEXT    NOT NULL,
  verdict TEXT    NOT NULL,
  finding TEXT    NOT NULL,
  wrap    TEXT    NOT NULL,
  hosts   INTEGER NOT NULL,
  PRIMARY KEY (tenant, level, verdict, finding, wrap)
) STRICT, WITHOUT ROWID;

INSERT INTO host_count
SELECT tenant, coalesce(level, ''), coalesce(verdict, ''), coalesce(finding, ''), coalesce(wrap, ''),
  count(*)
FROM host GROUP BY 1, 2, 3, 4, 5;

CREATE TRIGGER host_counted AFTER INSERT ON host BEGIN
  INSERT INTO host_count
  VALUES (new.tenant, coalesce(new.level, ''), coalesce(new.verdict, ''), coalesce(new.finding, ''),
    coalesce(new.wrap, ''), 1)
  ON CONFLICT DO UPDATE SET hosts = hosts + 1;
END;

CREATE TRIGGER host_uncounted AFTER DELETE ON host BEGIN
  UPDATE host_count SET hosts = hosts - 1
  WHERE tenant = old.tenant AND level = coalesce(old.level, '')
    AND verdict = coalesce(old.verdict, '') AND finding = coalesce(old.finding, '')
    AND wrap = coalesce(old.wrap, '');
END;

CREATE TRIGGER host_recounted AFTER UPDATE OF level, verdict, finding, wrap ON host
WHEN (old.level, old.verdict, old.finding, old.wrap)
  IS NOT (new.level, new.verdict, new.finding, new.wrap)
BEGIN
  UPDATE host_count SET hosts = hosts - 1
  WHERE tenant = old.tenant AND level = coalesce(old.level, '')
    AND verdict = coalesce(old.verdict, '') AND finding = coalesce(old.finding, '')
    AND wrap = coalesce(old.wrap, '');
  INSERT INTO host_count
  VALUES (new.tenant, coalesce(new.level, ''), coalesce(new.verdict, ''), coalesce(new.finding, ''),
    coalesce(new.wrap, ''), 1)
  ON CONFLICT DO UPDATE SET hosts = hosts + 1;
END;

-- A list with a filter goes by urgency too.
DROP INDEX host_outcome;
CREATE INDEX host_level ON host (tenant, level, urgency);
CREATE INDEX host_verdict ON host (tenant, verdict, urgency);
CREATE INDEX host_finding ON host (tenant, finding, urgency);

-- How many of a series' handles were of registry keys, where an upload counted them: `handle -s` alone
-- does, once whenever somebody runs it.
CREATE TABLE key_count (
  series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  time   INTEGER NOT NULL,
  keys   INTEGER NOT NULL CHECK (keys >= 0),
  PRIMARY KEY (series, time)
) STRICT, WITHOUT ROWID;
