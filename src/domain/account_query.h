/*
 * account_query: what somebody means who looks people up in the administration by one line of text:
 * a number in any form or its beginning, an e-mail or its beginning, an invite code, an id. One
 * text may be several of these: `123456` is an id, an invite code and the beginning of a number.
 */
#ifndef DOMAIN_ACCOUNT_QUERY_H
#define DOMAIN_ACCOUNT_QUERY_H

#include "domain/invite.h"
#include "domain/phone.h"

/* Longest e-mail that is kept, and longest text looked at, in bytes. */
#define ACCOUNT_QUERY_MAX 254

/* What looks the text up besides an id and an invite code. */
enum account_query_kind {
    ACCOUNT_QUERY_EVERYONE, /* the text is empty */
    ACCOUNT_QUERY_PHONE,    /* digits, and what stands between the digits of a number */
    ACCOUNT_QUERY_EMAIL,    /* any other text that an e-mail may begin with */
    ACCOUNT_QUERY_NOBODY,   /* a text that leads nowhere */
};

struct account_query {
    enum account_query_kind kind;
    int64_t id; /* 0: not an id */
    /* As invite_code_read gives them; empty when no code can be meant. */
    char invite_given[INVITE_TEXT_SIZE];
    char invite_forgiven[INVITE_TEXT_SIZE];
    char phones[PHONE_BEGINNINGS_MAX][PHONE_E164_SIZE]; /* see phone_beginnings */
    unsigned phone_count;
    char email[ACCOUNT_QUERY_MAX + 1]; /* in lower case (ASCII), as the store compares it */
};

/* Reads `text` (UTF-8; absent is empty). `ret_query` is set whole. */
void account_query_read(struct slice text, const char *phone_region, const char *invite_alphabet,
                        struct account_query *ret_query);

/* "everyone", "phone", "email", "nobody". Static. */
const char *account_query_kind_name(enum account_query_kind kind);

/*
 * The text as the audit may keep it: who was looked for stays recognisable to those who know them,
 * but a number or an address that is written out does not survive its owner's erasure there. The
 * first seven digits of a number stay, the first letter of an e-mail and what stands from its @ on.
 */
#define ACCOUNT_QUERY_NOTE_SIZE (ACCOUNT_QUERY_MAX + 16)
void account_query_note(const struct account_query *query, char out[ACCOUNT_QUERY_NOTE_SIZE]);

#endif
