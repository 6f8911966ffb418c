#define _GNU_SOURCE 1

#include "clinux.h"

#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>

_Static_assert(clinux_epollin == EPOLLIN && clinux_epollout == EPOLLOUT &&
                   clinux_epollerr == EPOLLERR && clinux_epollhup == EPOLLHUP,
               "the header repeats the kernel's numbers");

static int control(int epoll, int operation, int fd, uint32_t events, uint64_t token) {
  struct epoll_event event;
  event.events = events;
  event.data.u64 = token;
  return epoll_ctl(epoll, operation, fd, &event);
}

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int clinux_epoll_add(int epoll, int fd, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_ADD, fd, events, token);
}

int clinux_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_MOD, fd, events, token);
}

int clinux_epoll_remove(int epoll, int fd) { return control(epoll, EPOLL_CTL_DEL, fd, 0, 0); }

int clinux_epoll_wait(int epoll, struct clinux_event *events, int count, int timeout_ms) {
  // The kernel's struct is packed on some machines and has a union: Swift sees neither.
  struct epoll_event ready[256];
  if (count > 256) count = 256;
  int found = epoll_wait(epoll, ready, count, timeout_ms);
  for (int i = 0; i < found; i++) {
    events[i].events = ready[i].events;
    events[i].token = ready[i].data.u64;
  }
  return found;
}

int clinux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int clinux_stream_socket(int family) {
  return socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

int clinux_accept(int listener, uint8_t peer[16]) {
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } address;
  socklen_t length = sizeof address;
  int fd = accept4(listener, &address.any, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return fd;
  memset(peer, 0, 16);
  if (address.any.sa_family == AF_INET) {
    peer[10] = peer[11] = 0xff;
    memcpy(peer + 12, &address.v4.sin_addr, 4);
  } else if (address.any.sa_family == AF_INET6) {
    memcpy(peer, &address.v6.sin6_addr, 16);
  }
  return fd;
}

void clinux_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

void clinux_lower_thread_priority(int steps) {
  setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + steps);
}
