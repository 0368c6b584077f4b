#include "api/admin_call.h"

#include "domain/id.h"

#define PAGE_DEFAULT 50
#define PAGE_MAX 100

/* Of CSV, whose pages are for machines; with its auth row the store gives no more at once. */
#define CSV_ROWS_MAX 4000
/* A page of CSV ends earlier when so much is written; no row has as much as a tenth of it. */
#define CSV_BYTES_MAX ((size_t)2 << 20)
#define CSV_BYTES_ENOUGH (CSV_BYTES_MAX - ((size_t)64 << 10))

/* Two values of a setting of 1024 bytes, the old and the new, each byte escaped, and some words. */
#define DETAIL_BYTES_MAX 16384

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

static bool read_format(struct slice text, bool *ret_csv)
{
    *ret_csv = slice_eq_str(text, "csv");
    return *ret_csv || slice_is_absent(text) || slice_eq_str(text, "json");
}

static bool read_cursor(struct call *call, struct admin_page *page)
{
    struct slice text = http_query(call->request, "cursor");

    page->is_first = slice_is_absent(text);
    page->place = SLICE_LIT("");
    return page->is_first ||
           cursor_long_parse(call->app->keyring.cursor, call->caller.account_id, call->route->path,
                             text, &page->after, arena_alloc(call->arena, CURSOR_PLACE_MAX),
                             &page->place);
}

bool admin_page_read(struct call *call, struct admin_page *ret_page)
{
    struct admin_page *page = ret_page;
    const char *wrong = NULL;

    *page = (struct admin_page){0};
    if (!read_format(http_query(call->request, "format"), &page->is_csv))
        wrong = "format";
    page->limit =
        read_limit(http_query(call->request, "limit"), page->is_csv ? CSV_ROWS_MAX : PAGE_DEFAULT,
                   page->is_csv ? CSV_ROWS_MAX : PAGE_MAX);
    if (page->limit == 0)
        wrong = "limit";
    if (wrong != NULL)
        (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, wrong);
    else if (!read_cursor(call, page))
        (void)call_refuse(call, PROBLEM_CURSOR_INVALID);
    else
        return true;
    return false;
}

static void format_cursor(struct call *call, const struct cursor *last, struct slice place,
                          char out[CURSOR_LONG_SIZE])
{
    cursor_long_format(call->app->keyring.cursor, call->caller.account_id, call->route->path, last,
                       place, out);
}

void admin_page_end(struct call *call, struct json *json, bool more, const struct cursor *last,
                    struct slice place)
{
    char text[CURSOR_LONG_SIZE];

    if (!more) {
        jsonw_null(json, "next_cursor");
        return;
    }
    format_cursor(call, last, place, text);
    jsonw_cstr(json, "next_cursor", text);
}

/* The query of this request but for its cursor, as it may stand in the header Link. */
static void copy_query(struct buf *buf, struct slice query)
{
    static const char name[] = "cursor=";

    while (query.len > 0) {
        struct slice pair = slice_take(&query, '&');

        if (pair.len >= sizeof(name) - 1 && memcmp(pair.ptr, name, sizeof(name) - 1) == 0)
            continue;
        buf_char(buf, '&');
        for (size_t i = 0; i < pair.len; i++) {
            if (strchr("<>\"", pair.ptr[i]) != NULL)
                buf_printf(buf, "%%%02X", (unsigned)pair.ptr[i]);
            else
                buf_char(buf, pair.ptr[i]);
        }
    }
}

/* The cursor goes first: of several parameters of one name the first counts. */
static void add_link(struct call *call, const struct cursor *last, struct slice place)
{
    struct buf buf = buf_new(call->arena, 256, (size_t)4 * HTTP_TARGET_MAX);
    char text[CURSOR_LONG_SIZE];

    format_cursor(call, last, place, text);
    buf_printf(&buf, "<%s?cursor=%s", call->route->path, text);
    copy_query(&buf, call->request->query);
    buf_str(&buf, ">; rel=\"next\"");
    buf_char(&buf, '\0');
    http_reply_header(&call->reply, "Link", buf.ptr);
}

static void write_json(struct call *call, const struct admin_list *list, unsigned shown, bool more)
{
    struct json *json = call_json(call, 200);
    struct slice place = SLICE_LIT("");
    struct cursor last = {0};

    jsonw_object(json);
    jsonw_array(json, list->member);
    for (unsigned row = 0; row < shown; row++) {
        jsonw_object(json);
        list->json(call, json, row);
        jsonw_end(json);
    }
    jsonw_end(json);
    if (more)
        last = list->cursor(call, shown - 1, &place);
    admin_page_end(call, json, more, &last, place);
    jsonw_end(json);
    call_json_end(call);
}

static void write_head(struct csv *csv, const struct admin_list *list)
{
    buf_str(csv->buf, CSV_MARK);
    for (unsigned i = 0; i < list->column_count; i++)
        csvw_cstr(csv, list->columns[i]);
    csvw_end(csv);
}

static void write_csv(struct call *call, const struct admin_list *list, unsigned shown, bool more)
{
    const struct admin_page *page = call->state;
    struct csv csv;
    unsigned row = 0;

    /* Taken at once: it would not fit the arena with all that it outgrew. */
    call->text = buf_new(call->arena, shown < PAGE_MAX ? 4096 : CSV_BYTES_MAX, CSV_BYTES_MAX);
    csv = csvw_new(&call->text);
    if (page->is_first)
        write_head(&csv, list);
    for (; row < shown && call->text.len < CSV_BYTES_ENOUGH; row++) {
        list->csv(call, &csv, row);
        csvw_end(&csv);
    }
    call->reply = (struct http_reply){.status = 200, .content_type = "text/csv; charset=utf-8"};
    http_reply_header(&call->reply, "Content-Disposition",
                      arena_printf(call->arena, "attachment; filename=\"%s\"", list->file).ptr);
    if (row > 0 && (more || row < shown)) {
        struct slice place = SLICE_LIT("");
        struct cursor last = list->cursor(call, row - 1, &place);

        add_link(call, &last, place);
    }
    call_json_end(call);
}

void admin_list_write(struct call *call, const struct admin_list *list, unsigned found)
{
    const struct admin_page *page = call->state;
    bool more = (int64_t)found > page->limit;
    unsigned shown = more ? (unsigned)page->limit : found;

    if (page->is_csv)
        write_csv(call, list, shown, more);
    else
        write_json(call, list, shown, more);
}
