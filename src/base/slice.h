/*
 * slice: a view of bytes that somebody else owns. Never NUL-terminated unless said so.
 * A slice with ptr == NULL means "absent" (SQL NULL, missing JSON field); an empty present slice
 * has a non-NULL ptr and len 0.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <string.h>

#include "base/def.h"

struct slice {
    const char *ptr;
    size_t len;
};

/* A slice of a string literal. */
#define SLICE_LIT(s) ((struct slice){(s), sizeof(s) - 1})

#define SLICE_ABSENT ((struct slice){NULL, 0})

/* For printf: "%.*s", SLICE_ARG(s). */
#define SLICE_ARG(s) (int)(s).len, (s).ptr

/* View of a NUL-terminated string; NULL gives the absent slice. */
static inline struct slice slice_str(const char *s)
{
    return (struct slice){s, s == NULL ? 0 : strlen(s)};
}

static inline struct slice slice_of(const void *ptr, size_t len)
{
    return (struct slice){ptr, len};
}

static inline bool slice_is_absent(struct slice s)
{
    return s.ptr == NULL;
}

/* Equal bytes; an absent slice equals only an absent one. Not constant time: never for secrets. */
static inline bool slice_eq(struct slice a, struct slice b)
{
    if (a.ptr == NULL || b.ptr == NULL)
        return a.ptr == b.ptr;
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool slice_eq_str(struct slice a, const char *s)
{
    return slice_eq(a, slice_str(s));
}

/* The rest of `s` after its first `n` bytes; n must not exceed s.len. */
static inline struct slice slice_after(struct slice s, size_t n)
{
    return (struct slice){s.ptr + n, s.len - n};
}

static inline bool slice_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Without the spaces and tabs around it: optional whitespace (RFC 9110 section 5.6.3). */
static inline struct slice slice_trim(struct slice s)
{
    while (s.len > 0 && slice_is_blank(s.ptr[0]))
        s = slice_after(s, 1);
    while (s.len > 0 && slice_is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

/*
 * Takes an item off a list: what stands before the next `mark`, which goes too, or all there is,
 * and then *rest is absent. So `while (!slice_is_absent(rest))` has an item more, an empty one,
 * where a list is empty or ends with a mark; `while (rest.len > 0)` has not.
 */
static inline struct slice slice_take(struct slice *rest, char mark)
{
    const char *at = rest->len == 0 ? NULL : (const char *)memchr(rest->ptr, mark, rest->len);
    struct slice item = *rest;

    if (at == NULL) {
        *rest = SLICE_ABSENT;
        return item;
    }
    item.len = (size_t)(at - item.ptr);
    *rest = slice_after(*rest, item.len + 1);
    return item;
}

#endif
