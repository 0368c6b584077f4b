#include "base/log_line.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/utf8.h"

#define ELLIPSIS "\xe2\x80\xa6"

/* Room kept for what ends a line that was cut: ellipsis, quote and newline. */
#define END_BYTES (sizeof(ELLIPSIS) - 1 + 2)

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_DEBUG:
        return "debug";
    case LOG_INFO:
        return "info";
    case LOG_WARN:
        return "warn";
    case LOG_ERROR:
        return "error";
    }
    return "error";
}

/* All of it or nothing, so that a cut never splits a character or an escape. */
static bool put(struct log_line *line, const char *text, size_t len)
{
    /* Not by subtraction: the quote that closes a value may already stand in the room kept. */
    if (line->len + len > sizeof(line->bytes) - END_BYTES)
        return false;
    memcpy(line->bytes + line->len, text, len);
    line->len += len;
    return true;
}

static bool put_str(struct log_line *line, const char *text)
{
    return put(line, text, strlen(text));
}

/* For the last bytes of a line, in the room kept for them. */
static void put_end(struct log_line *line, const char *text)
{
    size_t len = strlen(text);

    memcpy(line->bytes + line->len, text, len);
    line->len += len;
}

static bool needs_escape(size_t len, uint32_t code)
{
    return len == 0 || code == '"' || code == '\\' || !utf8_is_printable(code);
}

static bool needs_quotes(struct slice s)
{
    if (s.len == 0)
        return true;
    while (s.len > 0) {
        uint32_t code = 0;
        size_t len = utf8_next(s, &code);

        if (needs_escape(len, code) || code == ' ' || code == '=')
            return true;
        s = slice_after(s, len);
    }
    return false;
}

/* One character, escaped where need be; `len` 0 means a byte that is not UTF-8. */
static bool put_character(struct log_line *line, const char *at, size_t len, uint32_t code)
{
    char text[16];

    if (!needs_escape(len, code))
        return put(line, at, len);
    if (len == 0)
        (void)snprintf(text, sizeof(text), "\\x%02x", (unsigned)(unsigned char)*at);
    else if (code == '"' || code == '\\')
        (void)snprintf(text, sizeof(text), "\\%c", (char)code);
    else if (code == '\n' || code == '\r' || code == '\t')
        (void)snprintf(text, sizeof(text), "\\%c", code == '\n' ? 'n' : code == '\r' ? 'r' : 't');
    else
        (void)snprintf(text, sizeof(text), "\\u%04" PRIx32, code);
    return put_str(line, text);
}

/* False when it did not fit; the ellipsis and the closing quote are then written. */
static bool put_text(struct log_line *line, struct slice s)
{
    bool quoted = needs_quotes(s);
    bool fits = !quoted || put(line, "\"", 1);

    if (!fits) {
        put_end(line, ELLIPSIS);
        return false;
    }
    while (s.len > 0 && fits) {
        uint32_t code = 0;
        size_t len = utf8_next(s, &code);

        fits = put_character(line, s.ptr, len, code);
        s = slice_after(s, len == 0 ? 1 : len);
    }
    if (!fits)
        put_end(line, ELLIPSIS);
    if (quoted)
        put_end(line, "\"");
    return fits;
}

static bool put_field(struct log_line *line, const struct log_field *field)
{
    char number[24];

    if (!put(line, " ", 1) || !put_str(line, field->key) || !put(line, "=", 1)) {
        put_end(line, ELLIPSIS);
        return false;
    }
    if (!slice_is_absent(field->text))
        return put_text(line, field->text);
    (void)snprintf(number, sizeof(number), "%" PRId64, field->number);
    return put_text(line, slice_str(number));
}

void log_line_format(struct log_line *line, int64_t at_us, enum log_level level, const char *event,
                     const struct log_field *fields, size_t field_count)
{
    char at[CLOCK_TEXT_SIZE];
    bool fits;

    line->len = 0;
    clock_format(at_us, at);
    fits = put_str(line, at) && put(line, " ", 1) && put_str(line, level_name(level)) &&
           put(line, " ", 1) && put_str(line, event);
    for (size_t i = 0; fits && i < field_count; i++)
        fits = put_field(line, &fields[i]);
    put_end(line, "\n");
}
