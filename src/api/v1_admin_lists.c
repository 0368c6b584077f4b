/*
 * /v1/admin/deliveries and /v1/admin/audit: what became of messages, and who did what.
 */
#include "api/admin_call.h"
#include "api/routes.h"
#include "base/base64url.h"
#include "domain/account_query.h"
#include "domain/id.h"

/* Of outbox.state, in its order. */
static const char *const states[] = {"waiting", "sending", "delivered", "failed"};
#define STATE_ANY (-1)
#define STATE_DONE 2

/* Longest name of an event. */
#define EVENT_MAX 64

static bool read_state(struct slice text, int64_t *ret_state)
{
    *ret_state = STATE_ANY;
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (slice_eq_str(text, states[i]))
            *ret_state = (int64_t)i;
    return slice_is_absent(text) || *ret_state != STATE_ANY;
}

/* The number in any form; absent stays so. What is no number leaves *ret_phone absent: false. */
static bool read_phone(struct call *call, struct slice text, struct slice *ret_phone)
{
    char phones[PHONE_BEGINNINGS_MAX][PHONE_E164_SIZE];
    unsigned count;

    *ret_phone = SLICE_ABSENT;
    if (slice_is_absent(text))
        return true;
    count = phone_beginnings(text, call->settings->phone_region, phones);
    if (count == 0)
        return false;
    *ret_phone = arena_copy(call->arena, slice_str(phones[count - 1]));
    return true;
}

static struct slice deliveries_detail(struct call *call, struct slice phone, int64_t state)
{
    char masked[PHONE_MASK_SIZE];
    struct buf text;
    struct json json = admin_detail(call, &text);

    if (!slice_is_absent(phone)) {
        phone_mask(phone.ptr, masked);
        jsonw_cstr(&json, "phone", masked);
    }
    if (state != STATE_ANY)
        jsonw_cstr(&json, "state", states[state]);
    return admin_detail_end(&json);
}

enum ask_result admin_deliveries_ask(struct call *call)
{
    struct admin_list_deliveries_in *in = call->in;
    struct admin_page *page = ARENA_NEW(call->arena, struct admin_page);
    struct slice phone;
    int64_t state;

    if (!read_phone(call, http_query(call->request, "phone"), &phone))
        return call_refuse_field(call, PROBLEM_FIELD_INVALID, "phone");
    if (!read_state(http_query(call->request, "state"), &state))
        return call_refuse_field(call, PROBLEM_FIELD_INVALID, "state");
    if (!admin_page_read(call, page))
        return ASK_ANSWERED;
    call->state = page;
    *in = (struct admin_list_deliveries_in){
        ADMIN_CALLER(call, deliveries_detail(call, phone, state)),
        .phone = phone,
        .state = state,
        .before_us = page->after.at_us,
        .before_challenge = page->place,
        .before_step = page->after.id,
        .most = page->limit + 1,
    };
    return ASK_STORE;
}

static const struct admin_list_deliveries_row *delivery_of(const struct call *call, unsigned row)
{
    return STORE_ROW_AT(&call->job, admin_list_deliveries, row);
}

static struct slice challenge_text(struct call *call, struct slice id)
{
    char *text = arena_alloc(call->arena, BASE64URL_LEN(id.len) + 1);

    base64url_encode(id.ptr, id.len, text);
    return slice_str(text);
}

/* A message that is tried again has been done before; it is not done now. */
static int64_t done_us(const struct admin_list_deliveries_row *row)
{
    return row->state >= STATE_DONE ? row->done_us : 0;
}

static void write_delivery(struct call *call, struct json *json, unsigned row)
{
    const struct admin_list_deliveries_row *delivery = delivery_of(call, row);

    jsonw_str(json, "challenge_id", challenge_text(call, delivery->challenge_id));
    jsonw_int(json, "step", delivery->step);
    jsonw_str(json, "phone", delivery->phone);
    jsonw_str(json, "channel", delivery->channel);
    jsonw_str(json, "provider", delivery->provider);
    jsonw_cstr(json, "state", states[delivery->state]);
    jsonw_int(json, "attempts", delivery->attempts);
    jsonw_time(json, "created_at", delivery->created_us);
    jsonw_time(json, "due_at", delivery->due_us);
    jsonw_time(json, "done_at", done_us(delivery));
}

static const char *const delivery_columns[] = {
    "challenge_id", "step",     "phone",      "channel", "provider",
    "state",        "attempts", "created_at", "due_at",  "done_at",
};

static void write_delivery_csv(struct call *call, struct csv *csv, unsigned row)
{
    const struct admin_list_deliveries_row *delivery = delivery_of(call, row);

    csvw_str(csv, challenge_text(call, delivery->challenge_id));
    csvw_int(csv, delivery->step);
    csvw_str(csv, delivery->phone);
    csvw_str(csv, delivery->channel);
    csvw_str(csv, delivery->provider);
    csvw_cstr(csv, states[delivery->state]);
    csvw_int(csv, delivery->attempts);
    csvw_time(csv, delivery->created_us);
    csvw_time(csv, delivery->due_us);
    csvw_time(csv, done_us(delivery));
}

static struct cursor delivery_cursor(const struct call *call, unsigned row, struct slice *ret_place)
{
    const struct admin_list_deliveries_row *delivery = delivery_of(call, row);

    *ret_place = delivery->challenge_id;
    return (struct cursor){.at_us = delivery->created_us, .id = delivery->step};
}

enum answer_result admin_deliveries_answer(struct call *call)
{
    static const struct admin_list list = {
        "deliveries",   "deliveries.csv",   delivery_columns, ARRAY_LEN(delivery_columns),
        write_delivery, write_delivery_csv, delivery_cursor,
    };

    admin_list_write(call, &list, delivery_of(call, 0)->step < 0 ? 0 : call->job.row_count);
    return ANSWER_READY;
}

/* An id in the query; absent is 0. False: it is none. */
static bool read_id(struct call *call, const char *name, int64_t *ret_id)
{
    struct slice text = http_query(call->request, name);

    *ret_id = 0;
    if (slice_is_absent(text) || id_parse(text, ret_id))
        return true;
    (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, name);
    return false;
}

static bool is_event(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((text.ptr[i] < 'a' || text.ptr[i] > 'z') && text.ptr[i] != '_')
            return false;
    return slice_is_absent(text) || (text.len > 0 && text.len <= EVENT_MAX);
}

static struct slice audit_detail(struct call *call, int64_t actor_id, struct slice event)
{
    struct buf text;
    struct json json = admin_detail(call, &text);

    if (actor_id != 0)
        jsonw_id(&json, "actor_id", actor_id);
    if (!slice_is_absent(event))
        jsonw_str(&json, "event", event);
    return admin_detail_end(&json);
}

enum ask_result admin_audit_ask(struct call *call)
{
    struct admin_list_audit_in *in = call->in;
    struct slice event = http_query(call->request, "event");
    struct admin_page *page = ARENA_NEW(call->arena, struct admin_page);
    int64_t account_id;
    int64_t actor_id;

    if (!read_id(call, "account_id", &account_id) || !read_id(call, "actor_id", &actor_id))
        return ASK_ANSWERED;
    if (!is_event(event))
        return call_refuse_field(call, PROBLEM_FIELD_INVALID, "event");
    if (!admin_page_read(call, page))
        return ASK_ANSWERED;
    call->state = page;
    *in = (struct admin_list_audit_in){
        ADMIN_CALLER(call, audit_detail(call, actor_id, event)),
        .account_id = account_id,
        .actor_id = actor_id,
        .event = event,
        .before_id = page->is_first ? INT64_MAX : page->after.id,
        .most = page->limit + 1,
    };
    return ASK_STORE;
}

static const struct admin_list_audit_row *entry_of(const struct call *call, unsigned row)
{
    return STORE_ROW_AT(&call->job, admin_list_audit, row);
}

static void write_entry(struct call *call, struct json *json, unsigned row)
{
    const struct admin_list_audit_row *entry = entry_of(call, row);

    jsonw_id(json, "id", entry->id);
    jsonw_time(json, "at", entry->at_us);
    jsonw_str(json, "event", entry->event);
    jsonw_id(json, "account_id", entry->account_id);
    jsonw_id(json, "actor_id", entry->actor_id);
    jsonw_id(json, "session_id", entry->entry_session_id);
    jsonw_str(json, "address", entry->entry_address);
    jsonw_str(json, "detail", entry->entry_detail);
}

static const char *const audit_columns[] = {
    "id", "at", "event", "account_id", "actor_id", "session_id", "address", "detail",
};

static void write_entry_csv(struct call *call, struct csv *csv, unsigned row)
{
    const struct admin_list_audit_row *entry = entry_of(call, row);

    csvw_id(csv, entry->id);
    csvw_time(csv, entry->at_us);
    csvw_str(csv, entry->event);
    csvw_id(csv, entry->account_id);
    csvw_id(csv, entry->actor_id);
    csvw_id(csv, entry->entry_session_id);
    csvw_str(csv, entry->entry_address);
    csvw_str(csv, entry->entry_detail);
}

static struct cursor entry_cursor(const struct call *call, unsigned row, struct slice *ret_place)
{
    *ret_place = SLICE_LIT("");
    return (struct cursor){.id = entry_of(call, row)->id};
}

enum answer_result admin_audit_answer(struct call *call)
{
    static const struct admin_list list = {
        "entries",   "audit.csv",     audit_columns, ARRAY_LEN(audit_columns),
        write_entry, write_entry_csv, entry_cursor,
    };

    admin_list_write(call, &list, entry_of(call, 0)->id == 0 ? 0 : call->job.row_count);
    return ANSWER_READY;
}
