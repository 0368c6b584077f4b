/*
 * form_read: the first line is the Content-Type, the rest the body. What is read keeps the promises
 * of form.h, and a form of texts, encoded again, is read as the same. It takes memory for what came
 * in, and not for each of its parts once more: an arena ends the process when there is too much.
 */
#include "base/buf.h"
#include "base/check.h"
#include "base/utf8.h"
#include "http/form.h"
#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct slice text)
{
    size_t characters;

    CHECK(!slice_is_absent(text) && utf8_count(text, &characters));
    CHECK(text.len == 0 || memchr(text.ptr, '\0', text.len) == NULL);
}

static void encode(struct buf *buf, struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        buf_printf(buf, "%%%02x", (unsigned)(unsigned char)text.ptr[i]);
}

/* A form and its first chunk, and the input twice with what chunks leave over. */
static size_t most_bytes(size_t size)
{
    return sizeof(struct form) + 16384 + 4 * size;
}

static void check_again(const struct form *form, struct arena *arena)
{
    struct buf buf = buf_new(arena, 1024, (size_t)4 << 20);
    enum form_outcome outcome;
    struct form *again;

    for (size_t i = 0; i < form->count; i++) {
        if (!slice_is_absent(form->fields[i].filename))
            return;
        encode(&buf, form->fields[i].name);
        buf_char(&buf, '=');
        encode(&buf, form->fields[i].value);
        buf_char(&buf, '&');
    }
    outcome = form_read(SLICE_LIT("application/x-www-form-urlencoded"), buf_view(&buf, NULL), arena,
                        &again);
    CHECK(outcome == FORM_OK && again->count == form->count);
    for (size_t i = 0; i < form->count; i++)
        CHECK(slice_eq(again->fields[i].name, form->fields[i].name) &&
              slice_eq(again->fields[i].value, form->fields[i].value));
}

static void check_form(const struct form *form, size_t body_len, struct arena *arena)
{
    size_t len = 0;

    CHECK(form->count <= FORM_FIELDS_MAX);
    for (size_t i = 0; i < form->count; i++) {
        const struct form_field *field = &form->fields[i];

        check_text(field->name);
        if (slice_is_absent(field->filename))
            check_text(field->value);
        CHECK(form_find(form, field->name) == field);
        len += field->name.len + field->value.len + field->filename.len;
    }
    CHECK(len <= body_len);
    check_again(form, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice input = slice_of(size == 0 ? (const void *)"" : data, size);
    const char *end = size == 0 ? NULL : memchr(input.ptr, '\n', input.len);
    struct slice type = end == NULL ? input : slice_of(input.ptr, (size_t)(end - input.ptr));
    struct slice body = slice_after(input, type.len + (end != NULL));
    struct arena *arena;
    struct form *form = NULL;
    enum form_outcome outcome;

    if (size > HTTP_BODY_LARGE_MAX)
        return 0;
    arena = arena_new();
    outcome = form_read(type, body, arena, &form);
    CHECK(arena_taken(arena) <= most_bytes(size));
    if (outcome == FORM_OK)
        check_form(form, body.len, arena);
    else
        CHECK(form == NULL);
    arena_free(arena);
    return 0;
}
