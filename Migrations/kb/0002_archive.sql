-- The tables for a whole archive. A file of before holds nothing but what the program brings along
-- and gets back when it starts, so its tables make room.

DROP TABLE fix_evidence;
DROP TABLE fix_rule;
DROP TABLE link;
DROP TABLE section;
DROP TABLE article_value;
DROP TABLE article;

-- The archive has some twenty notices for all of its articles.
CREATE TABLE notice (
  id   INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
) STRICT;

-- Lists are one text each, every value ended by a line feed; in `fields` a tab parts name and value.
CREATE TABLE article (
  number           INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 9999999),
  title            TEXT NOT NULL,
  date             TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  "group"          TEXT NOT NULL,
  product          TEXT NOT NULL,
  versions         TEXT NOT NULL,
  operating_system TEXT NOT NULL,
  hardware         TEXT NOT NULL,
  issue_type       TEXT NOT NULL,
  solution_type    TEXT NOT NULL,
  applies_to       TEXT NOT NULL,
  keywords         TEXT NOT NULL,
  technology       TEXT NOT NULL,
  query_words      TEXT NOT NULL,
  fields           TEXT NOT NULL,
  notice           INTEGER REFERENCES notice (id),
  source           TEXT NOT NULL CHECK (source IN ('restated', 'imported'))
) STRICT;

-- The headings of the sections, a list as above, and their texts with a form feed between them.
CREATE TABLE article_text (
  article  INTEGER PRIMARY KEY REFERENCES article (number) ON DELETE CASCADE,
  headings TEXT NOT NULL,
  text     TEXT NOT NULL
) STRICT;

-- One article names another. Either side may be missing from this file, so both titles stand here
-- and neither number is a foreign key. `source_title` is empty where the source is in the file.
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
  -- Not IN: SQLite makes a table of so long a list, anew for each row that is inserted.
  state              TEXT    NOT NULL CHECK (
    state = 'fixed' OR state = 'latest_service_pack' OR state = 'hotfix'
    OR state = 'later_version' OR state = 'none'),
  fixed              TEXT,
  certainty          TEXT    NOT NULL CHECK (certainty IN ('stated', 'inferred')),
  hotfix_level       TEXT,
  hotfix_kernel_date TEXT,
  hotfix_source      TEXT,
  hotfix_text        TEXT,
  hotfix_line        INTEGER,
  PRIMARY KEY (article, position),
  CHECK ((state = 'fixed') = (fixed IS NOT NULL)),
  CHECK ((hotfix_level IS NULL) = (hotfix_kernel_date IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE fix_evidence (
  article  INTEGER NOT NULL,
  rule     INTEGER NOT NULL,
  position INTEGER NOT NULL,
  source   TEXT    NOT NULL,
  text     TEXT    NOT NULL,
  line     INTEGER,
  PRIMARY KEY (article, rule, position),
  FOREIGN KEY (article, rule) REFERENCES fix_rule (article, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What the fix lists of the archive say of an article, kept for articles that are imported later.
CREATE TABLE fix_list_entry (
  article  INTEGER NOT NULL,
  list     INTEGER NOT NULL,
  position INTEGER NOT NULL,
  list_title TEXT NOT NULL,
  title    TEXT    NOT NULL,
  products TEXT    NOT NULL, -- one a line
  level    TEXT    NOT NULL,
  line     INTEGER NOT NULL,
  PRIMARY KEY (article, list, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX fix_list_entry_by_list ON fix_list_entry (list, article);

-- Where an article's bug is there: the levels of a product from `introduced` up to, not including,
-- `until` (ranks in the order of all levels; NULL: no level ends it). Made from the rules; spans of
-- one article and product don't overlap. `place` sorts by what ends the bug, the newest last.
CREATE TABLE affected (
  product    TEXT    NOT NULL,
  place      INTEGER NOT NULL,
  article    INTEGER NOT NULL REFERENCES article (number) ON DELETE CASCADE,
  introduced INTEGER NOT NULL,
  until      INTEGER,
  state      TEXT    NOT NULL,
  fixed      TEXT,
  PRIMARY KEY (product, place, article, introduced)
) STRICT, WITHOUT ROWID;

CREATE INDEX affected_by_article ON affected (article);

-- The values that a search can be narrowed down to; `articles` have it.
CREATE TABLE facet (
  id       INTEGER PRIMARY KEY,
  kind     TEXT NOT NULL CHECK (
    kind = 'product' OR kind = 'group' OR kind = 'year' OR kind = 'fixed_in' OR kind = 'keyword'
    OR kind = 'product_fixed_in'),
  value    TEXT NOT NULL,
  articles INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, value)
) STRICT;

CREATE INDEX facet_by_articles ON facet (kind, articles);

CREATE TABLE article_facet (
  facet   INTEGER NOT NULL REFERENCES facet (id),
  article INTEGER NOT NULL REFERENCES article (number) ON DELETE CASCADE,
  PRIMARY KEY (facet, article)
) STRICT, WITHOUT ROWID;

CREATE INDEX article_facet_by_article ON article_facet (article, facet);

-- What the full-text index reads for its snippets: every text stands in the file once.
CREATE VIEW searchable (number, id, title, words, headings, text) AS
SELECT a.number, 'Q' || a.number, a.title, a.query_words || a.keywords || a.applies_to, t.headings,
  replace(t.text, char(12), char(10))
FROM article a JOIN article_text t ON t.article = a.number;

-- "leaks" finds "leak": words are reduced to their stems, those of the query too.
CREATE VIRTUAL TABLE search USING fts5(
  id, title, words, headings, text,
  content = 'searchable', content_rowid = 'number',
  tokenize = 'porter unicode61 remove_diacritics 2'
);
INSERT INTO search (search, rank) VALUES ('rank', 'bm25(20.0, 10.0, 4.0, 3.0, 1.0)');
-- Bytes of new index that the one who builds it keeps in memory: fewer parts, fewer merges.
INSERT INTO search (search, rank) VALUES ('hashsize', 67108864);

-- Titles as they are spelt, for suggestions while somebody types and for mending misspelt words.
CREATE VIRTUAL TABLE title_search USING fts5(
  title, content = 'article', content_rowid = 'number',
  tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
INSERT INTO title_search (title_search, rank) VALUES ('hashsize', 16777216);
CREATE VIRTUAL TABLE title_word USING fts5vocab(title_search, row);
