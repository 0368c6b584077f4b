/*
 * GET /v1/admin/stats: what happened, by hour or day and by country.
 */
#include "api/admin_call.h"
#include "api/routes.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/instant.h"
#include "domain/tally.h"

/* The longest time one request may ask for. */
#define HOURS_RANGE_US (31 * US_PER_DAY)
#define DAYS_RANGE_US (366 * US_PER_DAY)
/* What one gets who does not say. */
#define HOURS_DEFAULT_US US_PER_DAY
#define DAYS_DEFAULT_US (30 * US_PER_DAY)

/* Rows of a page in JSON: a month of hours in two countries. */
#define ROWS_MAX 1500

struct stats_range {
    int64_t from_us;
    int64_t to_us;
    int64_t step_us;
};

/* What call->state is: to admin_list_write, a page. */
struct stats_state {
    struct admin_page page;
    struct stats_range range;
};

/* The amounts of a row in the order of enum statistic. */
static void amounts_of(const struct stat_sums_part *sums, int64_t out[STAT_COUNT])
{
#define STAT(id, name) out[STAT_##id] = sums->name;
#define LIMIT(id, name) out[STAT_##id] = sums->name;
#include "domain/stats.def"
#undef STAT
#undef LIMIT
}

static bool read_instant(struct call *call, const char *name, int64_t absent_us, int64_t *ret_us)
{
    struct slice text = http_query(call->request, name);

    *ret_us = absent_us;
    if (slice_is_absent(text) || instant_parse(text, ret_us))
        return true;
    (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, name);
    return false;
}

/* Whole hours or days, so that what is shown is whole. */
static bool read_range(struct call *call, struct stats_range *ret_range)
{
    struct slice by = http_query(call->request, "by");
    bool by_day = !slice_is_absent(by) && slice_eq_str(by, "day");
    int64_t step_us = by_day ? US_PER_DAY : US_PER_HOUR;
    int64_t most_us = by_day ? DAYS_RANGE_US : HOURS_RANGE_US;
    int64_t from_us;
    int64_t to_us;

    if (!slice_is_absent(by) && !by_day && !slice_eq_str(by, "hour")) {
        (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, "by");
        return false;
    }
    if (!read_instant(call, "to", call->now_us, &to_us))
        return false;
    to_us += (step_us - to_us % step_us) % step_us;
    if (!read_instant(call, "from", to_us - (by_day ? DAYS_DEFAULT_US : HOURS_DEFAULT_US),
                      &from_us))
        return false;
    /* Time 0 means never, here and everywhere. */
    from_us = from_us < step_us ? step_us : from_us - from_us % step_us;
    if (from_us >= to_us || to_us - from_us > most_us) {
        (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, "from");
        return false;
    }
    *ret_range = (struct stats_range){from_us, to_us, step_us};
    return true;
}

static struct slice detail_of(struct call *call, const struct stats_range *range)
{
    struct buf text;
    struct json json = admin_detail(call, &text);

    jsonw_time(&json, "from", range->from_us);
    jsonw_time(&json, "to", range->to_us);
    jsonw_cstr(&json, "by", range->step_us == US_PER_DAY ? "day" : "hour");
    return admin_detail_end(&json);
}

enum ask_result admin_stats_ask(struct call *call)
{
    struct admin_read_stats_in *in = call->in;
    struct stats_state *state = ARENA_NEW(call->arena, struct stats_state);
    struct stats_range *range = &state->range;
    struct admin_page *page = &state->page;

    if (!read_range(call, range) || !admin_page_read(call, page))
        return ASK_ANSWERED;
    if (!page->is_csv)
        page->limit = ROWS_MAX;
    call->state = state;
    *in = (struct admin_read_stats_in){
        ADMIN_CALLER(call, detail_of(call, range)),
        .from_us = range->from_us,
        .to_us = range->to_us,
        .step_us = range->step_us,
        .after_us = page->is_first ? 0 : page->after.at_us,
        .after_country = page->place,
        .most = page->limit + 1,
    };
    return ASK_STORE;
}

static void write_stats(struct json *json, const int64_t amounts[STAT_COUNT])
{
    for (unsigned i = 0; i < STAT_COUNT; i++) {
        if (!stat_is_limit((enum statistic)i))
            jsonw_int(json, stat_name((enum statistic)i), amounts[i]);
    }
}

static void write_series(struct json *json, const struct admin_read_stats_row *row)
{
    int64_t amounts[STAT_COUNT];

    amounts_of(&row->stat_sums, amounts);
    jsonw_object(json);
    jsonw_time(json, "at", row->at_us);
    jsonw_str(json, "country", row->country);
    write_stats(json, amounts);
    jsonw_end(json);
}

static void write_limits(struct json *json, const struct admin_read_stats_row *row)
{
    int64_t amounts[STAT_COUNT];

    amounts_of(&row->stat_sums, amounts);
    for (unsigned i = 0; i < STAT_COUNT; i++) {
        if (!stat_is_limit((enum statistic)i) || amounts[i] == 0)
            continue;
        jsonw_object(json);
        jsonw_time(json, "at", row->at_us);
        jsonw_str(json, "country", row->country);
        jsonw_cstr(json, "limit", stat_name((enum statistic)i));
        jsonw_int(json, "count", amounts[i]);
        jsonw_end(json);
    }
}

static void write_totals(struct json *json, const struct admin_read_stats_row *row)
{
    int64_t amounts[STAT_COUNT];
    int64_t sent;

    amounts_of(&row->stat_sums, amounts);
    sent = amounts[STAT_CODES_SENT];
    jsonw_object_in(json, "totals");
    write_stats(json, amounts);
    if (sent > 0)
        jsonw_decimal(json, "conversion", (amounts[STAT_SIGN_INS] * 10000 + sent / 2) / sent, 4);
    else
        jsonw_null(json, "conversion");
    jsonw_object_in(json, "limits");
    for (unsigned i = 0; i < STAT_COUNT; i++) {
        if (stat_is_limit((enum statistic)i))
            jsonw_int(json, stat_name((enum statistic)i), amounts[i]);
    }
    jsonw_end(json);
    jsonw_end(json);
}

/* The rows of a page: those behind the first one, which has the totals, and at most ROWS_MAX. */
static unsigned page_rows(const struct call *call)
{
    unsigned rows = call->job.row_count - 1;

    return rows > ROWS_MAX ? ROWS_MAX : rows;
}

static void write_rows(struct call *call, struct json *json, const char *name,
                       void (*write)(struct json *json, const struct admin_read_stats_row *row))
{
    unsigned rows = page_rows(call);

    jsonw_array(json, name);
    for (unsigned i = 1; i <= rows; i++)
        write(json, STORE_ROW_AT(&call->job, admin_read_stats, i));
    jsonw_end(json);
}

/* Here rows are counted without the totals. */
static const struct admin_read_stats_row *piece_at(const struct call *call, unsigned row)
{
    return STORE_ROW_AT(&call->job, admin_read_stats, row + 1);
}

static void write_csv(struct call *call, struct csv *csv, unsigned row)
{
    int64_t amounts[STAT_COUNT];

    amounts_of(&piece_at(call, row)->stat_sums, amounts);
    csvw_time(csv, piece_at(call, row)->at_us);
    csvw_str(csv, piece_at(call, row)->country);
    for (unsigned i = 0; i < STAT_COUNT; i++)
        csvw_int(csv, amounts[i]);
}

static struct cursor piece_cursor(const struct call *call, unsigned row, struct slice *ret_place)
{
    *ret_place = piece_at(call, row)->country;
    return (struct cursor){.at_us = piece_at(call, row)->at_us};
}

static void answer_csv(struct call *call)
{
    static const char *const columns[] = {
        "at",
        "country",
#define STAT(id, name) #name,
#define LIMIT(id, name) #name,
#include "domain/stats.def"
#undef STAT
#undef LIMIT
    };
    static const struct admin_list list = {
        .file = "stats.csv",
        .columns = columns,
        .column_count = ARRAY_LEN(columns),
        .csv = write_csv,
        .cursor = piece_cursor,
    };

    admin_list_write(call, &list, call->job.row_count - 1);
}

static void answer_json(struct call *call)
{
    const struct stats_range *range = &((const struct stats_state *)call->state)->range;
    unsigned rows = page_rows(call);
    const struct admin_read_stats_row *last = STORE_ROW_AT(&call->job, admin_read_stats, rows);
    struct json *json = call_json(call, 200);

    jsonw_object(json);
    jsonw_time(json, "from", range->from_us);
    jsonw_time(json, "to", range->to_us);
    jsonw_cstr(json, "by", range->step_us == US_PER_DAY ? "day" : "hour");
    write_rows(call, json, "series", write_series);
    write_rows(call, json, "limits", write_limits);
    write_totals(json, STORE_ROW(&call->job, admin_read_stats));
    admin_page_end(call, json, call->job.row_count - 1 > rows,
                   &(struct cursor){.at_us = last->at_us}, last->country);
    jsonw_end(json);
    call_json_end(call);
}

enum answer_result admin_stats_answer(struct call *call)
{
    if (((const struct admin_page *)call->state)->is_csv)
        answer_csv(call);
    else
        answer_json(call);
    return ANSWER_READY;
}
