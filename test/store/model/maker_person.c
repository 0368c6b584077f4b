/* Operations of dialects: a person is named by number or id, by themselves or by staff. */
#include "maker_pick.h"

/* Who asks, and about whom: themselves as a rule, at times by their number. */
struct asking {
    struct caller caller;
    struct slice phone;
    int64_t account_id;
    bool is_open;
};

static struct asking pick_asking(struct maker *maker, struct model *model)
{
    struct asking asking = {.is_open = maker_chance(maker, 20)};

    asking.caller = maker_chance(maker, 40) ? pick_staff(maker, model) : pick_caller(maker, model);
    asking.account_id =
        maker_chance(maker, 60) ? asking.caller.account_id : pick_account(maker, model);
    if (asking.is_open)
        asking.caller = (struct caller){0};
    if (maker_chance(maker, 20))
        asking.phone = pick_phone(maker);
    return asking;
}

#define ASKING_OF(maker, asking)                                                             \
    .session_id = (asking).caller.session_id, .caller_id = (asking).caller.account_id,       \
    .is_open = (asking).is_open, .phone = (asking).phone, .account_id = (asking).account_id, \
    .most = (maker)->at_once || maker_chance((maker), 70) ? 100 : 1, .now_us = maker_time(maker)

/* The name of a picture is made of the account's, which a number may not tell for long. */
struct op make_update_person(struct maker *maker, struct model *model)
{
    struct asking asking = pick_asking(maker, model);
    bool invited = maker_chance(maker, 40);
    bool by_id = slice_is_absent(asking.phone);
    struct slice hash =
        by_id && maker_chance(maker, 70) ? pick_avatar(maker, asking.account_id) : SLICE_ABSENT;

    return NEW_OP(maker, update_person,
                  {ASKING_OF(maker, asking),
                   .request_id = new_request(maker),
                   .invite_given = invited ? pick_code(maker, model) : SLICE_ABSENT,
                   .invite_forgiven = invited ? pick_code(maker, model) : SLICE_ABSENT,
                   .refuse_cycles = maker_chance(maker, maker->rules.refuse_percent),
                   .once = maker_chance(maker, 50),
                   .own_phone = by_id && maker_chance(maker, 25) ? pick_phone(maker) : SLICE_ABSENT,
                   .set_email = maker_chance(maker, 30),
                   .email = pick_text(maker),
                   .set_first_name = maker_chance(maker, 30),
                   .first_name = pick_text(maker),
                   .set_last_name = maker_chance(maker, 30),
                   .last_name = pick_text(maker),
                   .set_city = maker_chance(maker, 30),
                   .city = pick_text(maker),
                   .set_telegram_id = maker_chance(maker, 30),
                   .telegram_id = pick_text(maker),
                   .set_avatar = by_id && maker_chance(maker, 20),
                   .avatar_hash = hash,
                   .avatar_data = hash,
                   .address = PICK(maker, "192.0.2.7", "192.0.2.8")});
}

struct op make_read_person(struct maker *maker, struct model *model)
{
    struct asking asking = pick_asking(maker, model);

    return NEW_OP(maker, read_person, {ASKING_OF(maker, asking)});
}

struct op make_look_person(struct maker *maker, struct model *model)
{
    struct asking asking = pick_asking(maker, model);

    return NEW_OP(maker, look_person,
                  {ASKING_OF(maker, asking), .request_id = new_request(maker),
                   .address = SLICE_LIT("192.0.2.9")});
}
