#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/check.h"

/* The least size a buffer grows to. */
#define SIZE_MIN ((size_t)64)

struct buf buf_new(struct arena *arena, size_t hint, size_t max)
{
    size_t size = hint + 1;

    return (struct buf){
        .arena = arena, .ptr = arena_alloc_raw(arena, size), .size = size, .max = max};
}

/*
 * Room for `more` bytes and a NUL that does not count (vsnprintf writes one), or the sticky flag.
 * Growth doubles, so all the arena ever holds of a buffer is less than four times its text.
 */
static bool reserve(struct buf *buf, size_t more)
{
    size_t size = buf->size < SIZE_MIN ? SIZE_MIN : buf->size;
    char *ptr;

    if (buf->overflowed || more > buf->max || buf->len > buf->max - more) {
        buf->overflowed = true;
        return false;
    }
    if (buf->len + more < buf->size)
        return true;
    while (size <= buf->len + more)
        size *= 2;
    ptr = arena_alloc_raw(buf->arena, size);
    if (buf->len > 0)
        memcpy(ptr, buf->ptr, buf->len);
    buf->ptr = ptr;
    buf->size = size;
    return true;
}

char *buf_room(struct buf *buf, size_t len)
{
    if (!reserve(buf, len))
        return NULL;
    buf->len += len;
    return buf->ptr + buf->len - len;
}

void buf_bytes(struct buf *buf, const void *ptr, size_t len)
{
    if (len == 0 || !reserve(buf, len))
        return;
    memcpy(buf->ptr + buf->len, ptr, len);
    buf->len += len;
}

void buf_slice(struct buf *buf, struct slice s)
{
    buf_bytes(buf, s.ptr, s.len);
}

void buf_str(struct buf *buf, const char *s)
{
    buf_bytes(buf, s, strlen(s));
}

void buf_char(struct buf *buf, char c)
{
    if (reserve(buf, 1))
        buf->ptr[buf->len++] = c;
}

void buf_int(struct buf *buf, int64_t value)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        digits[--at] = '-';
    buf_bytes(buf, digits + at, sizeof(digits) - at);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_list again;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    CHECK(len >= 0);
    if (reserve(buf, (size_t)len)) {
        (void)vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}

struct slice buf_view(const struct buf *buf, bool *ret_whole)
{
    if (ret_whole != NULL)
        *ret_whole = !buf->overflowed;
    return (struct slice){buf->ptr, buf->len};
}
