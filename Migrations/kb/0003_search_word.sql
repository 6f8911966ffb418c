-- The stems of the words of all articles, for mending misspelt words that no title has.
CREATE VIRTUAL TABLE search_word USING fts5vocab(search, row);
