#include "domain/message.h"

#include <stdio.h>

#include "base/check.h"
#include "base/utf8.h"

#define BRAND_BYTES_MAX 160 /* 40 characters of UTF-8, as `message.brand` allows */
#define DOMAIN_BYTES_MAX 100
#define CODE_DIGITS_MAX 10

/*
 * Wordings, best first: $b the brand, $c the code, $l its life. The origin-bound line follows each.
 * The last must be good enough when none fits one SMS.
 */
static const char *const english[] = {
    "$b: your code is $c. It works for $l. Never share it with anyone.",
    "$b: code $c, good for $l. Never share it.",
    "$b: code $c, good for $l",
};
static const char *const russian[] = {
    "$b: ваш код $c. Действует $l. Никому его не сообщайте.",
    "$b: код $c на $l. Никому его не говорите.",
    "$b: код $c. Действует $l.",
    "$b: код $c на $l",
};
#define BOUND_LINE "\n@$d #$c"

/* A text being written; what does not fit is our mistake, as all parts have a named maximum. */
struct writer {
    char *out;
    size_t len;
};

static void put(struct writer *writer, const char *text)
{
    size_t len = strlen(text);

    CHECK(writer->len + len < MESSAGE_TEXT_SIZE);
    memcpy(writer->out + writer->len, text, len + 1);
    writer->len += len;
}

static void put_life(struct writer *writer, const struct message_terms *terms)
{
    static const char *const units[][2] = {{" s", " min"}, {" с", " мин"}};
    bool minutes = terms->life_s >= 60;
    char number[24];

    (void)snprintf(number, sizeof(number), "%lld",
                   (long long)(minutes ? terms->life_s / 60 : terms->life_s));
    put(writer, number);
    put(writer, units[terms->locale == LOCALE_RU][minutes]);
}

static void expand(struct writer *writer, const char *wording, const struct message_terms *terms)
{
    while (*wording != '\0') {
        char letter[] = {*wording++, '\0'};

        if (letter[0] != '$') {
            put(writer, letter);
            continue;
        }
        switch (*wording++) {
        case 'b':
            put(writer, terms->brand);
            break;
        case 'c':
            put(writer, terms->code);
            break;
        case 'd':
            put(writer, terms->domain);
            break;
        default:
            put_life(writer, terms);
        }
    }
}

size_t message_write(const struct message_terms *terms, char out[MESSAGE_TEXT_SIZE])
{
    const char *const *wordings = terms->locale == LOCALE_RU ? russian : english;
    size_t count = terms->locale == LOCALE_RU ? ARRAY_LEN(russian) : ARRAY_LEN(english);
    struct writer writer = {out, 0};

    CHECK(strlen(terms->brand) <= BRAND_BYTES_MAX && strlen(terms->domain) <= DOMAIN_BYTES_MAX);
    CHECK(strlen(terms->code) <= CODE_DIGITS_MAX && terms->life_s > 0);
    for (size_t i = 0; i < count; i++) {
        writer.len = 0;
        expand(&writer, wordings[i], terms);
        expand(&writer, BOUND_LINE, terms);
        if (message_segments(slice_of(out, writer.len)) == 1)
            break;
    }
    return writer.len;
}

/* Septets of an ASCII character in GSM 03.38: those of its extension table take two; 0: not in it.
 */
static unsigned septets_of(uint32_t point)
{
    if (point == '\n' || point == '\r')
        return 1;
    if (point < ' ' || point > '~' || point == '`')
        return 0;
    return strchr("[\\]^{|}~", (int)point) != NULL ? 2 : 1;
}

static unsigned pieces(size_t units, size_t alone, size_t each)
{
    return units <= alone ? 1 : (unsigned)((units + each - 1) / each);
}

unsigned message_segments(struct slice text)
{
    size_t septets = 0;
    size_t ucs2_units = 0;
    bool gsm = true;
    uint32_t point;
    size_t len;

    while ((len = utf8_next(text, &point)) > 0) {
        unsigned width = septets_of(point);

        septets += width;
        gsm = gsm && width > 0;
        /* Beyond the basic plane a character is a pair of surrogates. */
        ucs2_units += point > 0xFFFF ? 2 : 1;
        text = slice_after(text, len);
    }
    return gsm ? pieces(septets, 160, 153) : pieces(ucs2_units, 70, 67);
}
