/*
 * overheard: what libmicrohttpd refuses itself, learnt from its log.
 *
 * It answers some requests without asking us, with a line of HTML, and neither the log nor any
 * callback says whose request it was. Where that is certain nevertheless, our reply goes out before
 * its own (reply_raw). A wrong guess would refuse somebody else's good request, so where there is
 * any doubt its own reply stands; http.h lists what remains.
 */
#include "http/connection.h"
#include "http/strict.h"

/* A head that libmicrohttpd has read whole and not given us: for no longer than it logs why. */
static bool is_head_withheld(const struct connection *connection)
{
    return connection != NULL && connection->phase == CONNECTION_RECEIVING &&
           connection->request != NULL && !connection->request->head_done &&
           MHD_get_connection_info(connection->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE) !=
               NULL;
}

static bool is_receiving(const struct connection *connection)
{
    return connection != NULL && connection->phase == CONNECTION_RECEIVING &&
           connection->request != NULL;
}

static struct connection *find(struct http_loop *loop, bool (*is_it)(const struct connection *))
{
    if (is_it(loop->reading))
        return loop->reading;
    for (unsigned i = 0; i < LOOP_BUCKETS; i++) {
        for (struct connection *at = loop->buckets[i]; at != NULL; at = at->next) {
            if (is_it(at))
                return at;
        }
    }
    return NULL;
}

/* For a Content-Length that is not a number or for cookies without room; its own reply would have
 * two heads, one after the other. */
static const char *judge_head(struct request *request)
{
    struct head head;

    request_read_headers(request, &head);
    switch (head_length(&head)) {
    case HEAD_MALFORMED:
        return "request_malformed";
    case HEAD_BODY_TOO_LARGE:
        return "body_too_large";
    case HEAD_OK:
    case HEAD_TOO_LARGE:
        break;
    }
    return "headers_too_large";
}

/* What is wrong with a request whose first line was in order; NULL: perhaps that line was not. */
static const char *judge_status(unsigned status, const char *page)
{
    bool is_about_chunks = strstr(page, "chunk") != NULL;

    if (status == MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE)
        return "headers_too_large";
    if (status == MHD_HTTP_BAD_REQUEST && is_about_chunks)
        return "request_malformed";
    return status == MHD_HTTP_CONTENT_TOO_LARGE && is_about_chunks ? "body_too_large" : NULL;
}

/* It is about the one request that comes in on this loop, when there is but one. */
static void refuse_only(struct http_loop *loop, const char *code)
{
    struct connection *connection =
        code != NULL && loop->receiving_count == 1 ? find(loop, is_receiving) : NULL;
    struct head head;

    if (connection == NULL)
        return; /* or it is being cut */
    if (!connection->request->head_done)
        request_read_headers(connection->request, &head);
    reply_raw(connection, code);
}

void overhear(void *cls, const char *format, va_list arguments)
{
    static const char refusal[] = "Error processing request (HTTP response code is %u ('%s'))";
    struct http_loop *loop = cls;
    struct connection *connection;
    unsigned status;

    if (strncmp(format, refusal, sizeof(refusal) - 1) == 0) {
        status = va_arg(arguments, unsigned);
        if (!loop->refusal_told)
            refuse_only(loop, judge_status(status, va_arg(arguments, const char *)));
        loop->refusal_told = false;
    } else if (strstr(format, "Content-Length") != NULL || strstr(format, "pool") != NULL) {
        connection = find(loop, is_head_withheld);
        if (connection == NULL)
            return;
        reply_raw(connection, judge_head(connection->request));
        loop->refusal_told = true;
    }
}
