#include "http/parameter.h"

#include <strings.h>

/* Takes `text` up to the first of `ends`, or all of it, off `rest`. */
static struct slice take_until(struct slice *rest, const char *ends)
{
    struct slice taken = {rest->ptr, 0};

    while (taken.len < rest->len &&
           (rest->ptr[taken.len] == '\0' || strchr(ends, rest->ptr[taken.len]) == NULL))
        taken.len++;
    if (taken.len > 0)
        *rest = slice_after(*rest, taken.len);
    return taken;
}

struct slice parameter_word(struct slice *rest)
{
    return slice_trim(take_until(rest, ";"));
}

bool parameter_word_is(struct slice word, const char *known)
{
    return word.len == strlen(known) && strncasecmp(word.ptr, known, word.len) == 0;
}

/* A token of RFC 9110 section 5.6.2. */
static bool is_token(struct slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (c <= ' ' || c >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", c) != NULL)
            return false;
    }
    return name.len > 0;
}

static bool is_escape(struct slice text, size_t i)
{
    return text.ptr[i] == '\\' && i + 1 < text.len &&
           (text.ptr[i + 1] == '"' || text.ptr[i + 1] == '\\');
}

static struct slice unescape(struct slice text, size_t escapes, struct arena *arena)
{
    char *out = arena_alloc_raw(arena, text.len - escapes);
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (is_escape(text, i))
            i++;
        out[len++] = text.ptr[i];
    }
    return slice_of(out, len);
}

/* What stands between quotes, the first of which `rest` begins with. */
static bool take_quoted(struct slice *rest, struct arena *arena, struct slice *ret_value)
{
    size_t escapes = 0;

    for (size_t i = 1; i < rest->len; i++) {
        if (is_escape(*rest, i)) {
            escapes++;
            i++;
        } else if (rest->ptr[i] == '"') {
            struct slice inside = slice_of(rest->ptr + 1, i - 1);

            *ret_value = escapes == 0 ? inside : unescape(inside, escapes, arena);
            *rest = slice_after(*rest, i + 1);
            return true;
        }
    }
    return false;
}

enum parameter_outcome parameter_next(struct slice *rest, struct arena *arena,
                                      struct slice *ret_name, struct slice *ret_value)
{
    struct slice name;

    *rest = slice_trim(*rest);
    if (rest->len == 0)
        return PARAMETER_END;
    if (rest->ptr[0] != ';')
        return PARAMETER_MALFORMED;
    /* Parameters may be empty. */
    while (rest->len > 0 && (rest->ptr[0] == ';' || slice_is_blank(rest->ptr[0])))
        *rest = slice_after(*rest, 1);
    if (rest->len == 0)
        return PARAMETER_END;
    name = take_until(rest, "=;");
    if (rest->len == 0 || rest->ptr[0] != '=' || !is_token(name))
        return PARAMETER_MALFORMED;
    *rest = slice_after(*rest, 1);
    *ret_name = name;
    if (rest->len > 0 && rest->ptr[0] == '"')
        return take_quoted(rest, arena, ret_value) ? PARAMETER_OK : PARAMETER_MALFORMED;
    *ret_value = slice_trim(take_until(rest, ";\""));
    return rest->len > 0 && rest->ptr[0] == '"' ? PARAMETER_MALFORMED : PARAMETER_OK;
}
