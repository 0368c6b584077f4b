#include "domain/locale.h"

#define Q_MAX 1000
#define Q_ABSENT (-1)

/* A letter of ASCII in lower case, whatever the process's locale. */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_alnum(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

const char *locale_tag(enum locale locale)
{
    switch (locale) {
    case LOCALE_EN:
        return "en";
    case LOCALE_RU:
        return "ru";
    case LOCALE_NONE:
        break;
    }
    return NULL;
}

enum locale locale_from_tag(struct slice tag)
{
    if (slice_eq_str(tag, "en"))
        return LOCALE_EN;
    if (slice_eq_str(tag, "ru"))
        return LOCALE_RU;
    return LOCALE_NONE;
}

/* qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ), in thousandths. */
static bool parse_q(struct slice text, int *ret_q)
{
    int q = 0;
    int scale = Q_MAX;

    if (text.len < 1 || text.len > 5 || (text.len > 1 && text.ptr[1] != '.'))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (i == 1)
            continue;
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        q += (text.ptr[i] - '0') * scale;
        scale /= 10;
    }
    if (q > Q_MAX)
        return false;
    *ret_q = q;
    return true;
}

/* The parameters behind a range, absent when there are none: only q is defined; another, or a
 * second one, spoils the range. */
static bool parse_weight(struct slice rest, int *ret_q)
{
    struct slice weight = slice_trim(rest);

    *ret_q = Q_MAX;
    if (slice_is_absent(weight))
        return true;
    if (weight.len < 2 || lower(weight.ptr[0]) != 'q' || weight.ptr[1] != '=')
        return false;
    return parse_q(slice_after(weight, 2), ret_q);
}

/* language-range = ( 1*8ALPHA *( "-" 1*8alphanum ) ) / "*" (RFC 4647 section 2.1). */
static bool is_range(struct slice range)
{
    size_t part = 0;
    bool first = true;

    if (slice_eq_str(range, "*"))
        return true;
    for (size_t i = 0; i < range.len; i++) {
        if (range.ptr[i] == '-') {
            if (part == 0)
                return false;
            part = 0;
            first = false;
        } else if (!is_alnum(range.ptr[i]) || (first && lower(range.ptr[i]) < 'a') || ++part > 8) {
            return false;
        }
    }
    return part > 0;
}

static bool names_language(struct slice range, const char *tag)
{
    return range.len >= 2 && lower(range.ptr[0]) == tag[0] && lower(range.ptr[1]) == tag[1] &&
           (range.len == 2 || range.ptr[2] == '-');
}

/* What the header says of one language: its highest weight, and where that stood. */
struct opinion {
    int q;
    int position;
};

static void note(struct opinion *opinion, int q, int position)
{
    if (q > opinion->q)
        *opinion = (struct opinion){q, position};
}

static enum locale prefer(struct opinion en, struct opinion ru, struct opinion any)
{
    bool en_named = en.q != Q_ABSENT;
    bool ru_named = ru.q != Q_ABSENT;

    if (!en_named && !ru_named)
        return LOCALE_NONE;
    if (!en_named)
        en = any;
    if (!ru_named)
        ru = any;
    if (en.q <= 0 && ru.q <= 0)
        return LOCALE_NONE;
    /* A language that is named is liked better than one that only `*` covers. */
    if (en.q == ru.q && en_named != ru_named)
        return en_named ? LOCALE_EN : LOCALE_RU;
    if (en.q == ru.q)
        return en.position < ru.position ? LOCALE_EN : LOCALE_RU;
    return en.q > ru.q ? LOCALE_EN : LOCALE_RU;
}

enum locale locale_from_header(struct slice header)
{
    struct opinion en = {Q_ABSENT, 0};
    struct opinion ru = {Q_ABSENT, 0};
    struct opinion any = {Q_ABSENT, 0};
    struct slice rest = header;

    if (slice_is_absent(header) || header.len > LOCALE_HEADER_MAX)
        return LOCALE_NONE;
    for (int position = 0; rest.len > 0; position++) {
        struct slice element = slice_take(&rest, ',');
        struct slice range = slice_trim(slice_take(&element, ';'));
        int q;

        if (!is_range(range) || !parse_weight(element, &q))
            continue;
        if (names_language(range, "en"))
            note(&en, q, position);
        else if (names_language(range, "ru"))
            note(&ru, q, position);
        else if (range.ptr[0] == '*')
            note(&any, q, position);
    }
    return prefer(en, ru, any);
}
