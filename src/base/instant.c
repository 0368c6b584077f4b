#include "base/instant.h"

#include "base/def.h"

#define FIRST_YEAR 1970
#define LAST_US INT64_C(253402300799999999) /* 9999-12-31T23:59:59.999999Z */

/* Takes exactly `count` digits off `rest`; the number must be from `min` to `max`. */
static bool take(struct slice *rest, size_t count, int64_t min, int64_t max, int64_t *ret_value)
{
    int64_t value = 0;

    if (rest->len < count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (rest->ptr[i] < '0' || rest->ptr[i] > '9')
            return false;
        value = value * 10 + (rest->ptr[i] - '0');
    }
    *rest = slice_after(*rest, count);
    *ret_value = value;
    return value >= min && value <= max;
}

static bool take_char(struct slice *rest, char c)
{
    if (rest->len == 0 || rest->ptr[0] != c)
        return false;
    *rest = slice_after(*rest, 1);
    return true;
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t month_days(int64_t year, int64_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static bool take_date(struct slice *rest, int64_t *ret_days)
{
    int64_t year;
    int64_t month;
    int64_t day;
    int64_t before;
    int64_t days;

    if (!take(rest, 4, FIRST_YEAR, 9999, &year) || !take_char(rest, '-') ||
        !take(rest, 2, 1, 12, &month) || !take_char(rest, '-') ||
        !take(rest, 2, 1, month_days(year, month), &day))
        return false;
    before = year - 1;
    days = before * 365 + before / 4 - before / 100 + before / 400 - 719162 + day - 1;
    for (int64_t i = 1; i < month; i++)
        days += month_days(year, i);
    *ret_days = days;
    return true;
}

/* ".789", if it is there, in microseconds. */
static bool take_fraction(struct slice *rest, int64_t *ret_us)
{
    int64_t unit_us = US_PER_S / 10;
    int64_t digit;
    bool any = false;

    *ret_us = 0;
    if (!take_char(rest, '.'))
        return true;
    while (take(rest, 1, 0, 9, &digit)) {
        *ret_us += digit * unit_us;
        unit_us /= 10;
        any = true;
    }
    return any;
}

/* "Z" or "+03:00"; a space is the `+` that somebody did not escape in a query. */
static bool take_offset(struct slice *rest, int64_t *ret_us)
{
    int64_t sign = 1;
    int64_t hours;
    int64_t minutes;

    *ret_us = 0;
    if (take_char(rest, 'Z') || take_char(rest, 'z'))
        return true;
    if (take_char(rest, '-'))
        sign = -1;
    else if (!take_char(rest, '+') && !take_char(rest, ' '))
        return false;
    if (!take(rest, 2, 0, 23, &hours) || !take_char(rest, ':') || !take(rest, 2, 0, 59, &minutes))
        return false;
    *ret_us = sign * (hours * US_PER_HOUR + minutes * US_PER_MINUTE);
    return true;
}

static bool take_time(struct slice *rest, int64_t *ret_us)
{
    int64_t hour;
    int64_t minute;
    int64_t second;
    int64_t fraction_us;
    int64_t offset_us;

    if (!take(rest, 2, 0, 23, &hour) || !take_char(rest, ':') || !take(rest, 2, 0, 59, &minute) ||
        !take_char(rest, ':') || !take(rest, 2, 0, 59, &second) ||
        !take_fraction(rest, &fraction_us) || !take_offset(rest, &offset_us))
        return false;
    *ret_us =
        hour * US_PER_HOUR + minute * US_PER_MINUTE + second * US_PER_S + fraction_us - offset_us;
    return true;
}

bool instant_parse(struct slice text, int64_t *ret_us)
{
    int64_t days;
    int64_t time_us = 0;
    int64_t at_us;

    if (!take_date(&text, &days))
        return false;
    if (text.len > 0 && !((take_char(&text, 'T') || take_char(&text, 't')) &&
                          take_time(&text, &time_us) && text.len == 0))
        return false;
    at_us = days * US_PER_DAY + time_us;
    if (at_us < 0 || at_us > LAST_US)
        return false;
    *ret_us = at_us;
    return true;
}
