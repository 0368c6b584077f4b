#include "http/multipart.h"

#include <strings.h>

#include "http/parameter.h"

/* RFC 2046 section 5.1.1. */
#define BOUNDARY_MAX 70

#define CRLF SLICE_LIT("\r\n")

static bool begins_with(struct slice text, struct slice start)
{
    return text.len >= start.len && memcmp(text.ptr, start.ptr, start.len) == 0;
}

/* Where `needle` begins in `text`; text.len when it does not. */
static size_t find(struct slice text, struct slice needle)
{
    const char *at = text.len == 0 ? NULL : memmem(text.ptr, text.len, needle.ptr, needle.len);

    return at == NULL ? text.len : (size_t)(at - text.ptr);
}

static bool is_boundary(struct slice text)
{
    if (text.len == 0 || text.len > BOUNDARY_MAX || text.ptr[text.len - 1] == ' ')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_alphanumeric =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!is_alphanumeric && (c == '\0' || strchr("'()+_,-./:=? ", c) == NULL))
            return false;
    }
    return true;
}

/* CR LF, two dashes, and the boundary: what parts are parted by. */
static bool read_mark(struct slice parameters, struct arena *arena, struct slice *ret_mark)
{
    struct slice boundary = SLICE_ABSENT;
    enum parameter_outcome outcome;
    unsigned count = 0;
    struct slice name;
    struct slice value;

    while ((outcome = parameter_next(&parameters, arena, &name, &value)) == PARAMETER_OK) {
        if (++count > PARAMETERS_MAX)
            return false;
        if (!parameter_word_is(name, "boundary"))
            continue;
        if (!slice_is_absent(boundary))
            return false;
        boundary = value;
    }
    if (outcome == PARAMETER_MALFORMED || !is_boundary(boundary))
        return false;
    *ret_mark = arena_printf(arena, "\r\n--%.*s", SLICE_ARG(boundary));
    return true;
}

/* Takes the rest of a delimiter's line off `rest`; false when it is no such line. */
static bool end_delimiter(struct slice *rest, bool *ret_last)
{
    *ret_last = begins_with(*rest, SLICE_LIT("--"));
    if (*ret_last)
        *rest = slice_after(*rest, 2);
    while (rest->len > 0 && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t'))
        *rest = slice_after(*rest, 1);
    if (begins_with(*rest, CRLF))
        *rest = slice_after(*rest, 2);
    else if (!*ret_last || rest->len > 0)
        return false;
    return true;
}

/* Takes everything up to the next delimiter, and that, off `rest`. */
static bool take_part(struct slice *rest, struct slice mark, struct slice *ret_part, bool *ret_last)
{
    size_t at = find(*rest, mark);

    if (at == rest->len)
        return false;
    *ret_part = slice_of(rest->ptr, at);
    *rest = slice_after(*rest, at + mark.len);
    return end_delimiter(rest, ret_last);
}

/* A line of a head without its end: no control byte but tab, so no CR or LF alone either. */
static bool is_line(struct slice line)
{
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];

        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool read_disposition(struct slice value, struct arena *arena, struct form_field *field)
{
    enum parameter_outcome outcome;
    bool encoded_name = false;
    unsigned count = 0;
    struct slice name;
    struct slice text;

    if (!slice_is_absent(field->name) || !parameter_word_is(parameter_word(&value), "form-data"))
        return false;
    while ((outcome = parameter_next(&value, arena, &name, &text)) == PARAMETER_OK) {
        struct slice *target = parameter_word_is(name, "name")       ? &field->name
                               : parameter_word_is(name, "filename") ? &field->filename
                                                                     : NULL;

        /* RFC 7578 section 4.2 has no filename*; who sends it all the same means a file. */
        encoded_name = encoded_name || parameter_word_is(name, "filename*");
        if (++count > PARAMETERS_MAX)
            return false;
        if (target == NULL)
            continue;
        if (!slice_is_absent(*target))
            return false;
        *target = text;
    }
    if (encoded_name && slice_is_absent(field->filename))
        field->filename = SLICE_LIT("");
    return outcome == PARAMETER_END && !slice_is_absent(field->name);
}

static bool read_header(struct slice line, struct arena *arena, struct form_field *field)
{
    size_t colon = find(line, SLICE_LIT(":"));
    struct slice name = slice_of(line.ptr, colon);
    struct slice value;
    struct slice word;

    /* A name never begins with a blank: that would be a line folded. */
    if (colon == 0 || colon == line.len || find(name, SLICE_LIT(" ")) < colon ||
        find(name, SLICE_LIT("\t")) < colon || !is_line(line))
        return false;
    value = slice_after(line, colon + 1);
    if (parameter_word_is(name, "Content-Disposition"))
        return read_disposition(value, arena, field);
    word = parameter_word(&value);
    if (parameter_word_is(name, "Content-Transfer-Encoding"))
        return parameter_word_is(word, "binary") || parameter_word_is(word, "8bit") ||
               parameter_word_is(word, "7bit");
    if (parameter_word_is(name, "Content-Type"))
        return word.len < 10 || strncasecmp(word.ptr, "multipart/", 10) != 0;
    return true;
}

/* The head of a part, each of its lines with an end. */
static bool read_head(struct slice head, struct arena *arena, struct form_field *field)
{
    if (head.len > FORM_PART_HEAD_MAX)
        return false;
    while (head.len > 0) {
        size_t end = find(head, CRLF);

        if (!read_header(slice_of(head.ptr, end), arena, field))
            return false;
        head = slice_after(head, end + 2);
    }
    return !slice_is_absent(field->name);
}

static enum form_outcome read_part(struct slice part, struct arena *arena, struct form *form)
{
    struct form_field field = {.name = SLICE_ABSENT, .filename = SLICE_ABSENT};
    size_t head_end = find(part, SLICE_LIT("\r\n\r\n"));

    if (head_end == part.len || !read_head(slice_of(part.ptr, head_end + 2), arena, &field))
        return FORM_MALFORMED;
    field.value = slice_after(part, head_end + 4);
    return form_add(form, field);
}

enum form_outcome multipart_read(struct slice parameters, struct slice body, struct arena *arena,
                                 struct form *form)
{
    struct slice rest = body;
    struct slice ignored;
    struct slice mark;
    bool last = false;
    bool begun;

    if (!read_mark(parameters, arena, &mark))
        return FORM_MALFORMED;
    /* The first delimiter begins the body, or follows what is to be ignored. */
    if (begins_with(body, slice_after(mark, 2))) {
        rest = slice_after(body, mark.len - 2);
        begun = end_delimiter(&rest, &last);
    } else {
        begun = take_part(&rest, mark, &ignored, &last);
    }
    if (!begun)
        return FORM_MALFORMED;
    while (!last) {
        enum form_outcome outcome;
        struct slice part;

        if (!take_part(&rest, mark, &part, &last))
            return FORM_MALFORMED;
        outcome = read_part(part, arena, form);
        if (outcome != FORM_OK)
            return outcome;
    }
    return FORM_OK;
}
