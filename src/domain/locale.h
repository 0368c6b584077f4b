/*
 * locale: the language of messages and errors. Two are spoken: English and Russian.
 */
#ifndef DOMAIN_LOCALE_H
#define DOMAIN_LOCALE_H

#include "base/slice.h"

enum locale { LOCALE_NONE, LOCALE_EN, LOCALE_RU };

/* "en", "ru"; NULL for LOCALE_NONE. Static. */
const char *locale_tag(enum locale locale);

/* Exactly "en" or "ru" (a JSON field, a setting, a column); LOCALE_NONE for anything else. */
enum locale locale_from_tag(struct slice tag);

/* A longer Accept-Language is ignored whole. */
#define LOCALE_HEADER_MAX 256

/*
 * The spoken language an Accept-Language header (RFC 9110 section 12.5.4) likes best: the highest
 * q wins, the first of equals; `ru-RU` means ru; q=0 refuses a language, also against `*`. A range
 * that is not well-formed is skipped. LOCALE_NONE, and the caller takes `locale.default`, when the
 * header is absent, too long, or names neither language; `*` alone has no opinion either, unless
 * one language is refused by q=0.
 */
enum locale locale_from_header(struct slice header);

#endif
