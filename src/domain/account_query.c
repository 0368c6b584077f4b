#include "domain/account_query.h"

#include <stdio.h>

#include "domain/id.h"
#include "domain/text.h"

/* Of a number in the audit. */
#define NOTE_DIGITS 7

static const char *const kind_names[] = {
    [ACCOUNT_QUERY_EVERYONE] = "everyone",
    [ACCOUNT_QUERY_PHONE] = "phone",
    [ACCOUNT_QUERY_EMAIL] = "email",
    [ACCOUNT_QUERY_NOBODY] = "nobody",
};

const char *account_query_kind_name(enum account_query_kind kind)
{
    return kind_names[kind];
}

/* Could an e-mail begin so? Profiles keep none with spaces or anything invisible in it. */
static bool read_email(struct slice text, char out[ACCOUNT_QUERY_MAX + 1])
{
    struct slice rest = text;
    uint32_t point;

    while (text_next(&rest, &point))
        if (text_is_space(point) || text_is_control(point) || text_is_invisible(point))
            return false;
    if (rest.len > 0)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        out[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    out[text.len] = '\0';
    return true;
}

/* Digits and signs alone are never the beginning of an e-mail here: they are one of a number. */
static bool looks_like_phone(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (strchr("0123456789+()-./ ", text.ptr[i]) == NULL || text.ptr[i] == '\0')
            return false;
    return true;
}

void account_query_read(struct slice text, const char *phone_region, const char *invite_alphabet,
                        struct account_query *ret_query)
{
    memset(ret_query, 0, sizeof(*ret_query));
    ret_query->kind = ACCOUNT_QUERY_NOBODY;
    if (text.len > ACCOUNT_QUERY_MAX)
        return;
    text = text_trim(slice_is_absent(text) ? SLICE_LIT("") : text);
    if (text.len == 0) {
        ret_query->kind = ACCOUNT_QUERY_EVERYONE;
        return;
    }
    if (!id_parse(text, &ret_query->id))
        ret_query->id = 0;
    if (!invite_code_read(text, invite_alphabet, ret_query->invite_given,
                          ret_query->invite_forgiven))
        ret_query->invite_given[0] = ret_query->invite_forgiven[0] = '\0';
    ret_query->phone_count = phone_beginnings(text, phone_region, ret_query->phones);
    if (ret_query->phone_count > 0)
        ret_query->kind = ACCOUNT_QUERY_PHONE;
    else if (!looks_like_phone(text) && read_email(text, ret_query->email))
        ret_query->kind = ACCOUNT_QUERY_EMAIL;
}

static void note_email(const char *email, char out[ACCOUNT_QUERY_NOTE_SIZE])
{
    const char *at = strchr(email, '@');
    struct slice rest = slice_str(email);
    uint32_t point;

    if (at == NULL || at == email) {
        (void)snprintf(out, ACCOUNT_QUERY_NOTE_SIZE, "%s", email);
        return;
    }
    (void)!text_next(&rest, &point);
    (void)snprintf(out, ACCOUNT_QUERY_NOTE_SIZE, "%.*s•••%s", (int)(rest.ptr - email), email, at);
}

void account_query_note(const struct account_query *query, char out[ACCOUNT_QUERY_NOTE_SIZE])
{
    /* Of two readings of a number the last is the one within the country. */
    const char *phone = query->phone_count > 0 ? query->phones[query->phone_count - 1] : "";

    out[0] = '\0';
    if (query->kind == ACCOUNT_QUERY_PHONE)
        (void)snprintf(out, ACCOUNT_QUERY_NOTE_SIZE, "%.*s%s", NOTE_DIGITS + 1, phone,
                       strlen(phone) > NOTE_DIGITS + 1 ? "•••" : "");
    else if (query->kind == ACCOUNT_QUERY_EMAIL)
        note_email(query->email, out);
}
