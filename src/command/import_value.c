#include "command/import_value.h"

#include "domain/text.h"

#define YEAR_MIN 1970
#define YEAR_MAX 9999

/* Takes exactly `digits` digits off `rest`. */
static bool take_number(struct slice *rest, size_t digits, int64_t *ret_number)
{
    int64_t number = 0;

    if (rest->len < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (rest->ptr[i] < '0' || rest->ptr[i] > '9')
            return false;
        number = number * 10 + (rest->ptr[i] - '0');
    }
    *rest = slice_after(*rest, digits);
    *ret_number = number;
    return true;
}

static bool take_char(struct slice *rest, const char *any_of)
{
    if (rest->len == 0 || rest->ptr[0] == '\0' || strchr(any_of, rest->ptr[0]) == NULL)
        return false;
    *rest = slice_after(*rest, 1);
    return true;
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_before_year(int64_t year)
{
    int64_t past = year - 1;

    return past * 365 + past / 4 - past / 100 + past / 400;
}

static bool take_day(struct slice *rest, int64_t *ret_days)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t year;
    int64_t month;
    int64_t day;
    int64_t days;

    if (!take_number(rest, 4, &year) || !take_char(rest, "-") || !take_number(rest, 2, &month) ||
        !take_char(rest, "-") || !take_number(rest, 2, &day))
        return false;
    if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1 ||
        day > lengths[month - 1] + (month == 2 && is_leap(year) ? 1 : 0))
        return false;
    days = days_before_year(year) - days_before_year(YEAR_MIN) + day - 1;
    for (int64_t i = 1; i < month; i++)
        days += lengths[i - 1] + (i == 2 && is_leap(year) ? 1 : 0);
    *ret_days = days;
    return true;
}

/* Any number of digits after the point; those past the microseconds do not count. */
static int64_t take_fraction_us(struct slice *rest)
{
    int64_t unit_us = US_PER_S;
    int64_t us = 0;
    int64_t digit;

    while (take_number(rest, 1, &digit)) {
        unit_us /= 10;
        us += digit * unit_us;
    }
    return us;
}

static bool take_time(struct slice *rest, int64_t *ret_us)
{
    int64_t hour;
    int64_t minute;
    int64_t second = 0;
    int64_t fraction_us = 0;

    if (!take_number(rest, 2, &hour) || !take_char(rest, ":") || !take_number(rest, 2, &minute) ||
        hour > 23 || minute > 59)
        return false;
    if (take_char(rest, ":")) {
        if (!take_number(rest, 2, &second) || second > 60)
            return false;
        if (take_char(rest, "."))
            fraction_us = take_fraction_us(rest);
    }
    *ret_us = hour * US_PER_HOUR + minute * US_PER_MINUTE + second * US_PER_S + fraction_us;
    return true;
}

/* `Z`, `+03`, `+0300`, `+03:00`, or nothing. */
static bool take_offset(struct slice *rest, int64_t *ret_us)
{
    int64_t hours;
    int64_t minutes = 0;
    int64_t sign;

    *ret_us = 0;
    if (take_char(rest, "Zz") || rest->len == 0)
        return true;
    sign = rest->ptr[0] == '-' ? -1 : 1;
    if (!take_char(rest, "+-") || !take_number(rest, 2, &hours) || hours > 15)
        return false;
    (void)take_char(rest, ":");
    if (rest->len > 0 && (!take_number(rest, 2, &minutes) || minutes > 59))
        return false;
    *ret_us = sign * (hours * US_PER_HOUR + minutes * US_PER_MINUTE);
    return true;
}

bool import_read_date(struct slice text, int64_t *ret_us)
{
    struct slice rest = text_trim(text);
    int64_t days;
    int64_t time_us = 0;
    int64_t offset_us = 0;

    if (!take_day(&rest, &days))
        return false;
    if (rest.len > 0 && (!take_char(&rest, " Tt") || !take_time(&rest, &time_us) ||
                         !take_offset(&rest, &offset_us) || rest.len > 0))
        return false;
    time_us += days * US_PER_DAY - offset_us;
    if (time_us < 0)
        return false;
    *ret_us = time_us;
    return true;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool import_read_truth(struct slice text)
{
    static const char word[] = "true";

    if (slice_eq_str(text, "1"))
        return true;
    if (text.len != 1 && text.len != sizeof(word) - 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (lower(text.ptr[i]) != word[i])
            return false;
    }
    return true;
}

static bool is_letter_or_digit(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

uint64_t import_code_key(struct slice text)
{
    struct slice code = slice_is_absent(text) ? text : text_trim(text);
    uint64_t packed = 0;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    bool is_code = code.len == INVITE_CODE_LEN;

    if (code.len == 0)
        return 0;
    for (size_t i = 0; i < code.len; i++) {
        is_code = is_code && is_letter_or_digit(code.ptr[i]);
        packed = packed << 8 | (uint8_t)code.ptr[i];
        /* FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
        hash = (hash ^ (uint8_t)code.ptr[i]) * UINT64_C(0x100000001b3);
    }
    return is_code ? packed : hash | IMPORT_CODE_LIMIT;
}

void import_code_text(uint64_t key, char out[INVITE_TEXT_SIZE])
{
    for (size_t i = 0; i < INVITE_CODE_LEN; i++)
        out[i] = (char)(key >> 8 * (INVITE_CODE_LEN - 1 - i) & 0xff);
    out[INVITE_CODE_LEN] = '\0';
}

uint64_t import_phone_key(const char *e164)
{
    uint64_t key = 0;

    for (const char *at = e164 + 1; *at != '\0'; at++)
        key = key * 10 + (uint64_t)(*at - '0');
    return key;
}
