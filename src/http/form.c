#include "http/form.h"

#include "base/hex.h"
#include "base/utf8.h"
#include "http/multipart.h"
#include "http/parameter.h"

static bool is_text(struct slice value)
{
    size_t characters;

    return (value.len == 0 || memchr(value.ptr, '\0', value.len) == NULL) &&
           utf8_count(value, &characters);
}

const struct form_field *form_find(const struct form *form, struct slice name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (slice_eq(form->fields[i].name, name))
            return &form->fields[i];
    }
    return NULL;
}

enum form_outcome form_add(struct form *form, struct form_field field)
{
    if (!is_text(field.name) || (slice_is_absent(field.filename) && !is_text(field.value)))
        return FORM_MALFORMED;
    if (form_find(form, field.name) != NULL)
        return FORM_TWICE;
    if (form->count == FORM_FIELDS_MAX)
        return FORM_TOO_MANY;
    form->fields[form->count++] = field;
    return FORM_OK;
}

/* Decodes to *out, which moves on. An escape without its two digits stands for itself. */
static struct slice decode(struct slice text, char **out)
{
    char *begin = *out;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i] == '+' ? ' ' : text.ptr[i];
        int high = c == '%' && i + 2 < text.len ? hex_value(text.ptr[i + 1]) : -1;
        int low = high < 0 ? -1 : hex_value(text.ptr[i + 2]);

        if (low >= 0) {
            c = (char)(high * 16 + low);
            i += 2;
        }
        *(*out)++ = c;
    }
    return slice_of(begin, (size_t)(*out - begin));
}

static enum form_outcome read_urlencoded(struct slice body, struct arena *arena, struct form *form)
{
    char *out = arena_alloc_raw(arena, body.len + 1);
    enum form_outcome outcome = FORM_OK;

    while (outcome == FORM_OK && body.len > 0) {
        struct slice pair = slice_take(&body, '&');
        struct form_field field = {.filename = SLICE_ABSENT};

        if (pair.len == 0)
            continue;
        field.name = decode(slice_take(&pair, '='), &out);
        field.value = decode(pair, &out);
        outcome = form_add(form, field);
    }
    return outcome;
}

enum form_outcome form_read(struct slice content_type, struct slice body, struct arena *arena,
                            struct form **ret_form)
{
    struct slice parameters = content_type;
    struct slice type = parameter_word(&parameters);
    struct form *form;
    enum form_outcome outcome;

    if (parameter_word_is(type, "application/x-www-form-urlencoded")) {
        form = ARENA_NEW(arena, struct form);
        outcome = read_urlencoded(body, arena, form);
    } else if (parameter_word_is(type, "multipart/form-data")) {
        form = ARENA_NEW(arena, struct form);
        outcome = multipart_read(parameters, body, arena, form);
    } else {
        return FORM_NONE;
    }
    if (outcome == FORM_OK)
        *ret_form = form;
    return outcome;
}
