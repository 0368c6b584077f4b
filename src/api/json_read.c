#include "api/json_read.h"

#include <errno.h>
#include <stdlib.h>

#define NUL_ESCAPE "\\u0000"

static size_t skip_digits(struct slice text, size_t at)
{
    while (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9')
        at++;
    return at;
}

static bool is_at(struct slice text, size_t at, const char *any_of)
{
    return at < text.len && text.ptr[at] != '\0' && strchr(any_of, text.ptr[at]) != NULL;
}

/* Is it one number, by the grammar of RFC 8259 §6? With a fraction or an exponent it is a real. */
static bool is_number(struct slice text, bool *ret_is_real)
{
    size_t at = is_at(text, 0, "-") ? 1 : 0;
    size_t begin = at;

    at = skip_digits(text, at);
    if (at == begin || (at > begin + 1 && text.ptr[begin] == '0'))
        return false;
    *ret_is_real = at < text.len;
    if (is_at(text, at, ".")) {
        begin = at + 1;
        at = skip_digits(text, begin);
        if (at == begin)
            return false;
    }
    if (is_at(text, at, "eE")) {
        begin = at + (is_at(text, at + 1, "+-") ? 2 : 1);
        at = skip_digits(text, begin);
        if (at == begin)
            return false;
    }
    return at == text.len;
}

/* `token` ends where a byte stands that is no part of a number. */
static bool is_too_long(struct slice token)
{
    errno = 0;
    (void)strtoll(token.ptr, NULL, 10);
    return errno == ERANGE;
}

/* Makes 0.000… of a number that may be too large; gives where it ends. */
static size_t tame_number(char *text, size_t len, size_t begin)
{
    size_t end = begin;
    bool is_real;

    while (is_at(slice_of(text, len), end, "+-.eE0123456789"))
        end++;
    if (is_number(slice_of(text + begin, end - begin), &is_real) &&
        (is_real || is_too_long(slice_of(text + begin, end - begin)))) {
        memset(text + begin, '0', end - begin);
        text[begin + 1] = '.';
    }
    return end;
}

static bool is_name(struct slice text, size_t string_end)
{
    while (is_at(text, string_end, " \t\r\n"))
        string_end++;
    return is_at(text, string_end, ":");
}

/* Of a string that is a name replaces what jansson does not take; gives where it ends. */
static size_t tame_string(char *text, size_t len, size_t begin)
{
    size_t end = begin + 1;

    while (end < len && text[end] != '"')
        end += text[end] == '\\' ? 2 : 1;
    if (end >= len)
        return len;
    if (!is_name(slice_of(text, len), ++end))
        return end;
    for (size_t i = begin; i + strlen(NUL_ESCAPE) < end; i += text[i] == '\\' ? 2 : 1) {
        if (memcmp(text + i, NUL_ESCAPE, strlen(NUL_ESCAPE)) == 0)
            memcpy(text + i + 2, "ffff", 4);
    }
    return end;
}

static void tame(char *text, size_t len)
{
    size_t at = 0;

    while (at < len) {
        if (text[at] == '"')
            at = tame_string(text, len, at);
        else if (is_at(slice_of(text, len), at, "-0123456789"))
            at = tame_number(text, len, at);
        else
            at++;
    }
}

static bool may_be_tamed(const json_error_t *error)
{
    enum json_error_code code = json_error_code(error);

    return code == json_error_numeric_overflow || code == json_error_null_byte_in_key;
}

json_t *json_read(struct slice text, struct arena *arena, json_error_t *ret_error)
{
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL;
    json_t *value = json_loadb(text.ptr, text.len, flags, ret_error);
    char *copy;

    if (value != NULL || !may_be_tamed(ret_error))
        return value;
    copy = arena_str(arena, text);
    tame(copy, text.len);
    return json_loadb(copy, text.len, flags, ret_error);
}
