/* Operations of administrators, of sites that people sign in to, and of whoever has a token. */
#include "maker_pick.h"

static const struct model_grant *pick_grant(struct maker *maker, const struct model *model)
{
    for (unsigned i = model->grant_count; i-- > 0;)
        if (maker_chance(maker, 60))
            return &model->grants[i];
    return NULL;
}

static struct slice pick_challenge_text(struct maker *maker)
{
    return maker_chance(maker, 40) ? SLICE_ABSENT : PICK(maker, "S256 of one", "S256 of another");
}

struct op make_create_grant(struct maker *maker, struct model *model)
{
    struct caller caller = pick_caller(maker, model);
    int64_t now_us = maker_time(maker);

    return NEW_OP(
        maker, create_grant,
        {CALLER_OF(caller), .now_us = now_us, .hash = maker_name(maker, 'q', next_number(maker)),
         .host = PICK(maker, "shop.example", "forum.example"),
         .code_challenge = pick_challenge_text(maker),
         .expires_us = now_us + maker->rules.grant_ttl_us, .most = maker->rules.grant_max});
}

struct op make_exchange_grant(struct maker *maker, struct model *model)
{
    const struct model_grant *grant = pick_grant(maker, model);
    struct slice asked = grant == NULL ? SLICE_ABSENT : grant->code_challenge;
    int64_t now_us = maker_time(maker);

    return NEW_OP(maker, exchange_grant,
                  {.hash = grant == NULL ? maker_name(maker, 'q', MAKER_NOBODY) : grant->hash,
                   .code_challenge = maker_chance(maker, 90) ? asked : pick_challenge_text(maker),
                   .request_id = new_request(maker),
                   .now_us = now_us,
                   .user_agent = PICK(maker, "site 1", "site 2"),
                   .address = PICK(maker, "203.0.113.1", "203.0.113.2"),
                   .expires_us = now_us + maker->rules.session_ttl_us,
                   .session_max = maker->rules.session_max});
}

/* An access token names an account, a refresh token has a seed. */
static struct slice seed_of(const struct model *model, int64_t session_id)
{
    for (unsigned i = 0; i < model->session_count; i++)
        if (model->sessions[i].id == session_id)
            return model->sessions[i].seed;
    return SLICE_LIT("another seed");
}

struct op make_introspect_token(struct maker *maker, struct model *model)
{
    struct caller caller = pick_caller(maker, model);
    bool access = maker_chance(maker, 50);

    return NEW_OP(maker, introspect_token,
                  {.session_id = caller.session_id,
                   .account_id = access ? caller.account_id : 0,
                   .seed = access ? SLICE_ABSENT : seed_of(model, caller.session_id),
                   .now_us = maker_time(maker)});
}

struct op make_revoke_token(struct maker *maker, struct model *model)
{
    struct caller caller = pick_caller(maker, model);
    bool access = maker_chance(maker, 50);

    return NEW_OP(maker, revoke_token,
                  {.session_id = caller.session_id,
                   .account_id = access ? caller.account_id : 0,
                   .seed = access ? SLICE_ABSENT : seed_of(model, caller.session_id),
                   .now_us = maker_time(maker),
                   .address = SLICE_LIT("203.0.113.3"),
                   .detail = SLICE_LIT("shop.example")});
}

struct caller pick_staff(struct maker *maker, struct model *model)
{
    unsigned first;

    if (model->session_count == 0 || maker_chance(maker, 15))
        return pick_caller(maker, model);
    first = maker_below(maker, model->session_count);
    for (unsigned i = 0; i < model->session_count; i++) {
        const struct model_session *session = &model->sessions[(first + i) % model->session_count];

        if (slice_eq_str(model_account(model, session->account_id)->shown.role, "admin"))
            return (struct caller){session->id, session->account_id};
    }
    return pick_caller(maker, model);
}

#define STAFF_OF(maker, caller)                                          \
    .session_id = (caller).session_id, .caller_id = (caller).account_id, \
    .now_us = maker_time(maker), .request_id = new_request(maker),       \
    .address = SLICE_LIT("192.0.2.6"), .detail = SLICE_LIT("{}")

struct op make_admin_update_account(struct maker *maker, struct model *model)
{
    struct caller caller = pick_staff(maker, model);

    return NEW_OP(
        maker, admin_update_account,
        {STAFF_OF(maker, caller), .account_id = pick_account(maker, model),
         .role = maker_chance(maker, 40) ? PICK(maker, "user", "moderator", "admin") : SLICE_ABSENT,
         .disable = maker_chance(maker, 15) ? 1 : (int64_t)maker_below(maker, 2) - 1,
         .set_email = maker_chance(maker, 30), .email = pick_text(maker),
         .set_first_name = maker_chance(maker, 30), .first_name = pick_text(maker),
         .set_last_name = maker_chance(maker, 30), .last_name = pick_text(maker),
         .set_city = maker_chance(maker, 30), .city = pick_text(maker),
         .set_telegram_id = maker_chance(maker, 30), .telegram_id = pick_text(maker),
         .most = maker_chance(maker, 50) ? 1 : 1000});
}

struct op make_admin_end_sessions(struct maker *maker, struct model *model)
{
    struct caller caller = pick_staff(maker, model);
    struct caller target = pick_caller(maker, model);

    return NEW_OP(
        maker, admin_end_sessions,
        {STAFF_OF(maker, caller),
         .account_id = maker_chance(maker, 90) ? target.account_id : pick_account(maker, model),
         .target_id = maker_chance(maker, 40) ? 0 : target.session_id});
}

struct op make_admin_erase_account(struct maker *maker, struct model *model)
{
    struct caller caller = pick_staff(maker, model);

    return NEW_OP(maker, admin_erase_account,
                  {STAFF_OF(maker, caller), .account_id = pick_account(maker, model)});
}

struct op maker_look_at_grant(struct maker *maker, const struct model_grant *grant)
{
    return NEW_OP(maker, exchange_grant,
                  {.hash = grant->hash,
                   .code_challenge = SLICE_LIT("nobody's"),
                   .request_id = maker_name(maker, 'r', MAKER_NOBODY),
                   .now_us = maker->now_us});
}
