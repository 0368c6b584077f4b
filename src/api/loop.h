/*
 * loop: what each event loop has of its own for the routes: its port of the store, tokens seen
 * lately, pictures under way, the handset's listeners (struct api_loop in call.h). Called by http
 * on the loop's own thread, through the table of app_handler.
 */
#ifndef API_LOOP_H
#define API_LOOP_H

#include "http/http.h"

/* False, with a line in the log, when the store gives no port; *ret_state is a struct api_loop. */
bool api_loop_open(void *app, struct http_loop *http, void **ret_state);
void api_loop_close(void *app, void *state);

/* The server stops: what would only wait, or be done as well at another time, is over. */
void api_loop_drain(void *app, void *state);

/* The loop is about to sleep: what has queued for the store sets out. */
void api_loop_rest(void *app, void *state);

#endif
