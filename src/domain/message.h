/*
 * message: the text that carries a code to a handset. It ends with the origin-bound line
 * `@domain #code` (WICG "Origin-bound one-time codes delivered via SMS"), which lets browsers and
 * phones offer the code on that site only. Of a few wordings the first that fits one SMS is taken.
 */
#ifndef DOMAIN_MESSAGE_H
#define DOMAIN_MESSAGE_H

#include "domain/locale.h"

/* Longest text with its NUL, for a brand of 40 characters and a domain of 100. */
#define MESSAGE_TEXT_SIZE 512

struct message_terms {
    enum locale locale; /* LOCALE_NONE speaks English */
    const char *brand;  /* at most 40 characters of UTF-8 */
    const char *domain; /* host name without scheme or port, at most 100 bytes */
    const char *code;   /* digits */
    int64_t life_s;     /* how long the code lives from now, positive */
};

/*
 * Writes the text, a secret as long as the code lives, and returns its length. Life is told in
 * whole minutes, rounded down, or in seconds when it is less than one minute. In Russian it is at
 * most 70 UCS-2 units, one SMS, for a brand of up to 10 and a domain of up to 20 letters.
 */
size_t message_write(const struct message_terms *terms, char out[MESSAGE_TEXT_SIZE]);

/*
 * How many SMS a text needs: 160 septets of GSM 03.38 in one or 153 in each of several, or 70 and
 * 67 UCS-2 units once a character is outside that alphabet. Of GSM 03.38 only its ASCII part
 * counts as inside.
 */
unsigned message_segments(struct slice text);

#endif
