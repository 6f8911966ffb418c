-- When new samples of a host came for the last time. The age of a sample is what it was then, plus the
-- time since: an old log that is uploaded today is kept as long as one that ends today.

ALTER TABLE host ADD COLUMN received INTEGER;

UPDATE host SET received = 1000 * CAST(strftime('%s', 'now') AS INTEGER)
WHERE last_sample IS NOT NULL;
