/* Operations of the operator and of the house itself, and reads. */
#include "maker_pick.h"

#define LEASE_US (30 * US_PER_S)
#define AUDIT_KEPT_US (3 * US_PER_DAY)
#define PAGE 100

struct op make_end_sessions(struct maker *maker, struct model *model)
{
    struct caller caller = pick_caller(maker, model);
    struct caller target = pick_caller(maker, model);

    return NEW_OP(maker, end_sessions,
                  {CALLER_OF(caller), .now_us = maker_time(maker),
                   .target_id = maker_chance(maker, 30)   ? 0
                                : maker_chance(maker, 40) ? caller.session_id
                                                          : target.session_id,
                   .address = SLICE_LIT("192.0.2.4")});
}

struct op make_erase_account(struct maker *maker, struct model *model)
{
    struct caller caller = pick_caller(maker, model);

    if (maker_chance(maker, 40))
        return NEW_OP(
            maker, erase_account,
            {.account_id = pick_account(maker, model), .now_us = maker_time(maker), .is_open = 1});
    return NEW_OP(
        maker, erase_account,
        {.session_id = caller.session_id,
         .caller_id = caller.account_id,
         .account_id = maker_chance(maker, 40) ? pick_account(maker, model) : caller.account_id,
         .now_us = maker_time(maker),
         .request_id = new_request(maker),
         .address = SLICE_LIT("192.0.2.5")});
}

struct op make_set_account(struct maker *maker, struct model *model)
{
    return NEW_OP(maker, set_account,
                  {.account_id = pick_account(maker, model),
                   .role = maker_chance(maker, 50)
                               ? PICK(maker, "user", "moderator", "admin", "admin")
                               : SLICE_ABSENT,
                   /* Mostly back to enabled, or soon everybody would be out. */
                   .disable = maker_chance(maker, 25) ? 1 : (int64_t)maker_below(maker, 2) - 1,
                   .now_us = maker_time(maker)});
}

struct op make_add_account(struct maker *maker, struct model *model)
{
    int64_t number = next_number(maker);

    return NEW_OP(maker, add_account,
                  {.phone = pick_phone(maker),
                   .role = PICK(maker, "user", "admin"),
                   .locale = PICK(maker, "en", "ru"),
                   .own_code = maker_name(
                       maker, 'A', maker_chance(maker, 80) ? number : pick_account(maker, model)),
                   .now_us = maker_time(maker)});
}

struct op make_claim_outbox(struct maker *maker, struct model *model)
{
    (void)model;
    return NEW_OP(maker, claim_outbox,
                  {.request_id = new_request(maker),
                   .now_us = maker_time(maker),
                   .lease_us = maker_chance(maker, 80) ? LEASE_US : 1,
                   .most = maker_chance(maker, 50) ? 128 : 1 + maker_below(maker, 3)});
}

struct op make_finish_message(struct maker *maker, struct model *model)
{
    const struct model_message *message = NULL;
    bool keep = maker_chance(maker, 50);
    int64_t number;

    for (unsigned i = model->message_count; i-- > 0 && message == NULL;)
        if (model->messages[i].state == 1 || maker_chance(maker, 10))
            message = &model->messages[i];
    if (message == NULL)
        return make_claim_outbox(maker, model);
    number = next_number(maker);
    return NEW_OP(maker, finish_message,
                  {.challenge_id = message->challenge_id,
                   .step = message->step,
                   .claimed_by = maker_chance(maker, 90)
                                     ? message->claimed_by
                                     : maker_name(maker, 'r', 1 + maker_below(maker, 50)),
                   .now_us = maker_time(maker),
                   .state = maker_chance(maker, 60)   ? 2
                            : maker_chance(maker, 70) ? 0
                                                      : 3,
                   .due_us = maker_due(maker),
                   .provider = SLICE_LIT("simulated"),
                   .text = keep ? maker_name(maker, 't', number) : SLICE_ABSENT,
                   .code = keep ? SLICE_LIT("1234") : SLICE_ABSENT});
}

static int64_t pick_session_end(struct maker *maker, const struct model *model, int64_t open_end)
{
    if (maker->at_once || model->session_count == 0 || maker_chance(maker, 70))
        return open_end;
    return model->sessions[maker_below(maker, model->session_count)].id;
}

struct op make_sweep(struct maker *maker, struct model *model)
{
    int64_t now_us = maker_time(maker);
    bool whole = maker->at_once || maker_chance(maker, 70);

    return NEW_OP(maker, sweep,
                  {.holder = PICK(maker, "node 1", "node 2"),
                   .now_us = now_us,
                   .lease_us = LEASE_US,
                   .most = whole ? MAKER_EVERYTHING : 1 + maker_below(maker, 5),
                   .session_from = pick_session_end(maker, model, 0),
                   .session_to = pick_session_end(maker, model, INT64_MAX),
                   .audit_before_us = now_us - AUDIT_KEPT_US,
                   .outbox_before_us = now_us - US_PER_HOUR});
}

static struct op list_invitees(struct maker *maker, struct model *model, struct caller caller)
{
    const struct model_account *after = NULL;
    bool small = !maker->at_once && maker_chance(maker, 50);

    for (unsigned i = 0; small && i < model->account_count; i++)
        if (model->accounts[i].invited_by == caller.account_id && maker_chance(maker, 50))
            after = &model->accounts[i];
    return NEW_OP(maker, list_invitees,
                  {CALLER_OF(caller), .now_us = maker_time(maker),
                   .before_us = after == NULL ? 0 : after->shown.invited_us,
                   .before_id = after == NULL ? 0 : after->shown.id,
                   .page = small ? 1 + maker_below(maker, 3) : PAGE});
}

static struct op find_account(struct maker *maker, struct model *model)
{
    if (maker_chance(maker, 50))
        return NEW_OP(maker, find_account, {.phone = pick_phone(maker)});
    return NEW_OP(maker, find_account, {.account_id = pick_account(maker, model)});
}

static struct op list_accounts(struct maker *maker, struct model *model)
{
    bool small = !maker->at_once && maker_chance(maker, 70);

    return NEW_OP(
        maker, list_accounts,
        {.after_id = small && model->account_count > 0
                         ? model->accounts[maker_below(maker, model->account_count)].shown.id
                         : 0,
         .most = small ? 1 + maker_below(maker, 4) : MAKER_EVERYTHING});
}

struct op make_read(struct maker *maker, struct model *model)
{
    struct caller caller = pick_caller(maker, model);

    switch (maker_below(maker, 10)) {
    case 9:
        return NEW_OP(maker, read_avatar,
                      {.avatar_hash = pick_avatar(maker, pick_account(maker, model))});
    case 0:
        return NEW_OP(maker, read_account, {CALLER_OF(caller), .now_us = maker_time(maker)});
    case 1:
        return NEW_OP(maker, list_sessions, {CALLER_OF(caller), .now_us = maker_time(maker)});
    case 2:
        return list_invitees(maker, model, caller);
    case 3:
        return NEW_OP(
            maker, find_invite,
            {.invite_given = pick_code(maker, model), .invite_forgiven = pick_code(maker, model)});
    case 4:
        return find_account(maker, model);
    case 5:
        return list_accounts(maker, model);
    case 6:
        return NEW_OP(maker, list_handset,
                      {.phone = maker_chance(maker, 70) ? pick_phone(maker) : SLICE_ABSENT});
    case 7:
        return NEW_OP(maker, export_account,
                      {CALLER_OF(caller), .now_us = maker_time(maker),
                       .most = !maker->at_once && maker_chance(maker, 30)
                                   ? 1 + maker_below(maker, 3)
                                   : 1000});
    default:
        return NEW_OP(maker, latest_time, {0});
    }
}

/* A node that found the key which became active at newest_active_us to be the newest. */
struct op make_signing_key(struct maker *maker, struct model *model)
{
    int64_t number = next_number(maker);
    int64_t now_us = maker_time(maker);
    int64_t newest_us = 0;
    int64_t active_us = now_us + (maker_chance(maker, 50) ? US_PER_HOUR : 0);

    for (unsigned i = 0; i < model->key_count; i++)
        if (maker_chance(maker, 80) && model->keys[i].shown.active_us > newest_us)
            newest_us = model->keys[i].shown.active_us;
    return NEW_OP(maker, add_signing_key,
                  {.kid = maker_name(maker, 'k', number),
                   .sealed = SLICE_LIT("sealed \xff"),
                   .now_us = now_us,
                   .active_us = active_us,
                   .retired_us = active_us + US_PER_HOUR,
                   .newest_active_us = newest_us,
                   .newest_until_us = active_us + US_PER_MINUTE});
}

struct op make_setting(struct maker *maker, struct model *model)
{
    (void)model;
    return NEW_OP(maker, claim_setting,
                  {.name = maker_name(maker, 's', maker_below(maker, 20)),
                   .value = PICK(maker, "one", "another")});
}

/* What is stored of a challenge: a resend that is never allowed. */
static struct op look_at_challenge(struct maker *maker, const struct model_challenge *challenge)
{
    return NEW_OP(maker, resend_code,
                  {.challenge_id = challenge->id,
                   .request_id = maker_name(maker, 'r', MAKER_NOBODY),
                   .now_us = maker->now_us,
                   .max_10min = 1,
                   .max_hour = 2,
                   .max_day = 3});
}

/* What is left of an account, erased or not: an activation that nobody may make. */
static struct op look_at_account(struct maker *maker, const struct model_account *account)
{
    return NEW_OP(maker, activate_invite,
                  {.account_id = account->shown.id,
                   .request_id = maker_name(maker, 'r', MAKER_NOBODY),
                   .now_us = maker->now_us});
}

static unsigned reads_of_session(struct maker *maker, const struct model_session *session,
                                 struct op *ops)
{
    struct caller caller = {session->id, session->account_id};
    unsigned count = 0;

    ops[count++] = NEW_OP(maker, list_sessions, {CALLER_OF(caller), .now_us = maker->now_us});
    ops[count++] =
        NEW_OP(maker, list_invitees, {CALLER_OF(caller), .now_us = maker->now_us, .page = PAGE});
    ops[count++] =
        NEW_OP(maker, export_account, {CALLER_OF(caller), .now_us = maker->now_us, .most = 1000});
    ops[count++] =
        NEW_OP(maker, introspect_token,
               {.session_id = session->id, .seed = session->seed, .now_us = maker->now_us});
    return count;
}

unsigned maker_reads(struct maker *maker, struct model *model, struct op *ops, unsigned max)
{
    unsigned count = 0;

    ops[count++] = NEW_OP(maker, list_accounts, {.most = MAKER_EVERYTHING});
    ops[count++] = NEW_OP(maker, list_handset, {.phone = SLICE_ABSENT});
    ops[count++] = NEW_OP(maker, latest_time, {0});
    ops[count++] = NEW_OP(maker, list_signing_keys, {.now_us = maker->now_us});
    ops[count++] = NEW_OP(maker, check_ready, {.now_us = maker->now_us});
    ops[count++] = NEW_OP(maker, claim_outbox,
                          {.request_id = new_request(maker), .now_us = maker->now_us, .most = 0});
    for (unsigned i = 0; i < model->account_count && count + 4 < max; i++) {
        int64_t id = model->accounts[i].shown.id;

        ops[count++] = NEW_OP(maker, read_avatar, {.avatar_hash = maker_name(maker, 'g', id)});
        ops[count++] = NEW_OP(maker, read_avatar, {.avatar_hash = maker_name(maker, 'h', id)});
        ops[count++] = NEW_OP(maker, find_account, {.account_id = id});
        ops[count++] = look_at_account(maker, &model->accounts[i]);
    }
    for (unsigned i = 0; i < model->grant_count && count + 1 < max; i++)
        ops[count++] = maker_look_at_grant(maker, &model->grants[i]);
    for (unsigned i = 0; i < model->session_count && count + 4 < max; i++)
        count += reads_of_session(maker, &model->sessions[i], ops + count);
    for (unsigned i = model->challenge_count; i-- > 0 && count + 1 < max;)
        ops[count++] = look_at_challenge(maker, &model->challenges[i]);
    return count;
}
