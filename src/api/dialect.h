/*
 * dialect: what the five dialects share. Each of them (dialect_*.c, routes in dialects.def) only
 * translates: paths and field names into the use cases below, their outcomes into replies as the
 * older service gave them. No rule and no SQL is theirs.
 *
 *     send      the script create_challenge, as POST /v1/codes
 *     redeem    redeem_code, as POST /v1/sessions; the challenge is named by its phone or a cookie
 *     refresh   read_account, as GET /v1/me
 *     person    read_person, update_person, erase_account, as /v1/me and /v1/me/invite; what
 *               administrators do to others is noted, as /v1/admin/accounts/{account_id} notes it
 *     people    list_people, as /v1/admin/accounts
 *
 * In development mode (call->is_open) profiles are open and replies are exactly the originals';
 * else they need the person's own token or an administrator's, and no reply holds a code.
 */
#ifndef API_DIALECT_H
#define API_DIALECT_H

#include "api/body.h"
#include "api/sign_in_call.h"
#include "domain/phone.h"
#include "domain/profile.h"

/* Lives of tokens and of a session that a dialect opens. */
#define DIALECT_ACCESS_S INT64_C(18000)
#define DIALECT_REFRESH_S INT64_C(86400)

/* How long after its time a message is on the handset, as a rule. */
#define DIALECT_MARGIN_US (100 * US_PER_MS)

/* Most invitees of a profile (the newest) and accounts of a list. */
#define DIALECT_LIST_MAX 1000

/* Writes an error as Django REST framework does: {"detail": "...", "code": ...}, or
 * {"field": ["..."]} with 400. call_problem does it for every route of a dialect. */
void dialect_problem(struct call *call, const struct problem *problem);

/* A text of ours as a field's error: 400 {"field": ["text"]}. */
void dialect_refuse_text(struct call *call, const char *field, struct slice text);

/* The locale its errors are written in: as asked for, else as the original spoke. */
enum locale dialect_locale(const struct call *call);

/* Verifies a bearer token that is none of v1's, and sets call->caller when it is good. */
enum token_outcome dialect_verify_token(struct call *call, struct slice token);

/* Sending. */

/*
 * Reads a number: by the rules of v1, and in development mode also one that nobody can have, if it
 * looks like one (the originals' examples). False: call->reply says what is wrong with `field`.
 */
MUST_CHECK bool dialect_phone(struct call *call, struct slice text, const char *field,
                              struct phone *ret_phone);

/* ask() of a route that sends a code to `text` and runs create_challenge. */
enum ask_result dialect_ask_send(struct call *call, struct slice text, const char *field);

/* The same, to the field `phone` of the body. */
enum ask_result dialect_ask_send_phone(struct call *call);

/* The row when a message is on its way, and then the reply waits for its delivery (delay.h); NULL:
 * call->reply says why not. */
const struct create_challenge_row *dialect_sent(struct call *call);

/* Development mode: the code that was sent; absent otherwise. */
struct slice dialect_sent_code(struct call *call);

/* The whole answer() of a route that says {"message": "Code sent"}, with `code` in development
 * mode. */
enum answer_result dialect_answer_sent(struct call *call);

/* Redeeming. */

struct dialect_guess {
    struct slice challenge_id; /* absent: the newest of the phone */
    struct slice phone;        /* as given, or E.164 */
    const char *phone_field;
    struct slice code;
    const char *code_field;
    struct slice invite; /* may be absent */
};

/* ask() of a route that redeems a code and runs redeem_code. */
enum ask_result dialect_ask_redeem(struct call *call, const struct dialect_guess *guess);

/* ask() of a route that takes {"phone", "password"}, the password being the code; a wrong one is
 * 401, as simplejwt has it. */
enum ask_result dialect_ask_password(struct call *call);

/* A pair of tokens for a session, in the request's arena. */
struct dialect_pair {
    struct slice access;
    struct slice refresh;
};
struct dialect_pair dialect_pair(struct call *call, int64_t account_id, int64_t session_id);

/* 200 {"refresh", "access"} for the row of redeem_code; NULL: as it is. */
void dialect_pair_reply(struct call *call, const struct redeem_code_row *row);

/* The whole answer() of a route that gives the pair. */
enum answer_result dialect_answer_pair(struct call *call);

/* POST .../refresh: {"refresh"} gives {"access"}. Runs read_account. */
enum ask_result dialect_ask_refresh(struct call *call);
enum answer_result dialect_answer_refresh(struct call *call);

/* Persons. */

/* Whom the path names. By phone, or by id; false: call->reply is the 404. */
MUST_CHECK bool dialect_param_phone(struct call *call, struct slice *ret_phone);
MUST_CHECK bool dialect_param_id(struct call *call, int64_t *ret_id);

/* ask() of GET for the person of the path; script read_person. */
enum ask_result dialect_ask_person_by_phone(struct call *call);
enum ask_result dialect_ask_person_by_id(struct call *call);

/* ask() of a change: fills all of update_person but the changes. False: call->reply is a 404. */
MUST_CHECK bool dialect_fill_update_by_phone(struct call *call);
MUST_CHECK bool dialect_fill_update_by_id(struct call *call);

/* A field of the profile: `given` says whether it was there, absent text clears it. False:
 * call->reply says what is wrong with `name`. */
MUST_CHECK bool dialect_set(struct call *call, enum profile_field field, const char *name,
                            bool given, struct slice text);

/* The same for a field that body_read has read. */
struct dialect_change {
    const char *name;
    enum profile_field field;
    struct slice text;
    bool given;
};
MUST_CHECK bool dialect_change(struct call *call, const struct dialect_change *change);

/* An invite code to activate, unless it is absent; counts as a try. False: call->reply is the
 * 429. */
MUST_CHECK bool dialect_set_invite(struct call *call, struct slice text);

/* The same, but once: a code that was activated before is refused, even if it is the same. */
MUST_CHECK bool dialect_set_invite_once(struct call *call, struct slice text);

/*
 * The number in a change of the whole profile, unless it is absent: it must be the person's own, or
 * be proved. False: call->reply says that it is no number.
 */
MUST_CHECK bool dialect_set_phone(struct call *call, const char *name, struct slice text);

/* After it, and after the invite code: the code that was sent to a new number, unless it is absent.
 * False: call->reply says what is wrong with `name`. */
MUST_CHECK bool dialect_set_proof(struct call *call, const char *name, struct slice code);

/*
 * Ends the ask() of a change, which may carry a picture: `given` whether the field `avatar` was
 * there, `picture` the bytes of its file, absent for none. Touch nothing of the call afterwards.
 */
enum ask_result dialect_ask_update(struct call *call, bool given, struct slice picture);

/* The person in the rows; NULL: there is none, and call->reply is the 404. */
const struct account_part *dialect_person(struct call *call);

/* The whole answer() of a GET for a person: `write` writes the profile. An administrator's look at
 * somebody else goes on with the script look_person. */
enum answer_result dialect_answer_person(struct call *call,
                                         void (*write)(struct call *call,
                                                       const struct account_part *account));

/* What became of the invite code of update_person, counted; DONE also when it had been activated
 * before. */
enum activation_outcome dialect_activation(struct call *call);

/* What became of the code of dialect_set_invite_once. */
enum activation_outcome dialect_activation_once(struct call *call);

/* After update_person: is the number of dialect_set_phone theirs, or would be but for the invite
 * code? False: call->reply says why not, `proof` being the field for its code. */
MUST_CHECK bool dialect_settled_phone(struct call *call, const char *name, const char *proof);

/* The member `name` with the phones of those who came by the person's code, as `invite.phones`
 * shows them. `show` may change how a number looks; NULL: E.164. */
void dialect_invitees_json(struct call *call, struct json *json, const char *name,
                           struct slice (*show)(struct call *call, struct slice phone));

/* DELETE of the person with the id of the path; script erase_account. 204 */
enum ask_result dialect_ask_erase(struct call *call);
enum answer_result dialect_answer_erase(struct call *call);

/* GET of a list, by `?after=ID`; script list_people. */
enum ask_result dialect_ask_people(struct call *call);

/* Begins the reply [...]; the number of rows of list_people to write. A Link header (RFC 8288)
 * tells where the list goes on. */
unsigned dialect_people_begin(struct call *call, struct json **ret_json);

#endif
