/*
 * delay: replies that wait for their time (call->reply_at_us).
 */
#ifndef API_DELAY_H
#define API_DELAY_H

#include "api/call.h"

/*
 * Sends call->reply when it is time: at once when that has been or the server stops, and never
 * after more than half of http.request_s, whatever the clocks say.
 */
void delay_reply(struct call *call);

/* The server stops: sends all that wait. */
void delay_end(struct api_loop *loop);

#endif
