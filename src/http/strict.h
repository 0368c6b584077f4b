/*
 * strict: what libmicrohttpd 0.9.75 lets through in a request head and we refuse, because two
 * parsers that read one head differently are how requests are smuggled past a proxy (RFC 9112 §11).
 *
 * libmicrohttpd parses in place: it writes NUL over the ends of lines, over the colon after a name
 * and over the spaces of the request line, and hands out pointers into that one buffer. So whatever
 * it skipped, cut at a NUL byte or moved elsewhere (a folded line, whose text it even appends to
 * the header's name) shows as a gap between where one line ended and where the next one begins.
 * Only a NUL that stands for the CR of a line's end is not seen, and means nothing to others
 * either.
 */
#ifndef HTTP_STRICT_H
#define HTTP_STRICT_H

#include "base/slice.h"

enum head_outcome {
    HEAD_OK,
    HEAD_MALFORMED,      /* request_malformed */
    HEAD_TOO_LARGE,      /* longer than HTTP_HEAD_MAX */
    HEAD_BODY_TOO_LARGE, /* a Content-Length above HTTP_BODY_LARGE_MAX */
};

/* Only bytes that a host and port are made of (RFC 3986 §3.2.2), or none at all. */
bool head_is_host(struct slice text);

/* What is learnt of a head. Slices view libmicrohttpd's buffer. */
struct head {
    const char *begin;
    const char *line_end; /* of the line before: the first of its one or two NULs */
    bool malformed;
    bool is_1_0;
    unsigned host_count;
    unsigned length_count;
    unsigned coding_count;
    struct slice length;
    struct slice coding;
    struct slice cookie;     /* the first Cookie header; absent when there is none */
    struct slice request_id; /* the first X-Request-Id; absent when there is none */
    size_t body_bytes;       /* by Content-Length; set by head_end */
    bool chunked;            /* set by head_end */
};

/*
 * The request line: `method`, `target` and `version` as libmicrohttpd gives them; `target_len` is
 * the length the target had before the query was cut off.
 */
void head_begin(struct head *head, const char *method, const char *target, size_t target_len,
                const char *version);

/* Each header in the order it came. */
void head_header(struct head *head, struct slice name, struct slice value);

/* The verdict; `head_bytes` counts from the method to the end of the empty line. */
enum head_outcome head_end(struct head *head, size_t head_bytes);

/* What the Content-Length alone comes to: HEAD_OK (also without one), _MALFORMED, _BODY_TOO_LARGE.
 */
enum head_outcome head_length(struct head *head);

#endif
