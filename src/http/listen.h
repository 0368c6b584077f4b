/*
 * listen: the listening sockets, one for each loop on one address (SO_REUSEPORT), so that the
 * kernel spreads new connections over the loops.
 */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include "http/http.h"

/* "[" IPv6 "]:65535" and NUL. */
#define LISTEN_TEXT_SIZE (HTTP_ADDRESS_SIZE + 8)

/*
 * Binds `address` ("127.0.0.1:8080", "[::1]:0") `count` times and listens; port 0 picks one port
 * for all. Fails when anybody else listens there, also another process of ours. On success the
 * caller owns the `count` descriptors (non-blocking) in `ret_fds`; `ret_text` is the address with
 * the real port. ret_error is for a person.
 */
MUST_CHECK bool listen_open(const char *address, unsigned count, int *ret_fds,
                            char ret_text[LISTEN_TEXT_SIZE], char ret_error[HTTP_ERROR_SIZE]);

#endif
