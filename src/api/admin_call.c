#include "api/admin_call.h"

#include "domain/id.h"

#define PAGE_DEFAULT 50
#define PAGE_MAX 100

/* A query of 254 bytes, each escaped, and some words. */
#define DETAIL_BYTES_MAX 2048

struct json admin_detail(struct call *call, struct buf *ret_text)
{
    struct json json;

    *ret_text = buf_new(call->arena, 128, DETAIL_BYTES_MAX);
    json = jsonw_new(ret_text);
    jsonw_object(&json);
    return json;
}

struct slice admin_detail_end(struct json *json)
{
    struct slice text;
    bool whole;

    jsonw_end(json);
    text = buf_view(json->buf, &whole);
    return whole ? text : SLICE_ABSENT;
}

bool admin_read_id(struct call *call, int64_t *ret_id)
{
    if (id_parse(call->param, ret_id))
        return true;
    (void)call_refuse(call, PROBLEM_ACCOUNT_UNKNOWN);
    return false;
}

/* 1 to `max`; 0 for anything else. */
static int64_t read_limit(struct slice text, int64_t absent, int64_t max)
{
    int64_t limit;

    if (slice_is_absent(text))
        return absent;
    return id_parse(text, &limit) && limit <= max ? limit : 0;
}

bool admin_page_read(struct call *call, struct admin_page *ret_page)
{
    struct slice cursor = http_query(call->request, "cursor");

    *ret_page = (struct admin_page){
        .limit = read_limit(http_query(call->request, "limit"), PAGE_DEFAULT, PAGE_MAX),
        .is_first = slice_is_absent(cursor),
        .place = SLICE_LIT(""),
    };
    if (ret_page->limit == 0) {
        (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, "limit");
        return false;
    }
    if (!ret_page->is_first &&
        !cursor_long_parse(call->app->keyring.cursor, call->caller.account_id, cursor,
                           &ret_page->after, arena_alloc(call->arena, CURSOR_PLACE_MAX),
                           &ret_page->place)) {
        (void)call_refuse(call, PROBLEM_CURSOR_INVALID);
        return false;
    }
    return true;
}

void admin_page_end(struct call *call, struct json *json, bool more, const struct cursor *last,
                    struct slice place)
{
    char text[CURSOR_LONG_SIZE];

    if (!more) {
        jsonw_null(json, "next_cursor");
        return;
    }
    cursor_long_format(call->app->keyring.cursor, call->caller.account_id, last, place, text);
    jsonw_cstr(json, "next_cursor", text);
}
