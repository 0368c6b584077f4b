#include "domain/phone.h"

#include <stdio.h>

#include "domain/phone_metadata.h"
#include "domain/text.h"

/* E.164: at most 15 digits; a national form may have a trunk or an international prefix more. */
#define E164_DIGITS_MAX 15
#define E164_DIGITS_MIN 7
#define TYPED_DIGITS_MAX 20

/* A `+` or none, the digits, NUL. */
#define TYPED_SIZE (TYPED_DIGITS_MAX + 2)

static bool is_digit(uint32_t point)
{
    return point >= '0' && point <= '9';
}

static bool is_punctuation(uint32_t point)
{
    return text_is_space(point) || text_is_dash(point) || text_is_invisible(point) ||
           point == '(' || point == ')' || point == '.' || point == '/';
}

/* The digits of `text`, with the `+` before the first of them; NULL, or a reason to refuse. */
static const char *read_digits(struct slice text, char out[TYPED_SIZE])
{
    size_t len = 0;
    size_t digits = 0;
    uint32_t point;

    if (text.len > PHONE_TEXT_MAX)
        return "too_long";
    while (text_next(&text, &point)) {
        if (is_punctuation(point))
            continue;
        if (!is_digit(point) && (point != '+' || len > 0))
            return "not_a_number";
        if (is_digit(point) && ++digits > TYPED_DIGITS_MAX)
            return "too_long";
        out[len++] = (char)point;
    }
    out[len] = '\0';
    return text.len > 0 || digits == 0 ? "not_a_number" : NULL;
}

static const char *verdict_reason(enum phone_metadata_verdict verdict)
{
    switch (verdict) {
    case PHONE_METADATA_VALID:
        return NULL;
    case PHONE_METADATA_NOT_A_NUMBER:
        /* It was given digits, so there are too few of them. */
        return "too_short";
    case PHONE_METADATA_INVALID_COUNTRY_CODE:
        return "invalid_country_code";
    case PHONE_METADATA_TOO_SHORT:
        return "too_short";
    case PHONE_METADATA_TOO_LONG:
        return "too_long";
    case PHONE_METADATA_IMPOSSIBLE:
        return "impossible";
    }
    return "impossible";
}

/* Why this kind of number is not a person's handset; NULL when it may be. */
static const char *kind_reason(enum phone_metadata_kind kind)
{
    switch (kind) {
    case PHONE_METADATA_MOBILE:
    case PHONE_METADATA_FIXED_LINE_OR_MOBILE:
        return NULL;
    case PHONE_METADATA_FIXED_LINE:
        return "fixed_line";
    case PHONE_METADATA_TOLL_FREE:
        return "toll_free";
    case PHONE_METADATA_PREMIUM_RATE:
        return "premium_rate";
    case PHONE_METADATA_SHARED_COST:
        return "shared_cost";
    case PHONE_METADATA_VOIP:
        return "voip";
    case PHONE_METADATA_PERSONAL_NUMBER:
        return "personal_number";
    case PHONE_METADATA_PAGER:
        return "pager";
    case PHONE_METADATA_UAN:
        return "uan";
    case PHONE_METADATA_VOICEMAIL:
        return "voicemail";
    case PHONE_METADATA_UNKNOWN:
        return "unknown";
    }
    return "unknown";
}

/*
 * libphonenumber takes off one trunk prefix, and what is left may begin with another: then the
 * number it tells would not be read as itself, and one account could become two.
 */
static bool reads_as_itself(const struct phone_metadata *found)
{
    struct phone_metadata again;

    return phone_metadata_look_up(found->e164, "", &again) == PHONE_METADATA_VALID &&
           strcmp(again.e164, found->e164) == 0;
}

/* Why `typed` is no number; NULL, with ret_found set, when it is one. */
static const char *look_up(const char *typed, const char *default_region,
                           struct phone_metadata *ret_found)
{
    const char *reason = verdict_reason(phone_metadata_look_up(typed, default_region, ret_found));

    if (reason != NULL)
        return reason;
    /* Some plans have more digits than E.164 allows; no message can be addressed to those. */
    if (strlen(ret_found->e164) >= PHONE_E164_SIZE)
        return "too_long";
    return strcmp(typed, ret_found->e164) == 0 || reads_as_itself(ret_found) ? NULL : "impossible";
}

enum phone_outcome phone_parse(struct slice text, const char *default_region,
                               struct phone *ret_phone)
{
    struct phone_metadata found;
    char typed[TYPED_SIZE];

    memset(ret_phone, 0, sizeof(*ret_phone));
    ret_phone->reason = read_digits(text, typed);
    if (ret_phone->reason == NULL)
        ret_phone->reason = look_up(typed, default_region, &found);
    if (ret_phone->reason != NULL)
        return PHONE_INVALID;
    ret_phone->reason = kind_reason(found.kind);
    if (ret_phone->reason == NULL && strlen(found.region) != 2)
        ret_phone->reason = "not_geographic";
    if (ret_phone->reason != NULL)
        return PHONE_NOT_MOBILE;
    memcpy(ret_phone->e164, found.e164, strlen(found.e164));
    memcpy(ret_phone->region, found.region, 2);
    return PHONE_OK;
}

bool phone_parse_example(struct slice text, const char *default_region, struct phone *ret_phone)
{
    char typed[TYPED_SIZE];
    const char *digits = typed;

    memset(ret_phone, 0, sizeof(*ret_phone));
    if (read_digits(text, typed) != NULL)
        return false;
    if (typed[0] == '+')
        digits = typed + 1;
    else if (strcmp(default_region, "RU") != 0 || strlen(typed) != 11 ||
             (typed[0] != '8' && typed[0] != '7'))
        return false;
    if (strlen(digits) < 8 || strlen(digits) > E164_DIGITS_MAX)
        return false;
    ret_phone->e164[0] = '+';
    memcpy(ret_phone->e164 + 1, digits, strlen(digits));
    if (typed[0] == '8')
        ret_phone->e164[1] = '7';
    return true;
}

/* "+" and both texts of digits; false when that is more than a number has. */
static bool join_number(const char *country, const char *digits, char out[PHONE_E164_SIZE])
{
    int len = snprintf(out, PHONE_E164_SIZE, "+%s%s", country, digits);

    return len > 0 && len < PHONE_E164_SIZE;
}

/* The number of `digits` as dialled within the region, however short; false: none. */
static bool read_national(const char *digits, const char *region, char out[PHONE_E164_SIZE])
{
    char trunk[PHONE_METADATA_TRUNK_SIZE];
    char country[12];

    (void)snprintf(country, sizeof(country), "%d", phone_metadata_country(region, trunk));
    if (strncmp(digits, trunk, strlen(trunk)) == 0)
        digits += strlen(trunk);
    return strcmp(country, "0") != 0 && join_number(country, digits, out);
}

unsigned phone_beginnings(struct slice text, const char *default_region,
                          char ret_out[PHONE_BEGINNINGS_MAX][PHONE_E164_SIZE])
{
    struct phone phone;
    char typed[TYPED_SIZE];
    const char *digits = typed;
    unsigned count = 0;

    if (read_digits(text, typed) != NULL)
        return 0;
    if (typed[0] == '+')
        digits++;
    if (strlen(digits) < PHONE_BEGINNING_DIGITS_MIN)
        return 0;
    if (phone_parse(text, default_region, &phone) == PHONE_OK) {
        memcpy(ret_out[0], phone.e164, sizeof(phone.e164));
        return 1;
    }
    if (join_number("", digits, ret_out[0]))
        count++;
    if (typed[0] == '+' || !read_national(digits, default_region, ret_out[count]))
        return count;
    /* +777 and +7777, of `777`: the first has all that begin with the second. */
    return count == 1 && strncmp(ret_out[1], ret_out[0], strlen(ret_out[0])) == 0 ? 1 : count + 1;
}

void phone_warm_up(void)
{
    struct phone ignored;

    /* Loads the plan of a region and compiles its patterns, not only the list of regions. */
    (void)!phone_parse(SLICE_LIT("+79234440000"), "RU", &ignored);
}

bool phone_region_known(const char *region)
{
    return phone_metadata_has_region(region);
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool same_word(struct slice a, const char *b)
{
    if (a.len != strlen(b))
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (upper(a.ptr[i]) != upper(b[i]))
            return false;
    return true;
}

static bool is_every_country(struct slice list)
{
    return same_word(text_trim(list), "all");
}

bool phone_countries_known(const char *countries, struct slice *ret_unknown)
{
    struct slice list = slice_str(countries);

    if (is_every_country(list))
        return true;
    while (list.len > 0) {
        struct slice country = text_trim(slice_take(&list, ','));
        bool known = false;

        if (country.len == 2) {
            char region[] = {upper(country.ptr[0]), upper(country.ptr[1]), '\0'};

            known = phone_metadata_has_region(region);
        }
        if (!known) {
            *ret_unknown = country;
            return false;
        }
    }
    return true;
}

bool phone_country_allowed(const char *countries, const char *region)
{
    struct slice list = slice_str(countries);

    if (is_every_country(list))
        return true;
    while (list.len > 0) {
        if (same_word(text_trim(slice_take(&list, ',')), region))
            return true;
    }
    return false;
}

void phone_country(struct slice e164, char ret_country[3])
{
    char digits[E164_DIGITS_MAX + 1];
    char region[4];
    size_t len = e164.len == 0 ? 0 : e164.len - 1;

    memcpy(ret_country, "ZZ", 3);
    if (len < E164_DIGITS_MIN || len > E164_DIGITS_MAX || e164.ptr[0] != '+')
        return;
    for (size_t i = 0; i < len; i++) {
        if (e164.ptr[i + 1] < '0' || e164.ptr[i + 1] > '9')
            return;
        digits[i] = e164.ptr[i + 1];
    }
    digits[len] = '\0';
    /* What libphonenumber calls "001" is no country. */
    if (phone_metadata_region(digits, region) && strlen(region) == 2)
        memcpy(ret_country, region, 3);
}

/* Digits of the country code a number begins with (ITU-T E.164 list of assigned country codes). */
static size_t country_code_len(const char *digits)
{
    static const char two_digit[][3] = {
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
        "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
        "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    };

    if (digits[0] == '1' || digits[0] == '7')
        return 1;
    for (size_t i = 0; i < ARRAY_LEN(two_digit); i++)
        if (memcmp(digits, two_digit[i], 2) == 0)
            return 2;
    return 3;
}

#define BULLET "\xE2\x80\xA2"
#define MASK_AFTER_CODE 3
#define MASK_LAST 2
#define MASK_HIDDEN_MIN 4

static char *put_bullets(char *out, size_t count)
{
    for (; count > 0; count--) {
        memcpy(out, BULLET, sizeof(BULLET) - 1);
        out += sizeof(BULLET) - 1;
    }
    return out;
}

void phone_mask(const char *e164, char out[PHONE_MASK_SIZE])
{
    const char *digits = e164 + 1;
    size_t len = e164[0] == '+' ? strspn(digits, "0123456789") : 0;
    size_t head;
    char *at;

    if (len < E164_DIGITS_MIN || len > E164_DIGITS_MAX || digits[len] != '\0') {
        at = put_bullets(out, MASK_HIDDEN_MIN);
        *at = '\0';
        return;
    }
    head = country_code_len(digits) + MASK_AFTER_CODE;
    if (head + MASK_HIDDEN_MIN + MASK_LAST > len)
        head = len - MASK_HIDDEN_MIN - MASK_LAST;
    memcpy(out, e164, head + 1);
    at = put_bullets(out + head + 1, len - head - MASK_LAST);
    memcpy(at, digits + len - MASK_LAST, MASK_LAST + 1);
}
