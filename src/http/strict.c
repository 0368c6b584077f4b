#include "http/strict.h"

#include <strings.h>

#include "http/http.h"

/* What a byte may be part of. */
#define TOKEN 1 /* a method or a header's name (RFC 9110 §5.6.2) */
#define HOST 2  /* a host and port (RFC 3986 §3.2.2), escapes included */

#define T TOKEN
#define H HOST
#define A (TOKEN | HOST)

static const uint8_t classes[256] = {
    /* 00 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    /* 10 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    /* 20 */ 0, A, 0, T, A, A, A, A, H, H, A, A, H, A, A, 0,
    /* 30 */ A, A, A, A, A, A, A, A, A, A, H, H, 0, H, 0, 0,
    /* 40 */ 0, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A,
    /* 50 */ A, A, A, A, A, A, A, A, A, A, A, H, 0, H, T, A,
    /* 60 */ T, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A,
    /* 70 */ A, A, A, A, A, A, A, A, A, A, A, 0, T, 0, A, 0,
};

static bool all_are(struct slice text, uint8_t class)
{
    uint8_t common = class;

    for (size_t i = 0; i < text.len; i++)
        common &= classes[(unsigned char)text.ptr[i]];
    return common == class;
}

bool head_is_host(struct slice text)
{
    return all_are(text, HOST);
}

/* Nothing but what a header's value may have: no control bytes, tab allowed (RFC 9110 §5.5). Values
 * are most of a head; without a branch the compiler looks at many bytes at once. */
static bool is_value(struct slice text)
{
    uint8_t bad = 0;

    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = (uint8_t)text.ptr[i];

        bad |= (uint8_t)((c < ' ') & (c != '\t')) | (uint8_t)(c == 0x7f);
    }
    return bad == 0;
}

static bool name_is(struct slice name, const char *known)
{
    return strncasecmp(name.ptr, known, name.len) == 0;
}

void head_begin(struct head *head, const char *method, const char *target, size_t target_len,
                const char *version)
{
    struct slice name = slice_str(method);

    *head = (struct head){.begin = method};
    /* One space between the three parts: what libmicrohttpd skips beside it leaves a gap. */
    head->malformed = name.len == 0 || !all_are(name, TOKEN) || target != method + name.len + 1 ||
                      version != target + target_len + 1;
    head->is_1_0 = strcmp(version, "HTTP/1.0") == 0;
    head->line_end = version + strlen(version);
}

void head_header(struct head *head, struct slice name, struct slice value)
{
    size_t gap = (size_t)(name.ptr - head->line_end);

    /* CR LF, or the LF alone that RFC 9112 §2.2 lets a recipient take for it. */
    if (name.ptr <= head->line_end || gap > 2 || (gap == 2 && head->line_end[1] != '\0') ||
        name.len == 0 || !all_are(name, TOKEN) || !is_value(value)) {
        head->malformed = true;
        return;
    }
    head->line_end = value.ptr + value.len;
    if (name.len == 4 && name_is(name, "host")) {
        head->host_count++;
        if (!head_is_host(slice_trim(value)))
            head->malformed = true;
    } else if (name.len == 6 && name_is(name, "cookie") && slice_is_absent(head->cookie)) {
        head->cookie = value;
    } else if (name.len == 12 && name_is(name, "x-request-id") &&
               slice_is_absent(head->request_id)) {
        head->request_id = slice_trim(value);
    } else if (name.len == 14 && name_is(name, "content-length")) {
        head->length_count++;
        head->length = value;
    } else if (name.len == 17 && name_is(name, "transfer-encoding")) {
        head->coding_count++;
        head->coding = value;
    }
}

/* Bytes of a Content-Length, HTTP_BODY_LARGE_MAX + 1 for anything larger; false when not a number.
 */
static bool read_length(struct slice text, size_t *ret_bytes)
{
    size_t bytes = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        if (bytes <= HTTP_BODY_LARGE_MAX)
            bytes = bytes * 10 + (size_t)(text.ptr[i] - '0');
    }
    *ret_bytes = bytes <= HTTP_BODY_LARGE_MAX ? bytes : HTTP_BODY_LARGE_MAX + 1;
    return text.len > 0;
}

enum head_outcome head_length(struct head *head)
{
    if (head->length_count > 0 && !read_length(head->length, &head->body_bytes))
        return HEAD_MALFORMED;
    return head->body_bytes > HTTP_BODY_LARGE_MAX ? HEAD_BODY_TOO_LARGE : HEAD_OK;
}

static bool frame_is_clear(struct head *head)
{
    if (head->host_count > 1 || (head->host_count == 0 && !head->is_1_0))
        return false;
    if (head->length_count + head->coding_count > 1)
        return false;
    if (head->coding_count == 1) {
        head->chunked = head->coding.len == 7 && name_is(head->coding, "chunked");
        return head->chunked && !head->is_1_0;
    }
    return true;
}

/* The last line's end and the empty line's: two to four bytes, which libmicrohttpd made NUL. */
static bool ends_here(const char *line_end, const char *head_end)
{
    static const char nothing[4];
    size_t gap = (size_t)(head_end - line_end);

    return gap >= 2 && gap <= sizeof(nothing) && memcmp(line_end, nothing, gap) == 0;
}

enum head_outcome head_end(struct head *head, size_t head_bytes)
{
    if (head_bytes > HTTP_HEAD_MAX)
        return HEAD_TOO_LARGE;
    if (head->malformed || !ends_here(head->line_end, head->begin + head_bytes) ||
        !frame_is_clear(head))
        return HEAD_MALFORMED;
    return head_length(head);
}
