/*
 * live_settings: settings that change while the server runs.
 *
 * What was changed is in the store (PUT /v1/admin/settings) and wins over what the start gave. Each
 * node asks for it every second and, when it differs, makes a new struct settings of what its own
 * start gave and these changes, and swaps app->settings for it. A change that is not allowed here
 * (stored by a newer version, or by hand) is logged and left out; it never stops anything.
 *
 * Readers take the pointer and no lock, so nobody can tell when the last one is done with an older
 * struct: they live until live_settings_close. That is some 10 kB for each change.
 */
#ifndef COMMAND_LIVE_SETTINGS_H
#define COMMAND_LIVE_SETTINGS_H

#include "api/app.h"

struct live_settings;

/* What is not read anew at each use: the level of the log. */
void settings_take_effect(const struct settings *settings);

/*
 * Reads the changes for the first time, waiting on `port`, which has a loop of its own. A store
 * that cannot be read leaves the settings as they are for now. Never NULL.
 */
struct live_settings *live_settings_open(struct app *app, struct store_port *port);

/* Goes on asking, on this loop and port, and makes app->settings_stored wake it. */
void live_settings_watch(struct live_settings *live, uv_loop_t *loop, struct store_port *port);

/* Stops asking; `closed` is called on the loop once the port is not used any more. */
void live_settings_stop(struct live_settings *live, void (*closed)(void *owner), void *owner);

/* The settings are those of the start again. Nobody may read any others any more. */
void live_settings_close(struct live_settings *live);

#endif
