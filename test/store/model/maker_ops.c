/* Operations of a person: codes, sessions, invites, the profile. */
#include "maker_pick.h"

static struct slice mac_of(struct maker *maker, struct slice challenge_id, unsigned right_percent)
{
    return maker_name(
        maker, 'm', maker_chance(maker, right_percent) ? model_number(challenge_id) : MAKER_NOBODY);
}

struct op make_create_challenge(struct maker *maker, struct model *model)
{
    const struct maker_rules *rules = &maker->rules;
    int64_t number = next_number(maker);
    bool moves = maker_chance(maker, 25);
    struct caller caller = moves ? pick_caller(maker, model) : (struct caller){0};
    bool invited = !moves && maker_chance(maker, 25);
    struct slice given = invited ? pick_code(maker, model) : SLICE_ABSENT;
    int64_t now_us = maker_time(maker);

    return NEW_OP(maker, create_challenge,
                  {.request_id = maker_name(maker, 'r', number),
                   .purpose = moves ? 2 : 1,
                   CALLER_OF(caller),
                   .now_us = now_us,
                   .phone = pick_phone(maker),
                   .nonce = maker_name(maker, 'n', number),
                   .mac = maker_name(maker, 'm', number),
                   .code_length = maker_chance(maker, 80) ? 4 : 6,
                   .attempts = rules->attempts,
                   .requester = PICK(maker, "browser 1", "browser 1", "browser 2"),
                   .channel = SLICE_LIT("sms"),
                   .locale = PICK(maker, "en", "ru"),
                   .invite_given = given,
                   .invite_forgiven = invited ? pick_code(maker, model) : SLICE_ABSENT,
                   .expires_us = now_us + rules->ttl_us,
                   .due_us = maker_due(maker),
                   .cooldown_us = rules->cooldown_us,
                   .max_10min = rules->max_10min,
                   .max_hour = rules->max_hour,
                   .max_day = rules->max_day,
                   .idempotent = maker_chance(maker, 50),
                   .fingerprint = SLICE_LIT("body")});
}

struct op make_resend_code(struct maker *maker, struct model *model)
{
    const struct maker_rules *rules = &maker->rules;
    const struct model_challenge *challenge =
        pick_challenge(maker, model, maker_chance(maker, 80) ? 1 : 2);

    return NEW_OP(
        maker, resend_code,
        {.challenge_id = challenge == NULL ? maker_name(maker, 'r', MAKER_NOBODY) : challenge->id,
         .request_id = new_request(maker),
         .now_us = maker_time(maker),
         .due_us = maker_due(maker),
         .max_resends = rules->max_resends,
         .gap_0_us = rules->cooldown_us,
         .gap_1_us = 2 * rules->cooldown_us,
         .gap_2_us = 4 * rules->cooldown_us,
         .cooldown_us = rules->cooldown_us,
         .max_10min = rules->max_10min,
         .max_hour = rules->max_hour,
         .max_day = rules->max_day});
}

struct op make_redeem_code(struct maker *maker, struct model *model)
{
    const struct maker_rules *rules = &maker->rules;
    const struct model_challenge *challenge = pick_challenge(maker, model, 1);
    struct slice id = challenge == NULL ? maker_name(maker, 'r', MAKER_NOBODY) : challenge->id;
    int64_t number = next_number(maker);
    bool invited = maker_chance(maker, 35);
    struct slice given = invited ? pick_code(maker, model) : SLICE_ABSENT;
    int64_t now_us = maker_time(maker);

    return NEW_OP(
        maker, redeem_code,
        {.challenge_id = id,
         .purpose = 1,
         .mac = mac_of(maker, id, 75),
         .request_id = maker_name(maker, 'r', number),
         .now_us = now_us,
         .own_code =
             maker_name(maker, 'A', maker_chance(maker, 90) ? number : pick_account(maker, model)),
         .guess_hour = rules->guess_hour,
         .guess_day = rules->guess_day,
         .invite_given = given,
         .invite_forgiven = invited ? pick_code(maker, model) : SLICE_ABSENT,
         .refuse_cycles = maker_chance(maker, maker->rules.refuse_percent),
         .device_name = maker_chance(maker, 50) ? PICK(maker, "phone", "laptop", "") : SLICE_ABSENT,
         .user_agent = PICK(maker, "agent 1", "agent 2"),
         .address = PICK(maker, "192.0.2.1", "192.0.2.2"),
         .expires_us = now_us + rules->session_ttl_us,
         .session_max = rules->session_max,
         .idempotent = maker_chance(maker, 50),
         .fingerprint = SLICE_LIT("body")});
}

struct op make_redeem_phone_change(struct maker *maker, struct model *model)
{
    const struct model_challenge *challenge = pick_challenge(maker, model, 2);
    struct slice id = challenge == NULL ? maker_name(maker, 'r', MAKER_NOBODY) : challenge->id;
    struct caller caller = pick_caller(maker, model);

    /* As a rule the account that asked. */
    for (unsigned i = 0; challenge != NULL && maker_chance(maker, 90) && i < model->session_count;
         i++)
        if (model->sessions[i].account_id == challenge->account_id)
            caller = (struct caller){model->sessions[i].id, challenge->account_id};
    return NEW_OP(maker, redeem_phone_change,
                  {.challenge_id = id,
                   .mac = mac_of(maker, id, 80),
                   .request_id = new_request(maker),
                   .now_us = maker_time(maker),
                   .guess_hour = maker->rules.guess_hour,
                   .guess_day = maker->rules.guess_day,
                   CALLER_OF(caller),
                   .address = SLICE_LIT("192.0.2.3")});
}

struct op make_refresh_session(struct maker *maker, struct model *model)
{
    struct model_session nobody = {.id = MAKER_NOBODY,
                                   .seed = maker_name(maker, 'r', MAKER_NOBODY)};
    const struct model_session *session = &nobody;
    unsigned drawn = maker_below(maker, 100);
    int64_t now_us = maker_time(maker);
    int64_t generation;

    if (model->session_count > 0)
        session = &model->sessions[maker_below(maker, model->session_count)];
    generation = drawn < 65   ? session->generation
                 : drawn < 90 ? session->generation - 1
                 : drawn < 96 ? session->generation - 2
                              : session->generation + 1;
    return NEW_OP(maker, refresh_session,
                  {.session_id = session->id,
                   .seed = maker_chance(maker, 97) ? session->seed : SLICE_LIT("another seed"),
                   .generation = generation < 0 ? 0 : generation,
                   .now_us = now_us,
                   .grace_us = maker->rules.grace_us,
                   .expires_us = now_us + maker->rules.session_ttl_us,
                   .address = PICK(maker, "198.51.100.1", "198.51.100.2")});
}

struct op make_activate_invite(struct maker *maker, struct model *model)
{
    struct caller caller = pick_caller(maker, model);
    bool given = maker_chance(maker, 95);

    return NEW_OP(maker, activate_invite,
                  {CALLER_OF(caller), .request_id = new_request(maker), .now_us = maker_time(maker),
                   .invite_given = given ? pick_code(maker, model) : SLICE_ABSENT,
                   .invite_forgiven = given ? pick_code(maker, model) : SLICE_ABSENT,
                   .refuse_cycles = maker_chance(maker, maker->rules.refuse_percent)});
}

struct slice pick_text(struct maker *maker)
{
    return maker_chance(maker, 25) ? SLICE_ABSENT
                                   : PICK(maker, "Anna", "", "\xd0\x9e\xd0\xbc\xd1\x81\xd0\xba");
}

struct op make_update_account(struct maker *maker, struct model *model)
{
    struct caller caller = pick_caller(maker, model);

    return NEW_OP(maker, update_account,
                  {CALLER_OF(caller), .now_us = maker_time(maker),
                   .set_email = maker_chance(maker, 40), .email = pick_text(maker),
                   .set_first_name = maker_chance(maker, 40), .first_name = pick_text(maker),
                   .set_last_name = maker_chance(maker, 40), .last_name = pick_text(maker),
                   .set_city = maker_chance(maker, 40), .city = pick_text(maker),
                   .set_telegram_id = maker_chance(maker, 40), .telegram_id = pick_text(maker),
                   .set_locale = maker_chance(maker, 40), .locale = PICK(maker, "en", "ru")});
}

struct op make_set_avatar(struct maker *maker, struct model *model)
{
    struct caller caller = pick_caller(maker, model);
    struct slice hash =
        maker_chance(maker, 70) ? pick_avatar(maker, caller.account_id) : SLICE_ABSENT;

    /* Like the picture, the name is made of it. */
    return NEW_OP(
        maker, set_avatar,
        {CALLER_OF(caller), .now_us = maker_time(maker), .avatar_hash = hash, .avatar_data = hash});
}
