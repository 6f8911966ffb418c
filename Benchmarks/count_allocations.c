// Preloaded into the server by bench_http.py: counts the calls of the allocator and prints how many
// there were so far on each SIGUSR2.
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_long calls;

static void count(void) { atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed); }

void *malloc(size_t size) { count(); return __libc_malloc(size); }
void *calloc(size_t n, size_t size) { count(); return __libc_calloc(n, size); }
void *realloc(void *old, size_t size) { count(); return __libc_realloc(old, size); }
void *aligned_alloc(size_t to, size_t size) { count(); return __libc_memalign(to, size); }
int posix_memalign(void **out, size_t to, size_t size) {
  count();
  *out = __libc_memalign(to, size);
  return *out ? 0 : 12;
}

static void print(int signal) {
  (void)signal;
  char line[32];
  int length = snprintf(line, sizeof line, "%ld\n", atomic_load(&calls));
  if (write(2, line, length) < 0) _exit(1);
}

__attribute__((constructor)) static void start(void) { signal(SIGUSR2, print); }
