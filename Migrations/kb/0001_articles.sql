-- Articles, what they name, and the fix rules read from them.

PRAGMA application_id = 0x464C4B42; -- "FLKB"

CREATE TABLE article (
  number        INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 9999999),
  title         TEXT NOT NULL,
  date          TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  "group"       TEXT NOT NULL,
  product       TEXT NOT NULL,
  versions      TEXT NOT NULL,
  issue_type    TEXT NOT NULL,
  solution_type TEXT NOT NULL,
  source        TEXT NOT NULL CHECK (source IN ('restated', 'imported'))
) STRICT;

-- The lists of an article: one row a value, in the order of the article.
CREATE TABLE article_value (
  article  INTEGER NOT NULL REFERENCES article (number) ON DELETE CASCADE,
  kind     TEXT    NOT NULL CHECK (kind IN ('applies_to', 'keyword', 'technology', 'query_word')),
  position INTEGER NOT NULL,
  value    TEXT    NOT NULL,
  PRIMARY KEY (article, kind, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE section (
  article  INTEGER NOT NULL REFERENCES article (number) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  heading  TEXT    NOT NULL,
  text     TEXT    NOT NULL,
  PRIMARY KEY (article, position)
) STRICT;

-- One article names another. Either side may be missing from this file, so both titles stand here
-- and neither number is a foreign key.
CREATE TABLE link (
  source       INTEGER NOT NULL,
  target       INTEGER NOT NULL,
  position     INTEGER NOT NULL,
  source_title TEXT    NOT NULL,
  target_title TEXT    NOT NULL,
  PRIMARY KEY (source, target)
) STRICT, WITHOUT ROWID;

CREATE INDEX link_by_target ON link (target, source);

-- A bug is there from level `introduced` on until what `state` says; `fixed` is the first level
-- with the correction and is set for the state 'fixed' alone.
CREATE TABLE fix_rule (
  article            INTEGER NOT NULL REFERENCES article (number) ON DELETE CASCADE,
  position           INTEGER NOT NULL,
  product            TEXT    NOT NULL,
  introduced         TEXT    NOT NULL,
  state              TEXT    NOT NULL CHECK (state IN ('fixed', 'latest_service_pack', 'hotfix', 'none')),
  fixed              TEXT,
  certainty          TEXT    NOT NULL CHECK (certainty IN ('stated', 'inferred')),
  hotfix_level       TEXT,
  hotfix_kernel_date TEXT,
  hotfix_source      TEXT,
  hotfix_text        TEXT,
  PRIMARY KEY (article, position),
  CHECK ((state = 'fixed') = (fixed IS NOT NULL)),
  CHECK ((hotfix_level IS NULL) = (hotfix_kernel_date IS NULL))
) STRICT;

CREATE INDEX fix_rule_by_product ON fix_rule (product, article);

CREATE TABLE fix_evidence (
  article  INTEGER NOT NULL,
  rule     INTEGER NOT NULL,
  position INTEGER NOT NULL,
  source   TEXT    NOT NULL,
  text     TEXT    NOT NULL,
  PRIMARY KEY (article, rule, position),
  FOREIGN KEY (article, rule) REFERENCES fix_rule (article, position) ON DELETE CASCADE
) STRICT;
