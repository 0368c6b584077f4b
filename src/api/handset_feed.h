/*
 * handset_feed: the messages of the simulated handset as they happen, to everybody who listens
 * (server-sent events, WHATWG HTML section 9.2). Development mode only; one feed a loop.
 *
 * While somebody listens the feed reads list_messages five times a second, once for all of its
 * listeners, and tells them what is new since the look before: a message on its way ("sending"),
 * one that has arrived ("delivered"), one that will not ("failed": its code was superseded, or its
 * provider gave up). It looks into the store, so it does not matter which node asked for a code and
 * which one carried it.
 *
 *     id: 1700000000000000                 when it was delivered; only on delivered ones
 *     event: message
 *     data: {"id":"...","state":"delivered","phone":"+7...","text":"...","code":"...",...}
 *
 * Who comes gets the newest messages first, or, with the Last-Event-ID of an earlier connection,
 * those since: rather one twice than one too few, so a listener goes by `id`.
 */
#ifndef API_HANDSET_FEED_H
#define API_HANDSET_FEED_H

#include "api/call.h"

/* Most messages of each kind, on their way and delivered, in one look. */
#define HANDSET_FEED_MOST 50

struct handset_feed *handset_feed_open(struct api_loop *loop);

/*
 * Makes the client of a finished list_messages a listener, of messages delivered since `since_us`
 * (0: of the newest few). False: it cannot be one now, and call->reply is the 503. True: the
 * request is answered from here on, and no longer the caller's.
 */
MUST_CHECK bool handset_feed_join(struct handset_feed *feed, struct call *call, int64_t since_us);

/* The server stops: the listeners are let go as soon as the store has come back. */
void handset_feed_drain(struct handset_feed *feed);

/* Nobody listens any more. NULL is allowed. */
void handset_feed_close(struct handset_feed *feed);

#endif
