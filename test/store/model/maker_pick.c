/* Drawing what operations are about. */
#include "maker_pick.h"

#include "base/check.h"

struct slice maker_pick(struct maker *maker, const char *const *texts, unsigned count)
{
    return slice_str(texts[maker_below(maker, count)]);
}

struct slice pick_phone(struct maker *maker)
{
    return maker_name(maker, '+', 1001 + maker_below(maker, maker->rules.phones));
}

int64_t next_number(struct maker *maker)
{
    CHECK(maker->last_number < MAKER_NOBODY - 1);
    return ++maker->last_number;
}

struct slice new_request(struct maker *maker)
{
    return maker_name(maker, 'r', next_number(maker));
}

struct caller pick_caller(struct maker *maker, const struct model *model)
{
    const struct model_session *session;
    struct caller caller = {0};

    if (model->session_count == 0)
        return caller;
    session = &model->sessions[maker_below(maker, model->session_count)];
    caller = (struct caller){session->id, session->account_id};
    if (maker_chance(maker, 4))
        caller.session_id = model->sessions[maker_below(maker, model->session_count)].id;
    if (maker_chance(maker, 4))
        caller.session_id = 1 + maker_below(maker, (unsigned)maker->last_number);
    return caller;
}

int64_t pick_account(struct maker *maker, const struct model *model)
{
    if (model->account_count == 0 || maker_chance(maker, 3))
        return MAKER_NOBODY;
    return model->accounts[maker_below(maker, model->account_count)].shown.id;
}

struct slice pick_code(struct maker *maker, const struct model *model)
{
    if (maker_chance(maker, 5))
        return SLICE_LIT("");
    return maker_name(maker, 'A', pick_account(maker, model));
}

const struct model_challenge *pick_challenge(struct maker *maker, const struct model *model,
                                             int64_t purpose)
{
    for (unsigned i = model->challenge_count; i-- > 0;) {
        const struct model_challenge *challenge = &model->challenges[i];

        if ((challenge->purpose == purpose || maker_chance(maker, 3)) && maker_chance(maker, 50))
            return challenge;
    }
    return NULL;
}

struct slice pick_avatar(struct maker *maker, int64_t account_id)
{
    return maker_name(maker, maker_chance(maker, 50) ? 'g' : 'h', account_id);
}
