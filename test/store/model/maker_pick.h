/*
 * maker_pick: what the functions of the maker draw from a model, and how they write an operation.
 */
#ifndef TEST_STORE_MAKER_PICK_H
#define TEST_STORE_MAKER_PICK_H

#include "maker.h"

/* The number of a name nobody has. */
#define MAKER_NOBODY (MAKER_NAMES_MAX - 1)

/* Beyond whatever a run makes. */
#define MAKER_EVERYTHING 1000000

/* An operation with its parameters in the maker's arena. */
#define NEW_OP(maker, script_name, ...)                                                      \
    (struct op)                                                                              \
    {                                                                                        \
        .script = &script_##script_name,                                                     \
        .in = memcpy(arena_alloc((maker)->arena, sizeof(struct script_name##_in)),           \
                     &(struct script_name##_in)__VA_ARGS__, sizeof(struct script_name##_in)) \
    }

/* Who asks: a session and its account. */
struct caller {
    int64_t session_id, account_id;
};
#define CALLER_OF(caller) .session_id = (caller).session_id, .account_id = (caller).account_id

/* One of several texts. */
struct slice maker_pick(struct maker *maker, const char *const *texts, unsigned count);
#define PICK(maker, ...)                                    \
    maker_pick((maker), (const char *const[]){__VA_ARGS__}, \
               sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

struct slice pick_phone(struct maker *maker);
int64_t next_number(struct maker *maker);
struct slice new_request(struct maker *maker);

/* A session as a rule; now and then one that ended or is another's. */
struct caller pick_caller(struct maker *maker, const struct model *model);
/* An administrator's as a rule, if there is one who is signed in. */
struct caller pick_staff(struct maker *maker, struct model *model);
int64_t pick_account(struct maker *maker, const struct model *model);

/* An invite code: somebody's as a rule; the empty one could not be read as a code. */
struct slice pick_code(struct maker *maker, const struct model *model);

/* The name of one of the two pictures that an account has, and no other. */
struct slice pick_avatar(struct maker *maker, int64_t account_id);

/* A challenge of the purpose, likely one of the newest; NULL: none. */
const struct model_challenge *pick_challenge(struct maker *maker, const struct model *model,
                                             int64_t purpose);

/* What a person may write into a profile. */
struct slice pick_text(struct maker *maker);

/* What is stored of a grant: an exchange with a verifier that is not its. */
struct op maker_look_at_grant(struct maker *maker, const struct model_grant *grant);

/* The makers of operations. */
struct op make_create_challenge(struct maker *maker, struct model *model);
struct op make_resend_code(struct maker *maker, struct model *model);
struct op make_redeem_code(struct maker *maker, struct model *model);
struct op make_redeem_phone_change(struct maker *maker, struct model *model);
struct op make_refresh_session(struct maker *maker, struct model *model);
struct op make_activate_invite(struct maker *maker, struct model *model);
struct op make_update_account(struct maker *maker, struct model *model);
struct op make_set_avatar(struct maker *maker, struct model *model);
struct op make_end_sessions(struct maker *maker, struct model *model);
struct op make_erase_account(struct maker *maker, struct model *model);
struct op make_set_account(struct maker *maker, struct model *model);
struct op make_add_account(struct maker *maker, struct model *model);
struct op make_claim_outbox(struct maker *maker, struct model *model);
struct op make_finish_message(struct maker *maker, struct model *model);
struct op make_sweep(struct maker *maker, struct model *model);
struct op make_signing_key(struct maker *maker, struct model *model);
struct op make_setting(struct maker *maker, struct model *model);
struct op make_create_grant(struct maker *maker, struct model *model);
struct op make_exchange_grant(struct maker *maker, struct model *model);
struct op make_introspect_token(struct maker *maker, struct model *model);
struct op make_revoke_token(struct maker *maker, struct model *model);
struct op make_admin_update_account(struct maker *maker, struct model *model);
struct op make_admin_end_sessions(struct maker *maker, struct model *model);
struct op make_admin_erase_account(struct maker *maker, struct model *model);
struct op make_update_person(struct maker *maker, struct model *model);
struct op make_read_person(struct maker *maker, struct model *model);
struct op make_look_person(struct maker *maker, struct model *model);
struct op make_read(struct maker *maker, struct model *model);

#endif
