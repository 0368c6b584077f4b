/*
 * phone: what people type as a phone number, made one E.164 number (ITU-T E.164) or refused with a
 * reason. Metadata is libphonenumber's, behind phone_metadata.h.
 *
 * With default region RU, `89234440000`, `8 (923) 444-00-00`, `+7 923 444-00-00`, `79234440000` and
 * `9234440000` are one number. A number written with `+` is international as it stands: `+8...` is
 * never rewritten to `+7...`. Spaces, dashes, dots, slashes and brackets may stand between digits;
 * letters, extensions, NUL and digits of other scripts are refused. Thread-safe.
 */
#ifndef DOMAIN_PHONE_H
#define DOMAIN_PHONE_H

#include "base/slice.h"

/* "+", at most 15 digits, NUL. */
#define PHONE_E164_SIZE 17

/* Longest text looked at, in bytes; a longer one is PHONE_INVALID, too_long. */
#define PHONE_TEXT_MAX 64

enum phone_outcome {
    PHONE_OK,         /* a number that can receive messages */
    PHONE_INVALID,    /* not a number that exists */
    PHONE_NOT_MOBILE, /* a number, but of a kind that is not a person's handset */
};

struct phone {
    char e164[PHONE_E164_SIZE]; /* set for PHONE_OK only */
    char region[3];             /* ISO 3166-1, e.g. "RU", "KZ"; set for PHONE_OK only */
    /*
     * A stable word that goes to the client; static; NULL for PHONE_OK.
     * PHONE_INVALID: not_a_number, too_short, too_long, impossible, invalid_country_code.
     * PHONE_NOT_MOBILE: fixed_line, toll_free, premium_rate, shared_cost, voip, personal_number,
     * pager, uan, voicemail, not_geographic (+870 and the like), unknown.
     */
    const char *reason;
};

/*
 * Reads `text`; numbers without `+` belong to `default_region` (ISO 3166-1, upper case; one that
 * libphonenumber does not know leaves only numbers with `+`). `ret_phone` is set whole in every
 * case. 10 microseconds for a number in E.164, 20 to 30 for one that must be rewritten.
 */
MUST_CHECK enum phone_outcome phone_parse(struct slice text, const char *default_region,
                                          struct phone *ret_phone);

/*
 * A number that only looks like one, as examples do: `+` and 8 to 15 digits, or for the region RU
 * eleven that begin with 8 or 7. For development mode; `region` is empty.
 */
MUST_CHECK bool phone_parse_example(struct slice text, const char *default_region,
                                    struct phone *ret_phone);

#define PHONE_BEGINNINGS_MAX 2
#define PHONE_BEGINNING_DIGITS_MIN 3

/*
 * What stored numbers may begin with when somebody who looks one up types `text`, a whole number or
 * its beginning: `+` and at least three digits each. `8923` and `923` in region RU give `+7923`,
 * and
 * `+8923` or `+923` besides, because the `+` of a foreign number is often left out. How many there
 * are; none of them is a beginning of the other. 0: the text is no beginning of a number.
 */
MUST_CHECK unsigned phone_beginnings(struct slice text, const char *default_region,
                                     char ret_out[PHONE_BEGINNINGS_MAX][PHONE_E164_SIZE]);

/*
 * The country of a number that phone_parse has made (ISO 3166-1); "ZZ" for one that is of none, or
 * that is not such a number. About a microsecond; up to 20 where countries share a code with many.
 */
void phone_country(struct slice e164, char ret_country[3]);

/* Loads the metadata (about 10 ms), so that the first request does not wait for it. */
void phone_warm_up(void);

/* Does the metadata know this region (ISO 3166-1, upper case)? For checking `phone.region`. */
bool phone_region_known(const char *region);

/*
 * Does the metadata know every country of a list as phone_country_allowed takes it? If not,
 * *ret_unknown is the first that it does not, pointing into `countries`. For checking
 * `send.countries`.
 */
MUST_CHECK bool phone_countries_known(const char *countries, struct slice *ret_unknown);

/*
 * Is `region` in `countries`, a list such as "RU, BY,KZ" or the word `all`? Case and spaces do not
 * matter. An empty list allows nothing.
 */
bool phone_country_allowed(const char *countries, const char *region);

/* UTF-8, with the NUL. */
#define PHONE_MASK_SIZE 48

/*
 * `+79234440000` as `+7923•••••00`, for logs and for lists that must not show numbers: the country
 * code, up to three digits after it and the last two stay, and at least four are hidden. A text
 * that is not `+` and 7 to 15 digits is hidden whole.
 */
void phone_mask(const char *e164, char out[PHONE_MASK_SIZE]);

#endif
