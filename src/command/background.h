/*
 * background: the thread beside the request loops: it sends what is in the outbox, removes what is
 * over, keeps the signing keys up to date and adds up the statistics.
 */
#ifndef COMMAND_BACKGROUND_H
#define COMMAND_BACKGROUND_H

#include "api/app.h"

struct background;

/* Starts the thread and makes it app->sender. `app` must outlive it. */
MUST_CHECK bool background_start(struct app *app, struct background **ret_background,
                                 char ret_error[STORE_ERROR_SIZE]);

/* Begins nothing more, so that little is left to wait for at the stop. NULL is allowed. */
void background_quiet(struct background *background);

/* Ends the thread after what it had begun to send; NULL is allowed. */
void background_stop(struct background *background);

#endif
