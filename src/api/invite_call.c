#include "api/invite_call.h"

#include "domain/invite.h"
#include "domain/phone.h"

void invite_read(struct call *call, struct slice text, struct slice *ret_given,
                 struct slice *ret_forgiven)
{
    char *given = arena_alloc(call->arena, INVITE_TEXT_SIZE);
    char *forgiven = arena_alloc(call->arena, INVITE_TEXT_SIZE);

    if (slice_is_absent(text))
        return;
    if (!invite_code_read(text, call->settings->invite_alphabet, given, forgiven)) {
        *ret_given = SLICE_LIT("");
        *ret_forgiven = SLICE_LIT("");
        return;
    }
    *ret_given = slice_str(given);
    *ret_forgiven = slice_str(forgiven);
}

enum problem_id invite_problem(enum activation_outcome outcome)
{
    switch (outcome) {
    case ACTIVATION_UNKNOWN:
        return PROBLEM_INVITE_UNKNOWN;
    case ACTIVATION_OWN:
        return PROBLEM_INVITE_OWN;
    case ACTIVATION_ALREADY:
        return PROBLEM_INVITE_ALREADY_ACTIVATED;
    case ACTIVATION_CYCLE:
        return PROBLEM_INVITE_CYCLE;
    case ACTIVATION_DONE:
        break;
    }
    return PROBLEM_INTERNAL_ERROR;
}

const char *invite_status(enum activation_outcome outcome)
{
    return outcome == ACTIVATION_DONE ? "activated" : problem_code(invite_problem(outcome));
}

struct slice invitee_phone(const struct call *call, struct slice phone)
{
    char masked[PHONE_MASK_SIZE];

    if (slice_is_absent(phone) || strcmp(call->settings->invite_phones, "masked") != 0)
        return phone;
    phone_mask(arena_str(call->arena, phone), masked);
    return arena_copy(call->arena, slice_str(masked));
}

void invitee_json(const struct call *call, struct json *json, struct slice phone,
                  int64_t invited_us)
{
    jsonw_object(json);
    jsonw_str(json, "phone", invitee_phone(call, phone));
    jsonw_time(json, "activated_at", invited_us);
    jsonw_end(json);
}
