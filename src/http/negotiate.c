#include "http/negotiate.h"

#include "http/parameter.h"

/* Weights are told in thousandths; a client may leave them out. */
#define WEIGHT_FULL 1000
#define WEIGHT_NONE (-1)

/* qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ); anything else is not accepted. */
static int read_weight(struct slice text)
{
    int weight = 0;
    int digit = WEIGHT_FULL;

    if (text.len == 0 || text.len > 5 || (text.ptr[0] != '0' && text.ptr[0] != '1') ||
        (text.len > 1 && text.ptr[1] != '.'))
        return 0;
    for (size_t i = 0; i < text.len; i++) {
        if (i == 1)
            continue;
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return 0;
        weight += digit * (text.ptr[i] - '0');
        digit /= 10;
    }
    return weight > WEIGHT_FULL ? 0 : weight;
}

/* The weight of one coding's parameters: `q=0.5`, or nothing. */
static int weight_of(struct slice parameters)
{
    parameters = slice_trim(parameters);
    if (parameters.len == 0)
        return WEIGHT_FULL;
    if (parameters.len < 2 || (parameters.ptr[0] | 0x20) != 'q' || parameters.ptr[1] != '=')
        return 0;
    return read_weight(slice_after(parameters, 2));
}

bool http_accepts_gzip(struct slice accept_encoding)
{
    int gzip = WEIGHT_NONE;
    int identity = WEIGHT_NONE;
    int any = WEIGHT_NONE;

    while (accept_encoding.len > 0) {
        struct slice rest = slice_take(&accept_encoding, ',');
        struct slice coding = slice_trim(slice_take(&rest, ';'));
        int weight = weight_of(rest);

        if (parameter_word_is(coding, "gzip") || parameter_word_is(coding, "x-gzip"))
            gzip = weight;
        else if (parameter_word_is(coding, "identity"))
            identity = weight;
        else if (parameter_word_is(coding, "*"))
            any = weight;
    }
    if (gzip == WEIGHT_NONE)
        gzip = any;
    return gzip > 0 && gzip >= identity;
}

static struct slice without_weak(struct slice tag)
{
    return tag.len >= 2 && tag.ptr[0] == 'W' && tag.ptr[1] == '/' ? slice_after(tag, 2) : tag;
}

bool http_has_tag(struct slice if_none_match, const char *tag)
{
    struct slice wanted = without_weak(slice_str(tag));
    struct slice rest = slice_trim(if_none_match);

    if (slice_eq_str(rest, "*"))
        return true;
    /* A tag may hold commas, but no quotes. */
    while (rest.len > 0) {
        struct slice found;
        const char *end;

        rest = without_weak(slice_trim(rest));
        end = rest.len == 0 || rest.ptr[0] != '"' ? NULL : memchr(rest.ptr + 1, '"', rest.len - 1);
        if (end == NULL)
            return false;
        found = slice_of(rest.ptr, (size_t)(end - rest.ptr) + 1);
        if (slice_eq(found, wanted))
            return true;
        rest = slice_trim(slice_after(rest, found.len));
        if (rest.len > 0 && rest.ptr[0] != ',')
            return false;
        while (rest.len > 0 && (rest.ptr[0] == ',' || slice_is_blank(rest.ptr[0])))
            rest = slice_after(rest, 1);
    }
    return false;
}
