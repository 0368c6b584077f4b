/*
 * The picture of a person: setting and removing one's own, and serving anybody's by its hash.
 */
#include "api/account_json.h"
#include "api/avatar_call.h"
#include "api/routes.h"

static struct set_avatar_in *caller_of(struct call *call)
{
    struct set_avatar_in *in = call->in;

    in->session_id = call->caller.session_id;
    in->account_id = call->caller.account_id;
    in->now_us = call->now_us;
    return in;
}

static void on_made(struct call *call, const struct avatar *avatar)
{
    struct set_avatar_in *in = caller_of(call);

    if (avatar->outcome != IMAGE_OK) {
        call_resume(call, call_refuse(call, avatar_problem(avatar->outcome)));
        return;
    }
    in->avatar_hash = avatar->hash;
    in->avatar_data = avatar->webp;
    call_resume(call, ASK_STORE);
}

enum ask_result avatar_ask_set(struct call *call)
{
    return avatar_make(call, call->caller.account_id, call->request->body, on_made);
}

enum answer_result avatar_answer_set(struct call *call)
{
    account_json(call_json(call, 200), NULL, &STORE_ROW(&call->job, set_avatar)->account);
    call_json_end(call);
    return ANSWER_READY;
}

/* Absent, hash and data remove what there is. */
enum ask_result avatar_ask_remove(struct call *call)
{
    (void)caller_of(call);
    return ASK_STORE;
}

enum answer_result avatar_answer_remove(struct call *call)
{
    call_empty(call, 204);
    return ANSWER_READY;
}

static bool is_hash(struct slice text)
{
    if (text.len != AVATAR_HASH_DIGITS)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!((text.ptr[i] >= '0' && text.ptr[i] <= '9') ||
              (text.ptr[i] >= 'a' && text.ptr[i] <= 'f')))
            return false;
    }
    return true;
}

/* An entity tag is the hash in quotes. */
struct reading {
    struct slice tag;
    bool known; /* the client has it already */
};

enum ask_result avatar_ask_read(struct call *call)
{
    struct slice known = http_header(call->request, "If-None-Match");
    struct read_avatar_in *in = call->in;
    struct reading *reading;

    if (!is_hash(call->param))
        return call_refuse(call, PROBLEM_NOT_FOUND);
    reading = ARENA_NEW(call->arena, struct reading);
    reading->tag = arena_printf(call->arena, "\"%.*s\"", SLICE_ARG(call->param));
    reading->known =
        known.len > 0 && memmem(known.ptr, known.len, reading->tag.ptr, reading->tag.len) != NULL;
    call->state = reading;
    in->avatar_hash = call->param;
    return ASK_STORE;
}

enum answer_result avatar_answer_read(struct call *call)
{
    const struct read_avatar_row *row = STORE_ROW(&call->job, read_avatar);
    const struct reading *reading = call->state;

    if (row == NULL) {
        (void)call_refuse(call, PROBLEM_NOT_FOUND);
        return ANSWER_READY;
    }
    if (reading->known)
        call_empty(call, 304);
    else
        call->reply =
            (struct http_reply){.status = 200, .content_type = "image/webp", .body = row->data};
    /* The name is of these very bytes: they never change. */
    http_reply_header(&call->reply, "Cache-Control", "public, max-age=31536000, immutable");
    http_reply_header(&call->reply, "ETag", reading->tag.ptr);
    return ANSWER_READY;
}
