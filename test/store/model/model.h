/*
 * model: what the store must answer, in plain C and memory.
 *
 * One function a script says which rows must come back and what is stored afterwards, written from
 * what the script promises, not from its SQL. The test runs the same operations on an engine and
 * here and compares. Names are short and the same in every run, so that a failure reads well:
 *
 *     r12   the 12th request: its id, the challenge it made, the seed of the session it opened
 *     m12   the MAC of challenge r12     A12   the invite code drawn in request 12
 *     +1003 a number                     times count from MODEL_START_US
 *
 * Ids that an engine chooses are numbers of those names here: account 12 has the code A12, session
 * 12 the seed r12. subject.h translates.
 *
 * A model may be copied at any time, so that several orders of operations can be tried. Texts are
 * never freed before the model: they are the parameters', which live as long as the run.
 */
#ifndef TEST_STORE_MODEL_H
#define TEST_STORE_MODEL_H

#include "store/store.h"

#define MODEL_START_US (400 * US_PER_DAY)

/* Rows of these consist of 64-bit fields only, so that they can be hashed as bytes. */
struct model_account {
    struct account_part shown; /* inviter_code is filled in where a row is made */
    int64_t invited_by;
    struct slice activated_by;
    struct slice avatar_data;
    int64_t disabled_us, erased_us; /* 0: not */
};

struct model_challenge {
    struct slice id, phone, nonce, mac, requester, channel, locale, given, forgiven;
    struct slice sent_by, tried_by, redeemed_by;
    int64_t purpose, account_id, code_length, attempts_left, resends;
    int64_t created_us, sent_us, expires_us, superseded;
};

struct model_session {
    int64_t id, account_id, generation, is_first, is_hosted;
    struct slice seed, device_name, user_agent, address;
    int64_t created_us, used_us, rotated_us, expires_us;
};

/* In the ledger of phones: kind 1 a message sent, 2 a wrong guess. */
struct model_event {
    struct slice phone, ref;
    int64_t kind, at_us;
};

struct model_message {
    struct slice challenge_id, phone, channel, locale, claimed_by, done_by;
    int64_t step, created_us, due_us, state, lease_us, attempts, done_us;
};

struct model_delivered {
    struct list_handset_row shown;
};

struct model_audit {
    struct slice event, address;
    struct slice request_id; /* of an act of administration, which is written down once */
    int64_t account_id, at_us;
};

/* A grant of hosted sign-in. */
struct model_grant {
    struct slice hash, host, code_challenge, used_by;
    int64_t account_id, session_id, created_us, expires_us;
};

/* The first reply of a request with an Idempotency-Key. */
struct model_reply {
    struct slice request_id, fingerprint;
    int64_t attempts_left, created_us;
};

struct model_key {
    struct list_signing_keys_row shown;
};

struct model_setting {
    struct slice name, value;
};

#define MODEL_ACCOUNTS_MAX 512
#define MODEL_CHALLENGES_MAX 1024
#define MODEL_SESSIONS_MAX 1024
#define MODEL_EVENTS_MAX 2048
#define MODEL_MESSAGES_MAX 1024
#define MODEL_DELIVERED_MAX 1024
#define MODEL_AUDIT_MAX 4096
#define MODEL_REPLIES_MAX 1024
#define MODEL_KEYS_MAX 64
#define MODEL_SETTINGS_MAX 64
#define MODEL_GRANTS_MAX 256

/* In the order in which the rows were made. */
struct model {
    struct model_account accounts[MODEL_ACCOUNTS_MAX];
    struct model_challenge challenges[MODEL_CHALLENGES_MAX];
    struct model_session sessions[MODEL_SESSIONS_MAX];
    struct model_event events[MODEL_EVENTS_MAX];
    struct model_message messages[MODEL_MESSAGES_MAX];
    struct model_delivered delivered[MODEL_DELIVERED_MAX];
    struct model_audit audit[MODEL_AUDIT_MAX];
    struct model_reply replies[MODEL_REPLIES_MAX];
    struct model_key keys[MODEL_KEYS_MAX];
    struct model_setting settings[MODEL_SETTINGS_MAX];
    struct model_grant grants[MODEL_GRANTS_MAX];
    unsigned account_count, challenge_count, session_count, event_count, message_count;
    unsigned delivered_count, audit_count, reply_count, key_count, setting_count, grant_count;
    struct slice sweep_holder;
    int64_t sweep_until_us;
};

/* Rows of one script, struct X_row each. */
struct rows {
    const struct script *script;
    struct arena *arena;
    char *data;
    unsigned count;
    unsigned room;
    /*
     * What came of it at once with others; NULL: it ran alone. Then a claim may bring less than
     * `most`, because another took what it had chosen, and an inviter may be gone by the time the
     * activation is looked at.
     */
    const struct rows *told;
    bool open;    /* nothing is promised of them */
    bool refused; /* `auth` of the first row is not 1: nothing else in it is looked at */
};

/* An empty model; free() it. */
struct model *model_new(void);
void model_copy(struct model *to, const struct model *from);

/* Whether one of the tables is nearly full. */
bool model_full(const struct model *model);

/* The same for the same contents, in whatever order things happened that nobody can tell apart. */
uint64_t model_hash(const struct model *model);

/*
 * Does what `script` does with `in` (struct X_in) and gives its rows, in `arena`. `told`: see
 * struct rows.
 */
struct rows model_step(struct model *model, const struct script *script, const void *in,
                       const struct rows *told, struct arena *arena);

/* What the files of the model share. */

/* A new row, zeroed; typed by the caller. */
void *rows_add(struct rows *rows);
#define ROWS_ADD(rows, name) ((struct name##_row *)rows_add(rows))

struct model_account *model_account(struct model *model, int64_t id);
struct model_account *model_account_by_phone(struct model *model, struct slice phone);
struct model_challenge *model_challenge(struct model *model, struct slice id);
struct model_session *model_session(struct model *model, int64_t id);
struct model_reply *model_reply(struct model *model, struct slice request_id);

/* The number in a name: 12 of "A12" or "r12"; 0 for an absent one. */
int64_t model_number(struct slice name);

/* 1 the session lives, 2 its account is disabled, 0 it has ended. */
int64_t model_auth(struct model *model, int64_t session_id, int64_t account_id, int64_t now_us);

/* The same, and 3: the caller is no administrator, or their session is a site's. */
int64_t model_admin_auth(struct model *model, int64_t session_id, int64_t caller_id,
                         int64_t now_us);

/* What a person sees of an account; NULL shows nothing. */
struct account_part model_show(struct model *model, const struct model_account *account);

/* Whose code was meant: as given, else as forgiven; NULL: nobody's. */
struct model_account *model_inviter(struct model *model, struct slice given, struct slice forgiven);

/* Records who invited `who`, where the rules let it. */
void model_activate(struct model *model, struct model_account *who, struct slice given,
                    struct slice forgiven, bool refuse_cycles, struct slice request_id,
                    int64_t now_us);

struct model_account *model_add_account(struct model *model, struct slice phone, struct slice code,
                                        struct slice role, struct slice locale, int64_t now_us);
void model_add_audit(struct model *model, int64_t account_id, const char *event,
                     struct slice address, int64_t now_us);
bool model_has_event(const struct model *model, struct slice phone, int64_t kind, int64_t at_us,
                     struct slice ref);

/* The entry of an act of administration, one for a request (absent: always); is it there? */
void model_note_admin(struct model *model, int64_t account_id, const char *event,
                      struct slice request_id, int64_t now_us);
bool model_noted(const struct model *model, struct slice request_id);
void model_add_event(struct model *model, struct slice phone, int64_t kind, int64_t at_us,
                     struct slice ref);
void model_add_reply(struct model *model, struct slice request_id, struct slice fingerprint,
                     int64_t attempts_left, int64_t now_us);
void model_add_message(struct model *model, const struct model_challenge *challenge, int64_t step,
                       int64_t now_us, int64_t due_us);

/* The code of a challenge can be used no more; nor sent, when it is superseded. */
void model_forget_code(struct model_challenge *challenge);
void model_supersede(struct model_challenge *challenge);

/* The session of the account that a request opened; NULL: none, or it has ended. */
struct model_session *model_session_by_seed(struct model *model, struct slice seed,
                                            int64_t account_id);

/* The oldest sessions of the account go until `max` are left. */
void model_trim_sessions(struct model *model, int64_t account_id, int64_t max);

/* All of them go, but for `spared` (0: none). */
void model_end_sessions_of(struct model *model, int64_t account_id, int64_t spared);

/* 1 disables an account and ends its sessions, 0 enables it, -1 leaves it. */
void model_disable(struct model *model, struct model_account *account, int64_t disable,
                   int64_t now_us);

/* Everything personal of an account that is there, which `event` tells the audit. */
void model_erase(struct model *model, struct model_account *account, const char *event,
                 struct slice request_id, int64_t now_us);

/* Events of a kind after `since_us`; the time of the n-th newest (0: not so many). */
unsigned model_events(const struct model *model, struct slice phone, int64_t kind,
                      int64_t since_us);
int64_t model_nth_event(const struct model *model, struct slice phone, int64_t kind, int64_t n);

/* Everybody the account brought in, the newest first; at most `max` after `after` (NULL: all). */
unsigned model_invitees(const struct model *model, int64_t account_id,
                        const struct model_account *after, const struct model_account **out,
                        int64_t max);

/* Removes row `index` of a table, keeping the order of the others. */
#define MODEL_REMOVE(table, count, index)                                                       \
    (memmove(&(table)[index], &(table)[(index) + 1], ((count) - (index)-1) * sizeof(*(table))), \
     (count)--)

/* The scripts; model_step chooses. */
typedef void model_script(struct model *model, const void *in, struct rows *rows);
model_script model_create_challenge, model_resend_code, model_redeem_code;
model_script model_redeem_phone_change, model_refresh_session, model_activate_invite;
model_script model_update_account, model_end_sessions, model_erase_account, model_set_account;
model_script model_add_account_script, model_claim_outbox, model_finish_message, model_sweep;
model_script model_read_account, model_list_sessions, model_list_invitees, model_find_account;
model_script model_find_invite, model_list_accounts, model_list_handset, model_export_account;
model_script model_latest_time, model_check_ready, model_add_signing_key;
model_script model_list_signing_keys, model_claim_setting, model_set_avatar, model_read_avatar;
model_script model_create_grant, model_exchange_grant, model_introspect_token, model_revoke_token;
model_script model_update_person, model_read_person, model_look_person;
model_script model_admin_update_account, model_admin_end_sessions, model_admin_erase_account;

#endif
