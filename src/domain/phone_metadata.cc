#include "domain/phone_metadata.h"

#include <cstring>
#include <exception>
#include <new>
#include <string>

#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace
{

phone_metadata_verdict verdict_of(PhoneNumberUtil::ErrorType error)
{
    switch (error) {
    case PhoneNumberUtil::NO_PARSING_ERROR:
        return PHONE_METADATA_VALID;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
        return PHONE_METADATA_INVALID_COUNTRY_CODE;
    case PhoneNumberUtil::NOT_A_NUMBER:
        return PHONE_METADATA_NOT_A_NUMBER;
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
    case PhoneNumberUtil::TOO_SHORT_NSN:
        return PHONE_METADATA_TOO_SHORT;
    case PhoneNumberUtil::TOO_LONG_NSN:
        return PHONE_METADATA_TOO_LONG;
    }
    return PHONE_METADATA_NOT_A_NUMBER;
}

/* Why a number that reads well is none that its country assigns. */
phone_metadata_verdict verdict_of(PhoneNumberUtil::ValidationResult result)
{
    switch (result) {
    case PhoneNumberUtil::INVALID_COUNTRY_CODE:
        return PHONE_METADATA_INVALID_COUNTRY_CODE;
    case PhoneNumberUtil::TOO_SHORT:
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
        return PHONE_METADATA_TOO_SHORT;
    case PhoneNumberUtil::TOO_LONG:
        return PHONE_METADATA_TOO_LONG;
    case PhoneNumberUtil::IS_POSSIBLE:
    case PhoneNumberUtil::INVALID_LENGTH:
        return PHONE_METADATA_IMPOSSIBLE;
    }
    return PHONE_METADATA_IMPOSSIBLE;
}

phone_metadata_kind kind_of(PhoneNumberUtil::PhoneNumberType type)
{
    switch (type) {
    case PhoneNumberUtil::FIXED_LINE:
        return PHONE_METADATA_FIXED_LINE;
    case PhoneNumberUtil::MOBILE:
        return PHONE_METADATA_MOBILE;
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
        return PHONE_METADATA_FIXED_LINE_OR_MOBILE;
    case PhoneNumberUtil::TOLL_FREE:
        return PHONE_METADATA_TOLL_FREE;
    case PhoneNumberUtil::PREMIUM_RATE:
        return PHONE_METADATA_PREMIUM_RATE;
    case PhoneNumberUtil::SHARED_COST:
        return PHONE_METADATA_SHARED_COST;
    case PhoneNumberUtil::VOIP:
        return PHONE_METADATA_VOIP;
    case PhoneNumberUtil::PERSONAL_NUMBER:
        return PHONE_METADATA_PERSONAL_NUMBER;
    case PhoneNumberUtil::PAGER:
        return PHONE_METADATA_PAGER;
    case PhoneNumberUtil::UAN:
        return PHONE_METADATA_UAN;
    case PhoneNumberUtil::VOICEMAIL:
        return PHONE_METADATA_VOICEMAIL;
    case PhoneNumberUtil::UNKNOWN:
        return PHONE_METADATA_UNKNOWN;
    }
    return PHONE_METADATA_UNKNOWN;
}

/* Copies with the NUL; false when it does not fit. */
bool copy_text(const std::string &text, char *out, size_t size)
{
    if (text.size() >= size)
        return false;
    std::memcpy(out, text.c_str(), text.size() + 1);
    return true;
}

phone_metadata_verdict look_up(const std::string &text, const std::string &region,
                               phone_metadata *ret)
{
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    std::string e164;
    std::string home;
    /*
     * Given a region, libphonenumber reads a `+` number with an unknown country code once more
     * without its `+`: +89234440000 would become +79234440000. "ZZ" is its name for no region.
     */
    const std::string base = text.compare(0, 1, "+") == 0 ? "ZZ" : region;
    const phone_metadata_verdict parsed = verdict_of(util.Parse(text, base, &number));

    if (parsed != PHONE_METADATA_VALID)
        return parsed;
    if (!util.IsValidNumber(number))
        return verdict_of(util.IsPossibleNumberWithReason(number));
    util.Format(number, PhoneNumberUtil::E164, &e164);
    util.GetRegionCodeForNumber(number, &home);
    ret->kind = kind_of(util.GetNumberType(number));
    if (!copy_text(e164, ret->e164, sizeof(ret->e164)) ||
        !copy_text(home, ret->region, sizeof(ret->region)))
        return PHONE_METADATA_IMPOSSIBLE;
    return PHONE_METADATA_VALID;
}

/* Country codes have one to three digits, and none begins another (ITU-T E.164). */
constexpr std::size_t country_code_max = 3;

bool region_of(const std::string &digits, char ret_region[4])
{
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    std::string region;
    int code = 0;

    for (std::size_t i = 0; i < country_code_max && i + 1 < digits.size(); i++) {
        code = code * 10 + (digits[i] - '0');
        util.GetRegionCodeForCountryCode(code, &region);
        if (region == "ZZ")
            continue;
        number.set_country_code(code);
        number.set_national_number(std::stoull(digits.substr(i + 1)));
        /* Italy's numbers begin with a zero that counts. */
        if (digits[i + 1] == '0')
            number.set_italian_leading_zero(true);
        util.GetRegionCodeForNumber(number, &region);
        return region != "ZZ" && copy_text(region, ret_region, 4);
    }
    return false;
}

} // namespace

enum phone_metadata_verdict phone_metadata_look_up(const char *number, const char *region,
                                                   struct phone_metadata *ret)
{
    try {
        return look_up(number, region, ret);
    } catch (const std::bad_alloc &) {
        std::terminate();
    } catch (...) {
        return PHONE_METADATA_NOT_A_NUMBER;
    }
}

bool phone_metadata_has_region(const char *region)
{
    try {
        return PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(region) != 0;
    } catch (...) {
        std::terminate();
    }
}

int phone_metadata_country(const char *region, char ret_trunk[PHONE_METADATA_TRUNK_SIZE])
{
    try {
        const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
        std::string trunk;

        util.GetNddPrefixForRegion(region, true, &trunk);
        if (!copy_text(trunk, ret_trunk, PHONE_METADATA_TRUNK_SIZE))
            ret_trunk[0] = '\0';
        return util.GetCountryCodeForRegion(region);
    } catch (...) {
        std::terminate();
    }
}

bool phone_metadata_region(const char *digits, char ret_region[4])
{
    try {
        return region_of(digits, ret_region);
    } catch (const std::bad_alloc &) {
        std::terminate();
    } catch (...) {
        return false;
    }
}
