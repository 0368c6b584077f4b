#include "base/settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/url.h"
#include "base/utf8.h"

/* One line of settings.def. For texts `max` is the greatest number of characters. */
struct row {
    enum settings_kind kind;
    size_t offset;
    const char *name;
    const char *fallback;
    const char *help;
    const char *unit;
    const char *choices;
    int64_t min;
    int64_t max;
};

static const struct row rows[] = {
#define ROW(id, name_, kind_, fallback_, help_)                                \
    .kind = (kind_), .offset = offsetof(struct settings, id), .name = (name_), \
    .fallback = (fallback_), .help = (help_)
#define SETTING_INT(id, name_, default_, min_, max_, unit_, help_) \
    {ROW(id, name_, SETTINGS_INT, #default_, help_), .unit = (unit_), .min = (min_), .max = (max_)},
#define SETTING_RANGE(id, name_, low_, high_, min_, max_, unit_, help_)                       \
    {ROW(id, name_, SETTINGS_RANGE, #low_ "-" #high_, help_), .unit = (unit_), .min = (min_), \
     .max = (max_)},
#define SETTING_TEXT(id, name_, default_, max_, help_) \
    {ROW(id, name_, SETTINGS_TEXT, default_, help_), .max = (max_)},
#define SETTING_URL(id, name_, default_, max_, help_) \
    {ROW(id, name_, SETTINGS_URL, default_, help_), .max = (max_)},
#define SETTING_SECRET(id, name_, default_, max_, help_) \
    {ROW(id, name_, SETTINGS_SECRET, default_, help_), .max = (max_)},
#define SETTING_CHOICE(id, name_, default_, choices_, help_) \
    {ROW(id, name_, SETTINGS_CHOICE, default_, help_), .choices = (choices_)},
#include "base/settings.def"
#undef SETTING_INT
#undef SETTING_RANGE
#undef SETTING_TEXT
#undef SETTING_URL
#undef SETTING_SECRET
#undef SETTING_CHOICE
};

/* Where in struct settings those lie that may change while running. */
static const size_t live[] = {
#define LIVE(id) offsetof(struct settings, id),
#include "base/settings_live.def"
#undef LIVE
};

static const struct row *row_at(size_t index)
{
    CHECK(index < ARRAY_LEN(rows));
    return &rows[index];
}

/* The member of `settings` that a row describes; the row's kind says its type. */
static void *member(const struct settings *settings, const struct row *row)
{
    return (char *)(uintptr_t)settings + row->offset;
}

static char *copy(const char *text)
{
    char *ptr = strdup(text);

    CHECK(ptr != NULL);
    return ptr;
}

static void replace(char **text, const char *by)
{
    char *ptr = copy(by);

    free(*text);
    *text = ptr;
}

/* A whole number without sign, in digits only, from min to max. */
static bool parse_number(struct slice text, const struct row *row, int64_t *ret_value)
{
    int64_t value = 0;

    if (text.len == 0 || text.len > 18)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        value = value * 10 + (text.ptr[i] - '0');
    }
    if (value < row->min || value > row->max)
        return false;
    *ret_value = value;
    return true;
}

static bool parse_range(struct slice text, const struct row *row, struct settings_range *ret_value)
{
    const char *dash = text.len == 0 ? NULL : memchr(text.ptr, '-', text.len);
    struct slice low = dash == NULL ? text : slice_of(text.ptr, (size_t)(dash - text.ptr));
    struct slice high = dash == NULL ? text : slice_after(text, low.len + 1);
    struct settings_range range;

    if (!parse_number(low, row, &range.low) || !parse_number(high, row, &range.high) ||
        range.low > range.high)
        return false;
    *ret_value = range;
    return true;
}

static bool is_text(struct slice text, const struct row *row)
{
    size_t count;

    if (!utf8_count(text, &count) || count > (size_t)row->max)
        return false;
    while (text.len > 0) {
        uint32_t code = 0;

        text = slice_after(text, utf8_next(text, &code));
        if (!utf8_is_printable(code))
            return false;
    }
    return true;
}

static bool is_choice(struct slice text, const struct row *row)
{
    struct slice rest = slice_str(row->choices);

    while (!slice_is_absent(rest)) {
        if (slice_eq(text, slice_take(&rest, '|')))
            return true;
    }
    return false;
}

static bool assign(struct settings *settings, const struct row *row, const char *value)
{
    struct slice text = slice_str(value);

    switch (row->kind) {
    case SETTINGS_INT:
        return parse_number(text, row, member(settings, row));
    case SETTINGS_RANGE:
        return parse_range(text, row, member(settings, row));
    case SETTINGS_TEXT:
    case SETTINGS_URL:
    case SETTINGS_SECRET:
        if (!is_text(text, row))
            return false;
        break;
    case SETTINGS_CHOICE:
        if (!is_choice(text, row))
            return false;
        break;
    }
    replace(member(settings, row), value);
    return true;
}

struct settings *settings_new(void)
{
    struct settings *settings = calloc(1, sizeof(*settings));

    CHECK(settings != NULL);
    settings->sources = calloc(ARRAY_LEN(rows), sizeof(*settings->sources));
    CHECK(settings->sources != NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK(rows[i].min >= 0 && assign(settings, &rows[i], rows[i].fallback));
        settings->sources[i] = copy("default");
    }
    return settings;
}

struct settings *settings_copy(const struct settings *settings)
{
    struct settings *ret = calloc(1, sizeof(*ret));

    CHECK(ret != NULL);
    *ret = *settings;
    ret->sources = calloc(ARRAY_LEN(rows), sizeof(*ret->sources));
    CHECK(ret->sources != NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].kind != SETTINGS_INT && rows[i].kind != SETTINGS_RANGE)
            *(char **)member(ret, &rows[i]) = copy(*(char *const *)member(settings, &rows[i]));
        ret->sources[i] = copy(settings->sources[i]);
    }
    return ret;
}

void settings_free(struct settings *settings)
{
    if (settings == NULL)
        return;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].kind != SETTINGS_INT && rows[i].kind != SETTINGS_RANGE)
            free(*(char **)member(settings, &rows[i]));
        free(settings->sources[i]);
    }
    free(settings->sources);
    free(settings);
}

/* "a|b|c" as "a, b or c". */
static void list_choices(const char *choices, char out[SETTINGS_ALLOWED_SIZE])
{
    const char *last = strrchr(choices, '|');
    size_t len = 0;

    for (const char *at = choices; *at != '\0'; at++) {
        char letter[] = {*at, '\0'};
        const char *text = *at != '|' ? letter : at == last ? " or " : ", ";

        CHECK(len + strlen(text) < SETTINGS_ALLOWED_SIZE);
        len += (size_t)snprintf(out + len, SETTINGS_ALLOWED_SIZE - len, "%s", text);
    }
}

static void list_allowed(const struct row *row, char out[SETTINGS_ALLOWED_SIZE])
{
    switch (row->kind) {
    case SETTINGS_INT:
        (void)snprintf(out, SETTINGS_ALLOWED_SIZE, "%" PRId64 " to %" PRId64 " %s", row->min,
                       row->max, row->unit);
        break;
    case SETTINGS_RANGE:
        (void)snprintf(out, SETTINGS_ALLOWED_SIZE,
                       "%" PRId64 " to %" PRId64 " %s, or LOW-HIGH such as %s", row->min, row->max,
                       row->unit, row->fallback);
        break;
    case SETTINGS_TEXT:
    case SETTINGS_URL:
    case SETTINGS_SECRET:
        (void)snprintf(out, SETTINGS_ALLOWED_SIZE, "text, at most %" PRId64 " characters",
                       row->max);
        break;
    case SETTINGS_CHOICE:
        list_choices(row->choices, out);
        break;
    }
}

/* What of a text may be shown: neither a URL's password nor any of a secret. */
static void hide(const struct row *row, const char *text, char *out, size_t size)
{
    if (row->kind == SETTINGS_URL)
        url_hide_password(slice_str(text), out, size);
    else
        (void)snprintf(out, size, "%s",
                       row->kind == SETTINGS_SECRET && *text != '\0' ? "***" : text);
}

/* A text from outside as an error shows it: on one line and not too long. */
static void tidy(const char *text, char *out, size_t size)
{
    struct slice rest = slice_str(text);
    size_t at = 0;

    while (rest.len > 0 && at + sizeof("\xf0\x90\x80\x80...") <= size) {
        uint32_t code = 0;
        size_t len = utf8_next(rest, &code);
        bool is_fit = len > 0 && utf8_is_printable(code);

        memcpy(out + at, is_fit ? rest.ptr : "?", is_fit ? len : 1);
        at += is_fit ? len : 1;
        rest = slice_after(rest, len == 0 ? 1 : len);
    }
    (void)snprintf(out + at, size - at, "%s", rest.len > 0 ? "..." : "");
}

bool settings_find(const char *name, size_t *ret_index)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (strcmp(rows[i].name, name) == 0) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

void settings_explain(size_t index, const char *value, const char *source, const char *needed,
                      char ret_error[SETTINGS_ERROR_SIZE])
{
    const struct row *row = row_at(index);
    char shown[URL_SHOWN_SIZE];
    char short_value[80];
    char short_source[80];

    hide(row, value, shown, sizeof(shown));
    tidy(shown, short_value, sizeof(short_value));
    tidy(source, short_source, sizeof(short_source));
    (void)snprintf(ret_error, SETTINGS_ERROR_SIZE, "%s: \"%s\" (%s) is not allowed; it must be %s",
                   row->name, short_value, short_source, needed);
}

enum settings_outcome settings_set(struct settings *settings, const char *name, const char *value,
                                   const char *source, char ret_error[SETTINGS_ERROR_SIZE])
{
    char text[SETTINGS_ALLOWED_SIZE];
    size_t index;

    if (!settings_find(name, &index)) {
        char short_source[80];

        tidy(name, text, sizeof(text));
        tidy(source, short_source, sizeof(short_source));
        (void)snprintf(ret_error, SETTINGS_ERROR_SIZE, "%s: no setting has this name (%s)", text,
                       short_source);
        return SETTINGS_UNKNOWN_NAME;
    }
    if (!assign(settings, &rows[index], value)) {
        list_allowed(&rows[index], text);
        settings_explain(index, value, source, text, ret_error);
        return SETTINGS_BAD_VALUE;
    }
    replace(&settings->sources[index], source);
    return SETTINGS_OK;
}

struct settings_facts settings_facts(size_t index)
{
    const struct row *row = row_at(index);
    struct settings_facts facts = {.kind = row->kind,
                                   .min = row->min,
                                   .max = row->max,
                                   .unit = row->unit,
                                   .choices = row->choices};

    for (size_t i = 0; i < ARRAY_LEN(live); i++)
        facts.is_live = facts.is_live || live[i] == row->offset;
    return facts;
}

size_t settings_count(void)
{
    return ARRAY_LEN(rows);
}

const char *settings_name(size_t index)
{
    return row_at(index)->name;
}

const char *settings_help(size_t index)
{
    return row_at(index)->help;
}

void settings_environment_name(size_t index, char *out, size_t size)
{
    const char *name = row_at(index)->name;
    int len = snprintf(out, size, "DOMOFON_%s", name);

    CHECK(len > 0 && (size_t)len < size);
    for (char *at = out; *at != '\0'; at++) {
        if (*at == '.')
            *at = '_';
        else if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    }
}

struct slice settings_allowed(size_t index, struct arena *arena)
{
    char text[SETTINGS_ALLOWED_SIZE];

    list_allowed(row_at(index), text);
    return arena_copy(arena, slice_str(text));
}

struct slice settings_default(size_t index, struct arena *arena)
{
    return arena_copy(arena, slice_str(row_at(index)->fallback));
}

struct slice settings_value(const struct settings *settings, size_t index, struct arena *arena)
{
    const struct row *row = row_at(index);
    const void *value = member(settings, row);
    struct settings_range range;
    char shown[URL_SHOWN_SIZE];

    switch (row->kind) {
    case SETTINGS_INT:
        return arena_printf(arena, "%" PRId64, *(const int64_t *)value);
    case SETTINGS_RANGE:
        range = *(const struct settings_range *)value;
        return range.low == range.high
                   ? arena_printf(arena, "%" PRId64, range.low)
                   : arena_printf(arena, "%" PRId64 "-%" PRId64, range.low, range.high);
    case SETTINGS_TEXT:
    case SETTINGS_CHOICE:
        return arena_copy(arena, slice_str(*(char *const *)value));
    case SETTINGS_URL:
    case SETTINGS_SECRET:
        break;
    }
    hide(row, *(char *const *)value, shown, sizeof(shown));
    return arena_copy(arena, slice_str(shown));
}

const char *settings_source(const struct settings *settings, size_t index)
{
    CHECK(index < ARRAY_LEN(rows));
    return settings->sources[index];
}
