#include "api/avatar_call.h"

#include <endian.h>

#include "base/hash.h"
#include "base/hex.h"

struct making {
    struct call *call;
    int64_t account_id;
    void (*done)(struct call *call, const struct avatar *avatar);
    struct image_job job;
};

static struct slice hash_of(struct call *call, int64_t account_id, struct slice webp)
{
    uint64_t owner = htobe64((uint64_t)account_id);
    struct buf buf = buf_new(call->arena, sizeof(owner) + webp.len, ARENA_MAX_BYTES);
    char *text = arena_alloc(call->arena, AVATAR_HASH_DIGITS);
    uint8_t digest[HASH_BYTES];

    buf_slice(&buf, slice_of((const char *)&owner, sizeof(owner)));
    buf_slice(&buf, webp);
    hash_sha256(buf_view(&buf, NULL), digest);
    hex_write(digest, AVATAR_HASH_DIGITS / 2, text);
    return slice_of(text, AVATAR_HASH_DIGITS);
}

static void on_done(struct image_job *job)
{
    struct making *making = job->owner;
    struct avatar avatar = {.outcome = job->outcome};

    if (job->outcome == IMAGE_OK) {
        avatar.webp = job->webp;
        avatar.hash = hash_of(making->call, making->account_id, job->webp);
    }
    making->done(making->call, &avatar);
}

static bool is_awaited(const struct image_job *job)
{
    const struct making *making = job->owner;

    return http_is_awaited(making->call->request);
}

enum ask_result avatar_make(struct call *call, int64_t account_id, struct slice picture,
                            void (*done)(struct call *call, const struct avatar *avatar))
{
    struct making *making = ARENA_NEW(call->arena, struct making);

    making->call = call;
    making->account_id = account_id;
    making->done = done;
    making->job.picture = picture;
    making->job.arena = call->arena;
    making->job.done = on_done;
    making->job.is_awaited = is_awaited;
    making->job.owner = making;
    making->job.key = call->caller.account_id;
    image_run(call->loop->images, &making->job);
    return ASK_LATER;
}

enum problem_id avatar_problem(enum image_outcome outcome)
{
    switch (outcome) {
    case IMAGE_UNSUPPORTED:
        return PROBLEM_IMAGE_UNSUPPORTED;
    case IMAGE_INVALID:
        return PROBLEM_IMAGE_INVALID;
    case IMAGE_TOO_LARGE:
        return PROBLEM_IMAGE_TOO_LARGE;
    case IMAGE_TOO_LONG:
        return PROBLEM_BODY_TOO_LARGE;
    case IMAGE_OVERLOADED:
        return PROBLEM_OVERLOADED;
    case IMAGE_FAILED:
        return PROBLEM_IMAGE_FAILED;
    case IMAGE_OK:
        break;
    }
    return PROBLEM_INTERNAL_ERROR;
}
