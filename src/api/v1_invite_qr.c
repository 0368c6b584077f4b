/*
 * The QR code of an invitation: what leads to its landing page, `/i/{code}`.
 */
#include "api/invite_call.h"
#include "api/routes.h"
#include "base/hash.h"
#include "base/hex.h"
#include "http/negotiate.h"
#include "image/qr.h"

#define PIXELS_DEFAULT 512

/* A code is for ever; its person may be erased, and public_url may change. */
#define CACHE "public, max-age=3600"

#define TAG_BYTES 16

struct drawing {
    struct slice known; /* If-None-Match */
    unsigned pixels;    /* 0: SVG */
};

static enum ask_result ask(struct call *call, unsigned pixels)
{
    struct find_invite_in *in = call->in;
    struct drawing *drawing = ARENA_NEW(call->arena, struct drawing);

    drawing->known = http_header(call->request, "If-None-Match");
    drawing->pixels = pixels;
    call->state = drawing;
    invite_read(call, call->param, &in->invite_given, &in->invite_forgiven);
    return call_limit(call, ADDRESS_LIMIT_INVITE) ? ASK_STORE : ASK_ANSWERED;
}

enum ask_result invite_qr_ask_svg(struct call *call)
{
    return ask(call, 0);
}

/* Absent: the default; 0 for what is none. */
static unsigned read_pixels(struct slice text)
{
    unsigned pixels = 0;

    if (slice_is_absent(text))
        return PIXELS_DEFAULT;
    if (text.len == 0 || text.len > 4)
        return 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return 0;
        pixels = pixels * 10 + (unsigned)(text.ptr[i] - '0');
    }
    return pixels >= QR_PIXELS_MIN && pixels <= QR_PIXELS_MAX ? pixels : 0;
}

enum ask_result invite_qr_ask_png(struct call *call)
{
    unsigned pixels = read_pixels(http_query(call->request, "size"));

    if (pixels == 0)
        return call_refuse_field(call, PROBLEM_FIELD_INVALID, "size");
    return ask(call, pixels);
}

/* Absent: our own mistake. */
static struct slice draw(struct call *call, struct slice link, unsigned pixels)
{
    struct buf buf = buf_new(call->arena, 8192, QR_BYTES_MAX);
    bool drawn = pixels == 0 ? qr_svg(link, &buf) : qr_png(link, pixels, &buf);
    bool whole;
    struct slice picture = buf_view(&buf, &whole);

    return drawn && whole ? picture : SLICE_ABSENT;
}

/* The link and the size are all that the bytes depend on. */
static const char *tag_of(struct call *call, struct slice link, unsigned pixels)
{
    struct slice all = arena_printf(call->arena, "%u %.*s", pixels, SLICE_ARG(link));
    uint8_t digest[HASH_BYTES];
    char text[2 * TAG_BYTES + 1] = "";

    hash_sha256(all, digest);
    hex_write(digest, TAG_BYTES, text);
    return arena_printf(call->arena, "\"%.*s\"", 2 * TAG_BYTES, text).ptr;
}

enum answer_result invite_qr_answer(struct call *call)
{
    const struct find_invite_row *row = STORE_ROW(&call->job, find_invite);
    const struct drawing *drawing = call->state;
    struct slice base;
    struct slice body;
    struct slice link;
    const char *tag;

    if (row == NULL) {
        (void)call_refuse(call, PROBLEM_INVITE_UNKNOWN);
        return ANSWER_READY;
    }
    base = settings_public_url(call->settings);
    link = arena_printf(call->arena, "%.*s/i/%.*s", SLICE_ARG(base), SLICE_ARG(row->invite_code));
    tag = tag_of(call, link, drawing->pixels);
    if (http_has_tag(drawing->known, tag)) {
        call_empty(call, 304);
    } else {
        body = draw(call, link, drawing->pixels);
        if (slice_is_absent(body)) {
            call_problem(call, (struct problem){.id = PROBLEM_INTERNAL_ERROR});
            return ANSWER_READY;
        }
        call->reply = (struct http_reply){
            .status = 200,
            .content_type = drawing->pixels == 0 ? "image/svg+xml" : "image/png",
            .body = body,
        };
    }
    http_reply_header(&call->reply, "Cache-Control", CACHE);
    http_reply_header(&call->reply, "ETag", tag);
    return ANSWER_READY;
}
