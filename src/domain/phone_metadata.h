/*
 * phone_metadata: the C face of libphonenumber, the only C++ of the house. Used by phone.c alone.
 *
 * No exception crosses: whatever is thrown ends as PHONE_METADATA_NOT_A_NUMBER for input, and ends
 * the process when memory runs out. Thread-safe.
 */
#ifndef DOMAIN_PHONE_METADATA_H
#define DOMAIN_PHONE_METADATA_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum phone_metadata_verdict {
    PHONE_METADATA_VALID, /* assigned to somebody, by its country's numbering plan */
    PHONE_METADATA_NOT_A_NUMBER,
    PHONE_METADATA_INVALID_COUNTRY_CODE,
    PHONE_METADATA_TOO_SHORT,
    PHONE_METADATA_TOO_LONG,
    PHONE_METADATA_IMPOSSIBLE, /* a length or a range that the plan does not have */
};

/* libphonenumber's PhoneNumberUtil::PhoneNumberType. */
enum phone_metadata_kind {
    PHONE_METADATA_FIXED_LINE,
    PHONE_METADATA_MOBILE,
    PHONE_METADATA_FIXED_LINE_OR_MOBILE,
    PHONE_METADATA_TOLL_FREE,
    PHONE_METADATA_PREMIUM_RATE,
    PHONE_METADATA_SHARED_COST,
    PHONE_METADATA_VOIP,
    PHONE_METADATA_PERSONAL_NUMBER,
    PHONE_METADATA_PAGER,
    PHONE_METADATA_UAN,
    PHONE_METADATA_VOICEMAIL,
    PHONE_METADATA_UNKNOWN,
};

/* Room for what libphonenumber may write: "+", 3 + 17 digits, NUL. */
#define PHONE_METADATA_E164_SIZE 24

struct phone_metadata {
    enum phone_metadata_kind kind;
    char e164[PHONE_METADATA_E164_SIZE];
    char region[4]; /* ISO 3166-1, or "001" for codes that are no country's */
};

/*
 * Looks up a number of ASCII digits, with or without a leading `+`; without one it belongs to
 * `region`. `ret` is set for PHONE_METADATA_VALID only.
 */
enum phone_metadata_verdict phone_metadata_look_up(const char *number, const char *region,
                                                   struct phone_metadata *ret);

/*
 * The region of a number in E.164, given as its digits without the `+`; false when no plan knows
 * it. Reads no text as people write it, and so costs a tenth of a look-up.
 */
bool phone_metadata_region(const char *digits, char ret_region[4]);

/* Is there a numbering plan for this region? Also loads the metadata. */
bool phone_metadata_has_region(const char *region);

/* Room for what is dialled before a number within its country, with the NUL. */
#define PHONE_METADATA_TRUNK_SIZE 8

/*
 * The code of the region's country, 7 for RU, and in ret_trunk the digits that stand before a
 * number dialled within it ("8" there, "" where there are none). 0: no such region.
 */
int phone_metadata_country(const char *region, char ret_trunk[PHONE_METADATA_TRUNK_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
