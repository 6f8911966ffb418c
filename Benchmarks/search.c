/* The searches of bench_search.py through SQLite's C API and nothing else, with the statement and the
   settings of ArticleStore.search: reads MATCH expressions, one a line, runs each as often as the
   second argument says, prints nanoseconds of each run.

   cc -O2 search.c -lsqlite3 -o search && ./search kb.sqlite RUNS */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const SQL =
    "SELECT a.number, a.title, a.date, a.\"group\","
    "  snippet(search, 4, char(57344), char(57345), '…', 32)"
    " FROM search CROSS JOIN article a ON a.number = search.rowid"
    " WHERE search MATCH ?1 ORDER BY rank LIMIT 21";

static void check(sqlite3 *db, int code) {
  if (code != SQLITE_OK && code != SQLITE_DONE) {
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    exit(1);
  }
}

int main(int argc, char **argv) {
  if (argc != 3) return 64;
  sqlite3 *db;
  sqlite3_stmt *statement;
  check(NULL, sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL));
  check(db, sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -8192;"
                             "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY",
                         NULL, NULL, NULL));
  check(db, sqlite3_prepare_v2(db, SQL, -1, &statement, NULL));
  int runs = atoi(argv[2]);
  char line[1024];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    for (int run = 0; run < runs; run++) {
      struct timespec start, end;
      clock_gettime(CLOCK_MONOTONIC, &start);
      check(db, sqlite3_bind_text(statement, 1, line, -1, SQLITE_STATIC));
      int code, bytes = 0;
      while ((code = sqlite3_step(statement)) == SQLITE_ROW)
        for (int column = 0; column < 5; column++) {
          sqlite3_column_text(statement, column);
          bytes += sqlite3_column_bytes(statement, column);
        }
      check(db, code);
      check(db, sqlite3_reset(statement));
      clock_gettime(CLOCK_MONOTONIC, &end);
      if (bytes == 0) return 1;
      printf("%lld ", (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec);
    }
    printf("\n");
  }
  return 0;
}
