#include "api/body.h"

#include <inttypes.h>

#include "api/json_read.h"
#include "http/form.h"

/* Digits that always fit an int64_t. */
#define INT_DIGITS_MAX 18

static bool refuse(struct call *call, enum problem_id id, const char *field)
{
    call_problem(call, (struct problem){.id = id, .field = field});
    return false;
}

static bool refuse_value(struct call *call, const struct body_field *field)
{
    return refuse(call, PROBLEM_FIELD_INVALID, field->name);
}

static bool is_null_fine(const struct body_field *field)
{
    return field->nullable || !field->required;
}

static bool take_text(struct call *call, const struct body_field *field, struct slice text)
{
    if (text.len > field->max_bytes || memchr(text.ptr, '\0', text.len) != NULL)
        return refuse_value(call, field);
    *field->text = arena_copy(call->arena, text);
    return true;
}

static bool take_digits(struct call *call, const struct body_field *field, struct slice digits)
{
    int64_t number = 0;

    if (digits.len == 0 || digits.len > INT_DIGITS_MAX)
        return refuse_value(call, field);
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return refuse_value(call, field);
        number = number * 10 + (digits.ptr[i] - '0');
    }
    *field->number = number;
    return true;
}

static bool read_member(struct call *call, const json_t *value, const struct body_field *field)
{
    bool is_lenient = call->route->dialects != 0;

    if (field->ret_given != NULL)
        *field->ret_given = value != NULL;
    if (value == NULL)
        return !field->required || refuse(call, PROBLEM_FIELD_MISSING, field->name);
    if (json_is_null(value) && is_null_fine(field))
        return true;
    if (json_is_integer(value) && field->type == BODY_INT) {
        *field->number = json_integer_value(value);
        return true;
    }
    if (json_is_boolean(value) && field->type == BODY_BOOL) {
        *field->number = json_is_true(value);
        return true;
    }
    if (json_is_integer(value) &&
        (field->type == BODY_WORD || (field->type == BODY_STRING && is_lenient)))
        return take_text(call, field,
                         arena_printf(call->arena, "%" PRId64, (int64_t)json_integer_value(value)));
    if (json_is_string(value)) {
        struct slice text = slice_of(json_string_value(value), json_string_length(value));

        if (field->type == BODY_STRING || field->type == BODY_WORD)
            return take_text(call, field, text);
        if (field->type == BODY_INT && is_lenient)
            return take_digits(call, field, text);
    }
    return refuse_value(call, field);
}

static bool refuse_json(struct call *call, const json_error_t *error)
{
    enum problem_id id = json_error_code(error) == json_error_duplicate_key
                             ? PROBLEM_JSON_DUPLICATE_KEY
                             : PROBLEM_JSON_INVALID;

    return refuse(call, id, NULL);
}

/*
 * Refuses what is missing, of a dialect's route all of it at once, as Django REST framework does;
 * elsewhere read_member and read_form_field tell of the first.
 */
static bool none_missing(struct call *call, const struct body_field *fields, size_t field_count,
                         bool (*is_there)(const void *body, const struct body_field *field),
                         const void *body)
{
    const char **missing = arena_alloc(call->arena, (field_count + 1) * sizeof(*missing));
    size_t count = 0;

    for (size_t i = 0; i < field_count && call->route->dialects != 0; i++) {
        if (fields[i].required && !is_there(body, &fields[i]))
            missing[count++] = fields[i].name;
    }
    if (count == 0)
        return true;
    missing[count] = NULL;
    call_problem(call, (struct problem){
                           .id = PROBLEM_FIELD_MISSING, .field = missing[0], .more = &missing[1]});
    return false;
}

static bool has_member(const void *body, const struct body_field *field)
{
    return json_object_get(body, field->name) != NULL;
}

static bool read_json(struct call *call, struct slice body, const struct body_field *fields,
                      size_t field_count)
{
    json_error_t error;
    json_t *root = json_read(body, call->arena, &error);
    bool good = true;

    if (root == NULL)
        return refuse_json(call, &error);
    if (!json_is_object(root))
        good = refuse(call, PROBLEM_JSON_INVALID, NULL);
    else
        good = none_missing(call, fields, field_count, has_member, root);
    for (size_t i = 0; i < field_count && good; i++)
        good = read_member(call, json_object_get(root, fields[i].name), &fields[i]);
    json_decref(root);
    return good;
}

static bool read_form_field(struct call *call, const struct form_field *value,
                            const struct body_field *field)
{
    bool is_file = value != NULL && !slice_is_absent(value->filename);
    bool is_empty = value != NULL && value->value.len == 0;

    /* What a browser sends for a file that was not chosen. */
    if (is_file && is_empty && field->type == BODY_FILE)
        value = NULL;
    /* A field left empty says null where that means something, else it is as good as left out. */
    if (!is_file && is_empty && !field->nullable && !field->required)
        value = NULL;
    if (field->ret_given != NULL)
        *field->ret_given = value != NULL;
    if (value == NULL)
        return !field->required || refuse(call, PROBLEM_FIELD_MISSING, field->name);
    if (!is_file && is_empty && field->nullable)
        return true;
    if (is_file != (field->type == BODY_FILE))
        return refuse_value(call, field);
    switch (field->type) {
    case BODY_STRING:
    case BODY_WORD:
        return take_text(call, field, value->value);
    case BODY_INT:
        return take_digits(call, field, value->value);
    case BODY_BOOL:
        return refuse_value(call, field);
    case BODY_FILE:
        break;
    }
    if (value->value.len > field->max_bytes)
        return refuse_value(call, field);
    *field->text = value->value;
    return true;
}

static bool has_field(const void *form, const struct body_field *field)
{
    return form_find(form, slice_str(field->name)) != NULL;
}

static bool read_form(struct call *call, const struct form *form, const struct body_field *fields,
                      size_t field_count)
{
    if (!none_missing(call, fields, field_count, has_field, form))
        return false;
    for (size_t i = 0; i < field_count; i++) {
        if (!read_form_field(call, form_find(form, slice_str(fields[i].name)), &fields[i]))
            return false;
    }
    return true;
}

static bool refuse_form(struct call *call, const char *reason)
{
    call_problem(call, (struct problem){.id = PROBLEM_FORM_INVALID, .reason = reason});
    return false;
}

/* How many bytes of JSON's white space come first. */
static size_t skip_blanks(struct slice body)
{
    size_t at = 0;

    while (at < body.len && body.ptr[at] != '\0' && strchr(" \t\r\n", body.ptr[at]) != NULL)
        at++;
    return at;
}

/* A body of a dialect's route that is not blank. */
static bool read_either(struct call *call, const struct body_field *fields, size_t field_count)
{
    struct slice body = call->request->body;
    struct form *form = NULL;
    enum form_outcome outcome = FORM_NONE;

    if (body.ptr[skip_blanks(body)] != '{')
        outcome = form_read(http_header(call->request, "Content-Type"), body, call->arena, &form);
    switch (outcome) {
    case FORM_OK:
        return read_form(call, form, fields, field_count);
    case FORM_NONE:
        /* More is for the files of a form. */
        if (body.len > HTTP_BODY_MAX)
            return refuse(call, PROBLEM_BODY_TOO_LARGE, NULL);
        return read_json(call, body, fields, field_count);
    case FORM_MALFORMED:
        return refuse_form(call, "malformed");
    case FORM_TWICE:
        return refuse_form(call, "field_twice");
    case FORM_TOO_MANY:
        break;
    }
    return refuse_form(call, "too_many_fields");
}

static bool any_required(const struct body_field *fields, size_t field_count)
{
    for (size_t i = 0; i < field_count; i++) {
        if (fields[i].required)
            return true;
    }
    return false;
}

bool body_read(struct call *call, const struct body_field *fields, size_t field_count)
{
    bool is_of_dialect = call->route->dialects != 0;

    if (skip_blanks(call->request->body) == call->request->body.len) {
        /* To a dialect every field is missing by its name. */
        if (any_required(fields, field_count) && !is_of_dialect)
            return refuse(call, PROBLEM_BODY_MISSING, NULL);
        return read_json(call, SLICE_LIT("{}"), fields, field_count);
    }
    if (is_of_dialect)
        return read_either(call, fields, field_count);
    return read_json(call, call->request->body, fields, field_count);
}
