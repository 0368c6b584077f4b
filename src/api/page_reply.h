/*
 * page_reply: how what base/asset.h holds is answered: compressed for those who can read that,
 * with an entity tag, and with nothing at all for those who have it already.
 */
#ifndef API_PAGE_REPLY_H
#define API_PAGE_REPLY_H

#include "api/call.h"
#include "base/asset.h"

/* Kept, but asked about each time. */
#define CACHE_REVALIDATE "no-cache"
/* For addresses that never change what they name: a year, RFC 9111's longest in common use. */
#define CACHE_FOREVER "public, max-age=31536000, immutable"
/* For what other programs read. */
#define CACHE_SHORT "public, max-age=300"

/* Answers with a file; NULL is not found. For `return` of an ask(). */
enum ask_result page_reply(struct call *call, const struct asset *asset, const char *cache_control);

/* The same by its name, of which a literal will do. */
enum ask_result page_reply_name(struct call *call, const char *name, const char *cache_control);

#endif
