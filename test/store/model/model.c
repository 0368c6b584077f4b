/* The tables of the model, and what its scripts share. */
#include "model.h"

#include <stdlib.h>

#include "base/check.h"

#define HASH_SEED UINT64_C(14695981039346656037)
#define HASH_FACTOR UINT64_C(1099511628211)

static const struct {
    const struct script *script;
    model_script *step;
} steps[] = {
    {&script_create_challenge, model_create_challenge},
    {&script_resend_code, model_resend_code},
    {&script_redeem_code, model_redeem_code},
    {&script_redeem_phone_change, model_redeem_phone_change},
    {&script_refresh_session, model_refresh_session},
    {&script_activate_invite, model_activate_invite},
    {&script_update_account, model_update_account},
    {&script_end_sessions, model_end_sessions},
    {&script_erase_account, model_erase_account},
    {&script_set_account, model_set_account},
    {&script_add_account, model_add_account_script},
    {&script_claim_outbox, model_claim_outbox},
    {&script_finish_message, model_finish_message},
    {&script_sweep, model_sweep},
    {&script_read_account, model_read_account},
    {&script_list_sessions, model_list_sessions},
    {&script_list_invitees, model_list_invitees},
    {&script_find_account, model_find_account},
    {&script_find_invite, model_find_invite},
    {&script_list_accounts, model_list_accounts},
    {&script_list_handset, model_list_handset},
    {&script_export_account, model_export_account},
    {&script_latest_time, model_latest_time},
    {&script_check_ready, model_check_ready},
    {&script_add_signing_key, model_add_signing_key},
    {&script_list_signing_keys, model_list_signing_keys},
    {&script_claim_setting, model_claim_setting},
    {&script_set_avatar, model_set_avatar},
    {&script_read_avatar, model_read_avatar},
    {&script_create_grant, model_create_grant},
    {&script_exchange_grant, model_exchange_grant},
    {&script_introspect_token, model_introspect_token},
    {&script_revoke_token, model_revoke_token},
    {&script_update_person, model_update_person},
    {&script_read_person, model_read_person},
    {&script_look_person, model_look_person},
    {&script_admin_update_account, model_admin_update_account},
    {&script_admin_end_sessions, model_admin_end_sessions},
    {&script_admin_erase_account, model_admin_erase_account},
};

struct rows model_step(struct model *model, const struct script *script, const void *in,
                       const struct rows *told, struct arena *arena)
{
    struct rows rows = {.script = script, .arena = arena, .told = told};
    size_t i = 0;

    while (i < ARRAY_LEN(steps) && steps[i].script != script)
        i++;
    CHECK(i < ARRAY_LEN(steps));
    steps[i].step(model, in, &rows);
    return rows;
}

void *rows_add(struct rows *rows)
{
    size_t size = rows->script->row_size;

    if (rows->count == rows->room) {
        unsigned room = rows->room == 0 ? 4 : 2 * rows->room;
        char *data = arena_alloc(rows->arena, room * size);

        if (rows->count > 0)
            memcpy(data, rows->data, rows->count * size);
        rows->data = data;
        rows->room = room;
    }
    return rows->data + rows->count++ * size;
}

struct model *model_new(void)
{
    struct model *model = calloc(1, sizeof(*model));

    CHECK(model != NULL);
    return model;
}

/* Table by table, with what is used of it. */
#define EACH_TABLE(act)                                                                        \
    act(accounts, account_count) act(challenges, challenge_count) act(sessions, session_count) \
        act(events, event_count) act(messages, message_count) act(delivered, delivered_count)  \
            act(audit, audit_count) act(replies, reply_count) act(keys, key_count)             \
                act(settings, setting_count) act(grants, grant_count)

void model_copy(struct model *to, const struct model *from)
{
#define COPY(table, count)                                                \
    memcpy(to->table, from->table, from->count * sizeof(from->table[0])); \
    to->count = from->count;
    EACH_TABLE(COPY)
#undef COPY
    to->sweep_holder = from->sweep_holder;
    to->sweep_until_us = from->sweep_until_us;
}

bool model_full(const struct model *model)
{
#define FULL(table, count)                               \
    if (model->count >= ARRAY_LEN(model->table) * 7 / 8) \
        return true;
    EACH_TABLE(FULL)
#undef FULL
    return false;
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ at[i]) * HASH_FACTOR;
    return hash;
}

/* How many of the account's sessions are older: their order shows, that of all does not. */
static uint64_t session_rank(const struct model *model, unsigned index)
{
    uint64_t rank = 0;

    for (unsigned i = 0; i < index; i++)
        rank += model->sessions[i].account_id == model->sessions[index].account_id;
    return rank;
}

uint64_t model_hash(const struct model *model)
{
    uint64_t sum = hash_bytes(HASH_SEED, &model->sweep_holder, sizeof(model->sweep_holder));

    sum = hash_bytes(sum, &model->sweep_until_us, sizeof(model->sweep_until_us));
#define HASH(table, count)                      \
    for (unsigned i = 0; i < model->count; i++) \
        sum += hash_bytes(HASH_SEED ^ sizeof(#table), &model->table[i], sizeof(model->table[i]));
    EACH_TABLE(HASH)
#undef HASH
    for (unsigned i = 0; i < model->session_count; i++)
        sum += session_rank(model, i) * (uint64_t)(model->sessions[i].id + 1) * HASH_FACTOR;
    return sum;
}

int64_t model_number(struct slice name)
{
    int64_t number = 0;

    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] >= '0' && name.ptr[i] <= '9')
            number = number * 10 + (name.ptr[i] - '0');
    return number;
}

struct model_account *model_account(struct model *model, int64_t id)
{
    for (unsigned i = 0; i < model->account_count; i++)
        if (model->accounts[i].shown.id == id)
            return &model->accounts[i];
    return NULL;
}

struct model_account *model_account_by_phone(struct model *model, struct slice phone)
{
    for (unsigned i = 0; i < model->account_count; i++)
        if (!slice_is_absent(phone) && slice_eq(model->accounts[i].shown.phone, phone))
            return &model->accounts[i];
    return NULL;
}

struct model_challenge *model_challenge(struct model *model, struct slice id)
{
    for (unsigned i = 0; i < model->challenge_count; i++)
        if (slice_eq(model->challenges[i].id, id))
            return &model->challenges[i];
    return NULL;
}

struct model_session *model_session(struct model *model, int64_t id)
{
    for (unsigned i = 0; i < model->session_count; i++)
        if (model->sessions[i].id == id)
            return &model->sessions[i];
    return NULL;
}

struct model_reply *model_reply(struct model *model, struct slice request_id)
{
    for (unsigned i = 0; i < model->reply_count; i++)
        if (slice_eq(model->replies[i].request_id, request_id))
            return &model->replies[i];
    return NULL;
}

int64_t model_auth(struct model *model, int64_t session_id, int64_t account_id, int64_t now_us)
{
    const struct model_session *session = model_session(model, session_id);
    const struct model_account *account = model_account(model, account_id);

    if (session == NULL || account == NULL || session->account_id != account_id ||
        session->expires_us <= now_us || account->erased_us != 0)
        return 0;
    return account->disabled_us != 0 ? 2 : 1;
}

struct account_part model_show(struct model *model, const struct model_account *account)
{
    struct account_part shown = {0};
    const struct model_account *inviter;

    if (account == NULL)
        return shown;
    shown = account->shown;
    inviter = model_account(model, account->invited_by);
    if (inviter != NULL)
        shown.inviter_code = inviter->shown.invite_code;
    return shown;
}

struct model_account *model_add_account(struct model *model, struct slice phone, struct slice code,
                                        struct slice role, struct slice locale, int64_t now_us)
{
    struct model_account *account;

    if (model_account_by_phone(model, phone) != NULL ||
        model_account(model, model_number(code)) != NULL)
        return NULL;
    CHECK(model->account_count < MODEL_ACCOUNTS_MAX);
    account = &model->accounts[model->account_count++];
    memset(account, 0, sizeof(*account));
    account->shown.id = model_number(code);
    account->shown.phone = phone;
    account->shown.role = role;
    account->shown.locale = locale;
    account->shown.invite_code = code;
    account->shown.created_us = now_us;
    return account;
}

void model_add_audit(struct model *model, int64_t account_id, const char *event,
                     struct slice address, int64_t now_us)
{
    CHECK(model->audit_count < MODEL_AUDIT_MAX);
    model->audit[model->audit_count++] = (struct model_audit){
        .event = slice_str(event), .address = address, .account_id = account_id, .at_us = now_us};
}

bool model_has_event(const struct model *model, struct slice phone, int64_t kind, int64_t at_us,
                     struct slice ref)
{
    for (unsigned i = 0; i < model->event_count; i++) {
        const struct model_event *event = &model->events[i];

        if (slice_eq(event->phone, phone) && event->kind == kind && event->at_us == at_us &&
            slice_eq(event->ref, ref))
            return true;
    }
    return false;
}

void model_add_event(struct model *model, struct slice phone, int64_t kind, int64_t at_us,
                     struct slice ref)
{
    if (model_has_event(model, phone, kind, at_us, ref))
        return;
    CHECK(model->event_count < MODEL_EVENTS_MAX);
    model->events[model->event_count++] =
        (struct model_event){.phone = phone, .ref = ref, .kind = kind, .at_us = at_us};
}

void model_add_reply(struct model *model, struct slice request_id, struct slice fingerprint,
                     int64_t attempts_left, int64_t now_us)
{
    if (model_reply(model, request_id) != NULL)
        return;
    CHECK(model->reply_count < MODEL_REPLIES_MAX);
    model->replies[model->reply_count++] = (struct model_reply){.request_id = request_id,
                                                                .fingerprint = fingerprint,
                                                                .attempts_left = attempts_left,
                                                                .created_us = now_us};
}

void model_forget_code(struct model_challenge *challenge)
{
    challenge->nonce = SLICE_ABSENT;
    challenge->mac = SLICE_ABSENT;
}

void model_supersede(struct model_challenge *challenge)
{
    challenge->superseded = 1;
    model_forget_code(challenge);
}

unsigned model_events(const struct model *model, struct slice phone, int64_t kind, int64_t since_us)
{
    unsigned count = 0;

    for (unsigned i = 0; i < model->event_count; i++) {
        const struct model_event *event = &model->events[i];

        count += event->kind == kind && event->at_us > since_us && slice_eq(event->phone, phone);
    }
    return count;
}

int64_t model_nth_event(const struct model *model, struct slice phone, int64_t kind, int64_t n)
{
    for (unsigned i = 0; i < model->event_count; i++) {
        const struct model_event *event = &model->events[i];
        int64_t newer;
        int64_t same;

        if (event->kind != kind || !slice_eq(event->phone, phone))
            continue;
        newer = model_events(model, phone, kind, event->at_us);
        same = model_events(model, phone, kind, event->at_us - 1) - newer;
        if (newer < n && newer + same >= n)
            return event->at_us;
    }
    return 0;
}
