#include "domain/invite.h"

#include "base/check.h"
#include "domain/text.h"

#define ALPHABET_MIN 10
#define ALPHABET_MAX 62

/* Random bytes taken at a time: more than one code needs, so one draw is nearly always enough. */
#define DRAW_BYTES 16

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is_letter_or_digit(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

static void draw_letters(const char *alphabet, size_t size, void (*draw)(void *out, size_t len),
                         char out[INVITE_TEXT_SIZE])
{
    /* Rejection: bytes from here on would make the alphabet's first letters likelier. */
    size_t unbiased_below = 256 - 256 % size;
    size_t done = 0;

    while (done < INVITE_CODE_LEN) {
        uint8_t bytes[DRAW_BYTES];

        draw(bytes, sizeof(bytes));
        for (size_t i = 0; i < sizeof(bytes) && done < INVITE_CODE_LEN; i++)
            if (bytes[i] < unbiased_below)
                out[done++] = alphabet[bytes[i] % size];
    }
    out[INVITE_CODE_LEN] = '\0';
}

void invite_code_draw(const char *alphabet, void (*draw)(void *out, size_t len),
                      char out[INVITE_TEXT_SIZE])
{
    size_t size = strlen(alphabet);

    CHECK(size >= ALPHABET_MIN && size <= ALPHABET_MAX);
    do
        draw_letters(alphabet, size, draw, out);
    while (invite_code_is_rude(out));
}

/* The Latin letter or digit that a Cyrillic one is written like; 0 when there is none. */
static char latin_of(uint32_t point)
{
    static const struct {
        uint16_t cyrillic;
        char latin;
    } look_alikes[] = {
        {0x410, 'A'},
        {0x412, 'B'},
        {0x415, 'E'},
        {0x41A, 'K'},
        {0x41C, 'M'},
        {0x41D, 'H'},
        {0x41E, 'O'},
        {0x420, 'P'},
        {0x421, 'C'},
        {0x422, 'T'},
        {0x423, 'Y'},
        {0x425, 'X'},
        {0x430, 'a'},
        {0x432, 'b'},
        {0x435, 'e'},
        {0x43A, 'k'},
        {0x43C, 'm'},
        {0x43D, 'h'},
        {0x43E, 'o'},
        {0x440, 'p'},
        {0x441, 'c'},
        {0x442, 't'},
        {0x443, 'y'},
        {0x445, 'x'},
        /* Letters of the Ukrainian, Belarusian and Serbian keyboards. */
        {0x405, 'S'},
        {0x406, 'I'},
        {0x408, 'J'},
        {0x455, 's'},
        {0x456, 'i'},
        {0x458, 'j'},
    };

    for (size_t i = 0; i < ARRAY_LEN(look_alikes); i++)
        if (look_alikes[i].cyrillic == point)
            return look_alikes[i].latin;
    return '\0';
}

static bool read_given(struct slice text, char ret_given[INVITE_TEXT_SIZE])
{
    char given[INVITE_TEXT_SIZE] = "";
    size_t len = 0;
    uint32_t point;

    if (text.len > INVITE_INPUT_MAX)
        return false;
    while (text_next(&text, &point)) {
        char c = point < 0x80 ? (char)point : latin_of(point);

        if (text_is_space(point) || text_is_dash(point) || text_is_invisible(point))
            continue;
        if (!is_letter_or_digit(c) || len == INVITE_CODE_LEN)
            return false;
        given[len++] = c;
    }
    if (text.len > 0 || len < INVITE_CODE_LEN)
        return false;
    memcpy(ret_given, given, sizeof(given));
    return true;
}

/* The one member of `look_alikes` that is in `alphabet`; 0 when there is none, or more. */
static char only_member(const char *look_alikes, const char *alphabet)
{
    char found = '\0';

    for (; *look_alikes != '\0'; look_alikes++) {
        if (strchr(alphabet, *look_alikes) == NULL)
            continue;
        if (found != '\0')
            return '\0';
        found = *look_alikes;
    }
    return found;
}

static char forgive(char c, const char *alphabet)
{
    static const char *const look_alikes[] = {"0Oo", "1Ili"};
    char other_case = (char)(is_letter(c) ? c ^ ('a' - 'A') : c);

    if (strchr(alphabet, c) != NULL)
        return c;
    if (strchr(alphabet, other_case) != NULL)
        return other_case;
    for (size_t i = 0; i < ARRAY_LEN(look_alikes); i++) {
        char only = only_member(look_alikes[i], alphabet);

        if (strchr(look_alikes[i], c) != NULL && only != '\0')
            return only;
    }
    return c;
}

bool invite_code_read(struct slice text, const char *alphabet, char ret_given[INVITE_TEXT_SIZE],
                      char ret_forgiven[INVITE_TEXT_SIZE])
{
    if (!read_given(text, ret_given))
        return false;
    for (size_t i = 0; i < INVITE_CODE_LEN; i++)
        ret_forgiven[i] = forgive(ret_given[i], alphabet);
    ret_forgiven[INVITE_CODE_LEN] = '\0';
    return true;
}
