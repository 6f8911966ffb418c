#pragma once
// sqlite3_config takes a variable number of arguments, which Swift can't call. <sqlite3.h> is not
// included: GRDB's module has its types.
int sqlite3_config(int, ...);

// SQLITE_CONFIG_MEMSTATUS, 0. Must come before SQLite is used; SQLITE_MISUSE (21) otherwise.
static inline int csqlite_switch_memory_statistics_off(void) { return sqlite3_config(9, 0); }
