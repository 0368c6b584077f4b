/*
 * dialect: profiles, erasing, and lists of people. For changes of profiles see dialect_change.c.
 */
#include "api/admin_call.h"
#include "api/dialect.h"
#include "api/invite_call.h"
#include "base/random.h"
#include "domain/id.h"

bool dialect_param_phone(struct call *call, struct slice *ret_phone)
{
    const char *region = call->settings->phone_region;
    struct phone phone;

    if (phone_parse(call->param, region, &phone) != PHONE_OK &&
        !(call->settings->dev && phone_parse_example(call->param, region, &phone))) {
        (void)call_refuse(call, PROBLEM_NOT_FOUND);
        return false;
    }
    *ret_phone = arena_copy(call->arena, slice_str(phone.e164));
    return true;
}

bool dialect_param_id(struct call *call, int64_t *ret_id)
{
    if (id_parse(call->param, ret_id))
        return true;
    (void)call_refuse(call, PROBLEM_NOT_FOUND);
    return false;
}

static void fill_read(const struct call *call, struct read_person_in *in)
{
    in->session_id = call->caller.session_id;
    in->caller_id = call->caller.account_id;
    in->is_open = call->is_open;
    in->most = DIALECT_LIST_MAX;
    in->now_us = call->now_us;
}

enum ask_result dialect_ask_person_by_phone(struct call *call)
{
    struct read_person_in *in = call->in;

    fill_read(call, in);
    return dialect_param_phone(call, &in->phone) ? ASK_STORE : ASK_ANSWERED;
}

enum ask_result dialect_ask_person_by_id(struct call *call)
{
    struct read_person_in *in = call->in;

    fill_read(call, in);
    return dialect_param_id(call, &in->account_id) ? ASK_STORE : ASK_ANSWERED;
}

static const struct account_part *account_of(const struct call *call)
{
    if (call->job.script == &script_update_person)
        return &STORE_ROW(&call->job, update_person)->account;
    if (call->job.script == &script_look_person)
        return &STORE_ROW(&call->job, look_person)->account;
    return &STORE_ROW(&call->job, read_person)->account;
}

static struct slice invitee_of(const struct call *call, unsigned row)
{
    if (call->job.script == &script_update_person)
        return STORE_ROW_AT(&call->job, update_person, row)->invitee_phone;
    if (call->job.script == &script_look_person)
        return STORE_ROW_AT(&call->job, look_person, row)->invitee_phone;
    return STORE_ROW_AT(&call->job, read_person, row)->invitee_phone;
}

const struct account_part *dialect_person(struct call *call)
{
    const struct account_part *account = account_of(call);

    if (account->id != 0)
        return account;
    (void)call_refuse(call, PROBLEM_NOT_FOUND);
    return NULL;
}

static bool must_be_noted(const struct call *call)
{
    return call->job.script == &script_read_person &&
           STORE_ROW(&call->job, read_person)->by_staff == 1;
}

/* The same by the script that notes it. Only administrators who look at others go twice. */
static enum answer_result look(struct call *call)
{
    const struct read_person_in *read = call->in;
    struct look_person_in *in = ARENA_NEW(call->arena, struct look_person_in);

    random_bytes(call->request_id, sizeof(call->request_id));
    *in = (struct look_person_in){ADMIN_CALLER(call, SLICE_ABSENT), .is_open = read->is_open,
                                  .phone = read->phone, .account_id = read->account_id,
                                  .most = read->most};
    call->in = in;
    call->job.in = in;
    call->job.script = &script_look_person;
    return ANSWER_AGAIN;
}

enum answer_result dialect_answer_person(struct call *call,
                                         void (*write)(struct call *call,
                                                       const struct account_part *account))
{
    const struct account_part *account;

    if (must_be_noted(call))
        return look(call);
    account = dialect_person(call);
    if (account != NULL)
        write(call, account);
    return ANSWER_READY;
}

void dialect_invitees_json(struct call *call, struct json *json, const char *name,
                           struct slice (*show)(struct call *call, struct slice phone))
{
    jsonw_array(json, name);
    for (unsigned i = 0; i < call->job.row_count; i++) {
        struct slice phone = invitee_of(call, i);

        /* One whose account was erased has none; they count, but cannot be shown. */
        if (slice_is_absent(phone))
            continue;
        phone = invitee_phone(call, phone);
        jsonw_str(json, NULL, show == NULL ? phone : show(call, phone));
    }
    jsonw_end(json);
}

enum ask_result dialect_ask_erase(struct call *call)
{
    struct erase_account_in *in = call->in;

    *in = (struct erase_account_in){ADMIN_CALLER(call, SLICE_ABSENT), .is_open = call->is_open};
    return dialect_param_id(call, &in->account_id) ? ASK_STORE : ASK_ANSWERED;
}

enum answer_result dialect_answer_erase(struct call *call)
{
    if (STORE_ROW(&call->job, erase_account)->erased == 1)
        call_empty(call, 204);
    else
        (void)call_refuse(call, PROBLEM_NOT_FOUND);
    return ANSWER_READY;
}

enum ask_result dialect_ask_people(struct call *call)
{
    struct list_people_in *in = call->in;
    struct slice after = http_query(call->request, "after");
    struct buf text;
    struct json detail = admin_detail(call, &text);
    int64_t after_id = 0;

    if (!slice_is_absent(after) && !slice_eq_str(after, "0") && !id_parse(after, &after_id))
        return call_refuse_field(call, PROBLEM_FIELD_INVALID, "after");
    jsonw_id(&detail, "after", after_id);
    *in = (struct list_people_in){ADMIN_CALLER(call, admin_detail_end(&detail)),
                                  .is_open = call->is_open, .after_id = after_id,
                                  .most = DIALECT_LIST_MAX};
    return ASK_STORE;
}

unsigned dialect_people_begin(struct call *call, struct json **ret_json)
{
    unsigned count = call->job.row_count;
    int64_t last_id = STORE_ROW_AT(&call->job, list_people, count - 1)->account.id;

    *ret_json = call_json(call, 200);
    jsonw_array(*ret_json, NULL);
    if (last_id == 0)
        return 0;
    if (count == DIALECT_LIST_MAX)
        http_reply_header(
            &call->reply, "Link",
            arena_printf(call->arena, "<?after=%lld>; rel=\"next\"", (long long)last_id).ptr);
    return count;
}
