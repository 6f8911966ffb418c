-- Series of a host in the order of their ids, as pages of samples have them: the index that makes them
-- unique has them in another one, so that all were read and sorted for each page.

CREATE INDEX series_host ON series (host, id);
