/*
 * buf: a text under construction, growing in an arena, with a hard cap.
 *
 * Writing never fails visibly: text beyond the cap sets a sticky flag that the caller asks for once
 * at the end (Varnish's workspaces). Lives as long as its arena; needs no freeing.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"

struct buf {
    struct arena *arena;
    char *ptr;
    size_t len;
    size_t size;
    size_t max;
    bool overflowed;
};

/* An empty buffer that may grow to `max` bytes; `hint` is the first allocation. */
struct buf buf_new(struct arena *arena, size_t hint, size_t max);

/* Room for `len` bytes at the end, which count as written: fill them at once. NULL: no room. */
char *buf_room(struct buf *buf, size_t len);

void buf_bytes(struct buf *buf, const void *ptr, size_t len);
void buf_slice(struct buf *buf, struct slice s);
void buf_str(struct buf *buf, const char *s);
void buf_char(struct buf *buf, char c);
void buf_int(struct buf *buf, int64_t value);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* What has been written; false in *ret_whole (may be NULL) when something did not fit. */
struct slice buf_view(const struct buf *buf, bool *ret_whole);

#endif
