/*
 * A request head, cut up as libmicrohttpd 0.9.75 does it. Whatever the strict check accepts must
 * read the same, byte by byte, to the plain reader below.
 */
#include <stdlib.h>
#include <strings.h>

#include "base/check.h"
#include "http/http.h"
#include "http/strict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next line without its end, which becomes NUL; NULL when there is no whole one. */
static char *cut_line(char **rest, char *end)
{
    char *line = *rest;
    char *feed = line == end ? NULL : memchr(line, '\n', (size_t)(end - line));

    if (feed == NULL)
        return NULL;
    *rest = feed + 1;
    *feed = '\0';
    if (feed > line && feed[-1] == '\r')
        feed[-1] = '\0';
    return line;
}

static bool cut_request_line(char *line, char **ret_target, char **ret_version)
{
    char *target = strchr(line, ' ');
    char *version;

    if (target == NULL)
        return false;
    while (*target == ' ')
        *target++ = '\0';
    version = strrchr(target, ' ');
    if (version == NULL ||
        (strcmp(version + 1, "HTTP/1.1") != 0 && strcmp(version + 1, "HTTP/1.0") != 0))
        return false;
    *version++ = '\0';
    *ret_target = target;
    *ret_version = version;
    return true;
}

/* Cuts and checks; false when libmicrohttpd would have refused it, or the head is not whole. */
static bool judge(char *copy, char *end, struct head *head, enum head_outcome *ret_outcome,
                  size_t *ret_bytes)
{
    char *rest = copy;
    char *method = cut_line(&rest, end);
    char *target;
    char *version;
    char *line;

    if (method == NULL || method[0] == '\0' || !cut_request_line(method, &target, &version))
        return false;
    head_begin(head, method, target, strlen(target), version);
    while ((line = cut_line(&rest, end)) != NULL && line[0] != '\0') {
        char *value = strchr(line, ':');

        if (value == NULL)
            return false;
        *value++ = '\0';
        while (*value == ' ' || *value == '\t')
            value++;
        head_header(head, slice_str(line), slice_str(value));
    }
    if (line == NULL)
        return false;
    *ret_bytes = (size_t)(rest - method);
    *ret_outcome = head_end(head, *ret_bytes);
    return true;
}

static bool is_named(struct slice line, const char *name)
{
    size_t len = strlen(name);

    return line.len > len && line.ptr[len] == ':' && strncasecmp(line.ptr, name, len) == 0;
}

/* An accepted head, read without libmicrohttpd's cuts. */
static void read_plainly(struct slice text, const struct head *head)
{
    unsigned hosts = 0;
    unsigned frames = 0;
    bool is_first = true;

    while (text.len > 0) {
        const char *feed = memchr(text.ptr, '\n', text.len);
        struct slice line;

        CHECK(feed != NULL);
        line = slice_of(text.ptr, (size_t)(feed - text.ptr));
        text = slice_after(text, line.len + 1);
        /* NUL at a line's end is not seen: libmicrohttpd puts it there for CR and LF. */
        while (line.len > 0 && (line.ptr[line.len - 1] == '\r' || line.ptr[line.len - 1] == '\0'))
            line.len--;
        for (size_t i = 0; i < line.len; i++) {
            unsigned char c = (unsigned char)line.ptr[i];

            /* The target of the request line is http_target_parse's. */
            CHECK(is_first || ((c >= ' ' || c == '\t') && c != 0x7f));
        }
        hosts += is_named(line, "Host") ? 1 : 0;
        frames += is_named(line, "Content-Length") || is_named(line, "Transfer-Encoding") ? 1 : 0;
        CHECK(is_first || line.len == 0 || (line.ptr[0] != ' ' && line.ptr[0] != '\t'));
        CHECK((line.len == 0) == (text.len == 0));
        is_first = false;
    }
    CHECK(hosts == 1 || (hosts == 0 && head->is_1_0));
    CHECK(frames <= 1 && head->body_bytes <= HTTP_BODY_LARGE_MAX);
    CHECK(frames == 1 || (!head->chunked && head->body_bytes == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1);
    enum head_outcome outcome;
    struct head head;
    size_t bytes;

    CHECK(copy != NULL);
    if (size > 0)
        memcpy(copy, data, size);
    copy[size] = '\0';
    if (judge(copy, copy + size, &head, &outcome, &bytes) && outcome == HEAD_OK)
        read_plainly(slice_of(data, bytes), &head);
    free(copy);
    return 0;
}
