#include "api/body.h"

#include <jansson.h>

static bool refuse(struct call *call, enum problem_id id, const char *field)
{
    call_problem(call, (struct problem){.id = id, .field = field});
    return false;
}

static bool read_field(struct call *call, const json_t *value, const struct body_field *field)
{
    if (field->ret_given != NULL)
        *field->ret_given = value != NULL;
    if (value == NULL)
        return !field->required || refuse(call, PROBLEM_FIELD_MISSING, field->name);
    if (json_is_null(value) && (field->nullable || !field->required))
        return true;
    if (field->type == BODY_INT) {
        if (!json_is_integer(value))
            return refuse(call, PROBLEM_FIELD_INVALID, field->name);
        *field->number = json_integer_value(value);
        return true;
    }
    if (!json_is_string(value) || json_string_length(value) > field->max_bytes)
        return refuse(call, PROBLEM_FIELD_INVALID, field->name);
    *field->text =
        arena_copy(call->arena, slice_of(json_string_value(value), json_string_length(value)));
    return true;
}

static bool refuse_text(struct call *call, const json_error_t *error)
{
    enum problem_id id = json_error_code(error) == json_error_duplicate_key
                             ? PROBLEM_JSON_DUPLICATE_KEY
                             : PROBLEM_JSON_INVALID;

    return refuse(call, id, NULL);
}

/* True for nothing but white space. */
static bool is_blank(struct slice body)
{
    for (size_t i = 0; i < body.len; i++) {
        if (strchr(" \t\r\n", body.ptr[i]) == NULL || body.ptr[i] == '\0')
            return false;
    }
    return true;
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
    struct slice body = call->request->body;
    json_error_t error;
    json_t *root;
    bool good = true;

    if (is_blank(body)) {
        if (any_required(fields, field_count))
            return refuse(call, PROBLEM_BODY_MISSING, NULL);
        body = SLICE_LIT("{}");
    }
    root = json_loadb(body.ptr, body.len, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL)
        return refuse_text(call, &error);
    if (!json_is_object(root))
        good = refuse(call, PROBLEM_JSON_INVALID, NULL);
    for (size_t i = 0; i < field_count && good; i++)
        good = read_field(call, json_object_get(root, fields[i].name), &fields[i]);
    json_decref(root);
    return good;
}
