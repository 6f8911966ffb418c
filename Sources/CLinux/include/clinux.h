// The Linux system calls that Swift's Glibc module does not export, or exports in a form that
// cannot be called. Same results and same errno as the calls they stand for.
//
// No system header but <stdint.h> is included here: with _GNU_SOURCE their types would differ from
// those that Swift's own modules have of them.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdint.h>

// One event of epoll: what is ready, and the token that was registered.
struct clinux_event {
  uint32_t events;
  uint64_t token;
};

// EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP; shim.c checks the values.
enum {
  clinux_epollin = 0x001,
  clinux_epollout = 0x004,
  clinux_epollerr = 0x008,
  clinux_epollhup = 0x010
};

// epoll_create1 and epoll_ctl. The instance is closed on exec.
int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int fd, uint32_t events, uint64_t token);
int clinux_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token);
int clinux_epoll_remove(int epoll, int fd);

// epoll_wait; at most 256 events are reported at a time.
int clinux_epoll_wait(int epoll, struct clinux_event *events, int count, int timeout_ms);

// eventfd, non-blocking and closed on exec.
int clinux_eventfd(void);

// A stream socket of an address family, non-blocking and closed on exec.
int clinux_stream_socket(int family);

// accept4: a connected socket, non-blocking and closed on exec. Writes the peer's address, in IPv6 and
// in the order of the network; an IPv4 address is mapped (::ffff:a.b.c.d), another one is all zeros.
int clinux_accept(int listener, uint8_t peer[16]);

// Names the calling thread in ps and top; at most 15 octets.
void clinux_name_thread(const char *name);

// Adds to the nice value of the calling thread alone (Linux keeps one for each thread).
void clinux_lower_thread_priority(int steps);

#endif
