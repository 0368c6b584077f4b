/*
 * traffic: what the kernel knows of the bytes that came on a TCP connection.
 */
#ifndef HTTP_TRAFFIC_H
#define HTTP_TRAFFIC_H

#include "base/def.h"

struct traffic {
    uint64_t received_bytes; /* since the connection was opened */
    uint64_t quiet_ms;       /* since bytes came last; 10 ms more or less */
    uint64_t taken_bytes;    /* acknowledged by the other side */
    bool is_taken;           /* and nothing that was sent is still on its way */
    bool is_ended;           /* the other side will send no more */
};

/* False when the descriptor is not a TCP connection. */
MUST_CHECK bool traffic_read(int fd, struct traffic *ret_traffic);

#endif
