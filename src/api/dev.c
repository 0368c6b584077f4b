/*
 * Development mode: the simulated handset and the clock that can be moved.
 */
#include "api/body.h"
#include "api/handset_feed.h"
#include "api/header.h"
#include "api/routes.h"
#include "base/clock.h"
#include "domain/phone.h"

/* Ten years: enough to see anything expire. */
#define ADVANCE_MAX_S (INT64_C(10) * 366 * 24 * 3600)

enum ask_result dev_ask_outbox(struct call *call)
{
    struct list_handset_in *in = call->in;
    const char *region = call->settings->phone_region;
    struct slice text = http_query(call->request, "phone");
    struct phone phone;

    if (slice_is_absent(text))
        return ASK_STORE;
    if (phone_parse(text, region, &phone) != PHONE_OK && !phone_parse_example(text, region, &phone))
        return call_refuse_field(call, PROBLEM_FIELD_INVALID, "phone");
    in->phone = arena_copy(call->arena, slice_str(phone.e164));
    return ASK_STORE;
}

enum answer_result dev_answer_outbox(struct call *call)
{
    struct json *json = call_json(call, 200);

    jsonw_array(json, NULL);
    for (unsigned i = 0; i < call->job.row_count; i++) {
        const struct list_handset_row *row = STORE_ROW_AT(&call->job, list_handset, i);

        jsonw_object(json);
        jsonw_str(json, "phone", row->phone);
        jsonw_str(json, "text", row->text);
        jsonw_str(json, "code", row->code);
        jsonw_str(json, "channel", row->channel);
        jsonw_str(json, "provider", row->provider);
        jsonw_time(json, "sent_at", row->sent_us);
        jsonw_time(json, "delivered_at", row->delivered_us);
        jsonw_end(json);
    }
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

enum ask_result dev_ask_events(struct call *call)
{
    struct list_messages_in *in = call->in;
    int64_t *since_us = ARENA_NEW(call->arena, int64_t);

    *since_us = header_event_us(http_header(call->request, "Last-Event-ID"));
    call->state = since_us;
    in->most = HANDSET_FEED_MOST;
    return ASK_STORE;
}

enum answer_result dev_answer_events(struct call *call)
{
    const int64_t *since_us = call->state;

    return handset_feed_join(call->loop->handset, call, *since_us) ? ANSWER_TAKEN : ANSWER_READY;
}

enum ask_result dev_ask_clock(struct call *call)
{
    int64_t advance_s = 0;
    const struct body_field fields[] = {
        {"advance_s", true, BODY_INT, 0, false, NULL, &advance_s, NULL},
    };
    struct json *json;

    if (!body_read(call, fields, ARRAY_LEN(fields)))
        return ASK_ANSWERED;
    if (advance_s < 0 || advance_s > ADVANCE_MAX_S)
        return call_refuse_field(call, PROBLEM_FIELD_INVALID, "advance_s");
    clock_advance_us(advance_s * US_PER_S);
    /* Messages may have become due. */
    if (call->app->message_due != NULL)
        call->app->message_due(call->app->sender, 0);
    json = call_json(call, 200);
    jsonw_object(json);
    jsonw_time(json, "now", clock_now_us());
    jsonw_end(json);
    call_json_end(call);
    return ASK_ANSWERED;
}
