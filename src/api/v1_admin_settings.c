/*
 * GET and PUT /v1/admin/settings: what may change while the server runs.
 */
#include "api/admin_call.h"
#include "api/body.h"
#include "api/routes.h"
#include "domain/settings_rules.h"

#define NAME_BYTES_MAX 64
#define VALUE_BYTES_MAX 4096

/* A stored change; the rows of both scripts have it. */
struct stored {
    struct slice name;
    struct slice value;
    int64_t changed_us;
};

static struct stored stored_at(const struct call *call, unsigned index)
{
    if (call->job.script == &script_admin_list_settings) {
        const struct admin_list_settings_row *row =
            STORE_ROW_AT(&call->job, admin_list_settings, index);

        return (struct stored){row->name, row->value, row->changed_us};
    } else {
        const struct admin_set_setting_row *row =
            STORE_ROW_AT(&call->job, admin_set_setting, index);

        return (struct stored){row->name, row->value, row->changed_us};
    }
}

static const char *source_word(const char *source)
{
    if (strcmp(source, "default") == 0)
        return "default";
    if (strcmp(source, SETTINGS_RUNNING) == 0)
        return "runtime";
    if (strncmp(source, "environment ", strlen("environment ")) == 0)
        return "environment";
    return strncmp(source, "--", 2) == 0 ? "flag" : "file";
}

static const char *kind_word(enum settings_kind kind)
{
    switch (kind) {
    case SETTINGS_INT:
        return "int";
    case SETTINGS_RANGE:
        return "range";
    case SETTINGS_CHOICE:
        return "choice";
    case SETTINGS_TEXT:
    case SETTINGS_URL:
    case SETTINGS_SECRET:
        break;
    }
    return "text";
}

static void write_choices(struct json *json, const char *choices)
{
    struct slice rest = slice_str(choices);

    if (slice_is_absent(rest)) {
        jsonw_null(json, "choices");
        return;
    }
    jsonw_array(json, "choices");
    while (!slice_is_absent(rest))
        jsonw_str(json, NULL, slice_take(&rest, '|'));
    jsonw_end(json);
}

static void write_bounds(struct json *json, const struct settings_facts *facts)
{
    if (facts->kind == SETTINGS_INT || facts->kind == SETTINGS_RANGE) {
        jsonw_int(json, "min", facts->min);
        jsonw_int(json, "max", facts->max);
    } else {
        jsonw_null(json, "min");
        if (facts->kind == SETTINGS_CHOICE)
            jsonw_null(json, "max");
        else
            jsonw_int(json, "max", facts->max);
    }
}

static void write_setting(struct call *call, struct json *json, const struct settings *settings,
                          size_t index, int64_t changed_us)
{
    struct settings_facts facts = settings_facts(index);
    const char *source = source_word(settings_source(settings, index));

    jsonw_object(json);
    jsonw_cstr(json, "name", settings_name(index));
    jsonw_str(json, "value", settings_value(settings, index, call->arena));
    jsonw_str(json, "start", settings_value(call->app->start_settings, index, call->arena));
    jsonw_str(json, "default", settings_default(index, call->arena));
    jsonw_cstr(json, "kind", kind_word(facts.kind));
    write_bounds(json, &facts);
    write_choices(json, facts.choices);
    jsonw_str(json, "unit", facts.unit == NULL ? SLICE_ABSENT : slice_str(facts.unit));
    jsonw_cstr(json, "help", settings_help(index));
    jsonw_cstr(json, "source", source);
    /* Of a change that is not allowed here there is nothing to tell. */
    jsonw_time(json, "changed_at", strcmp(source, "runtime") == 0 ? changed_us : 0);
    jsonw_end(json);
}

static int64_t changed_us_of(const struct call *call, const char *name)
{
    for (unsigned i = 0; i < call->job.row_count; i++) {
        struct stored stored = stored_at(call, i);

        if (slice_eq_str(stored.name, name))
            return stored.changed_us;
    }
    return 0;
}

/* From what is stored now, which this node's own settings may not know yet. */
static void answer_settings(struct call *call)
{
    struct settings *settings = settings_copy(call->app->start_settings);
    struct json *json = call_json(call, 200);
    char error[SETTINGS_ERROR_SIZE];

    for (unsigned i = 0; i < call->job.row_count; i++) {
        struct stored stored = stored_at(call, i);
        const struct settings_change change = {stored.name, stored.value};

        /* What is not allowed is left out by every node, and here. */
        if (!slice_is_absent(stored.name))
            (void)!settings_change(settings, &change, error);
    }
    jsonw_object(json);
    jsonw_array(json, "settings");
    for (size_t i = 0; i < settings_count(); i++) {
        if (settings_facts(i).is_live)
            write_setting(call, json, settings, i, changed_us_of(call, settings_name(i)));
    }
    jsonw_end(json);
    jsonw_end(json);
    call_json_end(call);
    settings_free(settings);
}

enum ask_result admin_settings_ask_list(struct call *call)
{
    struct admin_list_settings_in *in = call->in;

    *in = (struct admin_list_settings_in){ADMIN_CALLER(call, SLICE_ABSENT)};
    return ASK_STORE;
}

enum answer_result admin_settings_answer_list(struct call *call)
{
    answer_settings(call);
    return ANSWER_READY;
}

static bool refuse(struct call *call, enum problem_id id, const char *explanation)
{
    call_problem(call, (struct problem){.id = id,
                                        .field = id == PROBLEM_SETTING_INVALID ? "value" : "name",
                                        .explanation = explanation});
    return false;
}

/* Is the change allowed, as far as this node can tell? */
static bool check_change(struct call *call, const struct settings_change *change)
{
    const char *name = arena_str(call->arena, change->name);
    char error[SETTINGS_ERROR_SIZE];
    struct settings *settings;
    enum settings_outcome outcome;
    size_t index;

    if (!settings_find(name, &index))
        return refuse(call, PROBLEM_SETTING_UNKNOWN, NULL);
    if (!settings_facts(index).is_live)
        return refuse(call, PROBLEM_SETTING_FIXED, NULL);
    if (slice_is_absent(change->value))
        return true;
    settings = settings_copy(call->settings);
    outcome = settings_change(settings, change, error);
    settings_free(settings);
    if (outcome == SETTINGS_OK)
        return true;
    return refuse(call, PROBLEM_SETTING_INVALID, arena_str(call->arena, slice_str(error)));
}

/* Old and new, as far as they are known. */
static struct slice detail_of(struct call *call, const struct admin_set_setting_in *in)
{
    struct buf text;
    struct json json = admin_detail(call, &text);
    struct slice start;
    size_t index = 0;

    if (!settings_find(arena_str(call->arena, in->name), &index))
        return SLICE_ABSENT;
    start = settings_value(call->app->start_settings, index, call->arena);
    jsonw_str(&json, "name", in->name);
    jsonw_str(&json, "old", slice_is_absent(in->known) ? start : in->known);
    jsonw_str(&json, "new", slice_is_absent(in->value) ? start : in->value);
    return admin_detail_end(&json);
}

/* What this node takes for stored; the script looks whether it is. */
static struct slice known_value(struct call *call, struct slice name)
{
    size_t index;

    if (!settings_find(arena_str(call->arena, name), &index) ||
        strcmp(settings_source(call->settings, index), SETTINGS_RUNNING) != 0)
        return SLICE_ABSENT;
    return settings_value(call->settings, index, call->arena);
}

enum ask_result admin_settings_ask_set(struct call *call)
{
    struct admin_set_setting_in *in = call->in;
    struct settings_change change = {SLICE_ABSENT, SLICE_ABSENT};
    const struct body_field fields[] = {
        {"name", true, BODY_STRING, NAME_BYTES_MAX, false, &change.name, NULL, NULL},
        {"value", true, BODY_WORD, VALUE_BYTES_MAX, true, &change.value, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)) || !check_change(call, &change))
        return ASK_ANSWERED;
    *in = (struct admin_set_setting_in){
        ADMIN_CALLER(call, SLICE_ABSENT),
        .name = change.name,
        .known = known_value(call, change.name),
        .value = change.value,
    };
    in->detail = detail_of(call, in);
    return ASK_STORE;
}

/* Of so many who change one setting at once, the last are told to come again. */
#define SET_TRIES_MAX 16

enum answer_result admin_settings_answer_set(struct call *call)
{
    struct admin_set_setting_in *in = call->in;

    if (STORE_ROW(&call->job, admin_set_setting)->done == 0) {
        /* Somebody else has changed it meanwhile. */
        in->known = SLICE_ABSENT;
        for (unsigned i = 0; i < call->job.row_count; i++) {
            struct stored stored = stored_at(call, i);

            if (slice_eq(stored.name, in->name))
                in->known = stored.value;
        }
        in->detail = detail_of(call, in);
        if (call->tries + 1 < SET_TRIES_MAX)
            return ANSWER_AGAIN;
        (void)call_refuse(call, PROBLEM_OVERLOADED);
        return ANSWER_READY;
    }
    if (call->app->settings_stored != NULL)
        call->app->settings_stored(call->app->live_settings);
    answer_settings(call);
    return ANSWER_READY;
}
