/*
 * avatar_call: making the picture of a person of what a client sent, for any route that takes one.
 *
 *     static void on_made(struct call *call, const struct avatar *avatar)
 *     {
 *         ... fill call->in with avatar->hash and avatar->webp, or refuse by avatar->outcome
 *         call_resume(call, ASK_STORE);
 *     }
 *
 *     in ask():  return avatar_make(call, account_id, bytes, on_made);
 *
 * The script stores it by parts/take_avatar.sql.
 */
#ifndef API_AVATAR_CALL_H
#define API_AVATAR_CALL_H

#include "api/call.h"
#include "image/image.h"

/* Digits (0-9, a-f) of the name under which a picture is served, /avatars/{hash}. */
#define AVATAR_HASH_DIGITS 32

struct avatar {
    enum image_outcome outcome;
    struct slice webp; /* with IMAGE_OK; both in the call's arena */
    struct slice hash; /* of the account and the picture: two people never share one */
};

/*
 * Has `picture` (in the call's arena) looked at and made small, for this account; gives ASK_LATER.
 * One picture of a caller at a time: IMAGE_OVERLOADED for another. `done` is called exactly once,
 * maybe before this returns, and at the latest ten seconds after http.request_s is over (see
 * image_run); it ends with call_resume: touch nothing of the call afterwards.
 */
enum ask_result avatar_make(struct call *call, int64_t account_id, struct slice picture,
                            void (*done)(struct call *call, const struct avatar *avatar));

/* What to refuse a picture with, by an outcome other than IMAGE_OK. */
enum problem_id avatar_problem(enum image_outcome outcome);

#endif
