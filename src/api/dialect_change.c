/*
 * dialect: changes of profiles (script update_person).
 */
#include "api/admin_call.h"
#include "api/avatar_call.h"
#include "api/challenge_call.h"
#include "api/dialect.h"
#include "api/invite_call.h"
#include "base/metric.h"

static void fill_update(const struct call *call, struct update_person_in *in)
{
    *in = (struct update_person_in){
        ADMIN_CALLER(call, SLICE_ABSENT), .is_open = call->is_open, .most = DIALECT_LIST_MAX,
        .refuse_cycles = strcmp(call->settings->invite_cycles, "refuse") == 0};
}

bool dialect_fill_update_by_phone(struct call *call)
{
    struct update_person_in *in = call->in;

    fill_update(call, in);
    return dialect_param_phone(call, &in->phone);
}

bool dialect_fill_update_by_id(struct call *call)
{
    struct update_person_in *in = call->in;

    fill_update(call, in);
    return dialect_param_id(call, &in->account_id);
}

bool dialect_set(struct call *call, enum profile_field field, const char *name, bool given,
                 struct slice text)
{
    struct update_person_in *in = call->in;
    struct slice value = SLICE_ABSENT;
    const struct {
        int64_t *set;
        struct slice *value;
    } targets[] = {
        [PROFILE_EMAIL] = {&in->set_email, &in->email},
        [PROFILE_FIRST_NAME] = {&in->set_first_name, &in->first_name},
        [PROFILE_LAST_NAME] = {&in->set_last_name, &in->last_name},
        [PROFILE_CITY] = {&in->set_city, &in->city},
        [PROFILE_TELEGRAM_ID] = {&in->set_telegram_id, &in->telegram_id},
    };

    if (!given)
        return true;
    if (!slice_is_absent(text) && !profile_read(field, text, &value)) {
        (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, name);
        return false;
    }
    *targets[field].set = 1;
    *targets[field].value = value;
    return true;
}

bool dialect_change(struct call *call, const struct dialect_change *change)
{
    return dialect_set(call, change->field, change->name, change->given, change->text);
}

bool dialect_set_invite(struct call *call, struct slice text)
{
    struct update_person_in *in = call->in;

    invite_read(call, text, &in->invite_given, &in->invite_forgiven);
    return slice_is_absent(text) || call_limit(call, ADDRESS_LIMIT_INVITE);
}

bool dialect_set_invite_once(struct call *call, struct slice text)
{
    struct update_person_in *in = call->in;

    in->once = !slice_is_absent(text);
    return dialect_set_invite(call, text);
}

bool dialect_set_phone(struct call *call, const char *name, struct slice text)
{
    const char *region = call->settings->phone_region;
    struct update_person_in *in = call->in;
    struct phone phone;

    if (slice_is_absent(text))
        return true;
    /* One that no code may be sent to can be somebody's, too. */
    if (phone_parse(text, region, &phone) != PHONE_OK &&
        !phone_parse_example(text, region, &phone)) {
        (void)call_refuse_field(call, PROBLEM_PHONE_INVALID, name);
        return false;
    }
    in->own_phone = arena_copy(call->arena, slice_str(phone.e164));
    return true;
}

bool dialect_set_proof(struct call *call, const char *name, struct slice code)
{
    struct update_person_in *in = call->in;
    uint8_t named[CODE_CHALLENGE_BYTES];

    if (slice_is_absent(code) || slice_is_absent(in->own_phone))
        return true;
    challenge_phone_id(call, in->own_phone, named);
    if (!challenge_guess(call, slice_of(named, sizeof(named)), code, name, &in->mac))
        return false;
    in->guess_hour = call->settings->guess_hour;
    in->guess_day = call->settings->guess_day;
    call->phone = in->own_phone;
    return call_limit(call, ADDRESS_LIMIT_GUESS);
}

static void on_picture(struct call *call, const struct avatar *avatar)
{
    struct update_person_in *in = call->in;
    enum problem_id id = avatar_problem(avatar->outcome);

    if (avatar->outcome == IMAGE_OK) {
        in->set_avatar = 1;
        in->avatar_hash = avatar->hash;
        in->avatar_data = avatar->webp;
        call_resume(call, ASK_STORE);
    } else if (problem_status(id) == 413 || problem_status(id) >= 500) {
        call_resume(call, call_refuse(call, id));
    } else {
        call_resume(call, call_refuse_field(call, id, "avatar"));
    }
}

/* The names of the fields that are changed, for the audit; what people write is not for it. */
static struct slice change_detail(struct call *call, bool avatar)
{
    const struct update_person_in *in = call->in;
    const struct {
        const char *name;
        bool given;
    } fields[] = {
        {"phone", !slice_is_absent(in->mac)},
        {"email", in->set_email == 1},
        {"first_name", in->set_first_name == 1},
        {"last_name", in->set_last_name == 1},
        {"city", in->set_city == 1},
        {"telegram_id", in->set_telegram_id == 1},
        {"avatar", avatar},
        {"invite_code", !slice_is_absent(in->invite_given)},
    };
    struct buf text;
    struct json json = admin_detail(call, &text);

    jsonw_array(&json, "fields");
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (fields[i].given)
            jsonw_cstr(&json, NULL, fields[i].name);
    jsonw_end(&json);
    return admin_detail_end(&json);
}

enum ask_result dialect_ask_update(struct call *call, bool given, struct slice picture)
{
    struct update_person_in *in = call->in;

    in->detail = change_detail(call, given);
    if (!slice_is_absent(picture))
        return avatar_make(call, in->account_id, picture, on_picture);
    in->set_avatar = given;
    return ASK_STORE;
}

/* Before, by whichever request? */
static bool was_activated(const struct call *call)
{
    const struct update_person_row *row = STORE_ROW(&call->job, update_person);

    return row->invited_by != 0 && row->activated == 0;
}

enum activation_outcome dialect_activation(struct call *call)
{
    const struct update_person_in *in = call->in;
    const struct update_person_row *row = STORE_ROW(&call->job, update_person);
    const struct activation_facts facts = {.done = row->activated == 1,
                                           .account_id = row->account.id,
                                           .inviter_id = row->inviter_id,
                                           .invited_by = row->invited_by};

    if (facts.done) {
        metric_count(METRIC_ACTIVATIONS);
        call->phone = row->account.phone;
        call_tally(call, STAT_ACTIVATIONS);
    }
    if (slice_is_absent(in->invite_given) ||
        (row->inviter_id != 0 && row->inviter_id == row->invited_by))
        return ACTIVATION_DONE;
    return activation_outcome(&facts);
}

enum activation_outcome dialect_activation_once(struct call *call)
{
    const struct update_person_in *in = call->in;
    enum activation_outcome outcome = dialect_activation(call);

    return outcome == ACTIVATION_DONE && in->once == 1 && was_activated(call) ? ACTIVATION_ALREADY
                                                                              : outcome;
}

/* Of a guess at the code of the new number. */
static enum challenge_outcome outcome_of(struct call *call, const struct update_person_row *row)
{
    struct challenge_facts facts = challenge_facts(&row->challenge_state);
    enum challenge_outcome outcome;

    facts.found = row->found == 1;
    outcome = challenge_outcome(&facts, call->now_us);
    if (outcome == CHALLENGE_RIGHT)
        call_limit_undo(call);
    if ((outcome == CHALLENGE_USED || outcome == CHALLENGE_SUPERSEDED) &&
        challenge_is_guarded(call))
        return CHALLENGE_UNKNOWN;
    return outcome;
}

/* It is proven, or nobody asks for a proof. False: call->reply says why not. */
static bool is_proven(struct call *call, const char *name, const char *proof)
{
    const struct update_person_in *in = call->in;
    const struct update_person_row *row = STORE_ROW(&call->job, update_person);
    enum challenge_outcome outcome;

    if (slice_is_absent(in->mac)) {
        if (call->is_open)
            return true;
        dialect_refuse_text(
            call, name,
            arena_printf(call->arena,
                         dialect_locale(call) == LOCALE_RU
                             ? "Новый номер подтверждается: запросите на него код и пришлите в %s."
                             : "A new number is to be proved: have a code sent to it, as `%s`.",
                         proof));
        return false;
    }
    outcome = outcome_of(call, row);
    if (outcome != CHALLENGE_RIGHT)
        challenge_refuse_guess(call, outcome, row->challenge_state.attempts_left,
                               row->challenge_state.nth_hour_us, row->challenge_state.nth_day_us);
    return outcome == CHALLENGE_RIGHT;
}

bool dialect_settled_phone(struct call *call, const char *name, const char *proof)
{
    const struct update_person_in *in = call->in;
    const struct update_person_row *row = STORE_ROW(&call->job, update_person);

    if (slice_is_absent(in->own_phone))
        return true;
    if (slice_eq(in->own_phone, row->account.phone)) {
        if (!slice_is_absent(in->mac) && outcome_of(call, row) == CHALLENGE_RIGHT)
            call_limit_refund(call, ADDRESS_LIMIT_SEND);
        return true;
    }
    if (!is_proven(call, name, proof))
        return false;
    if (row->taken == 1)
        (void)call_refuse_field(call, PROBLEM_PHONE_TAKEN, name);
    return row->taken == 0;
}
