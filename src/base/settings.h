/*
 * settings: what an operator may choose, from one table (settings.def).
 *
 * A value comes from the built-in default, then the INI file, then the environment
 * (`DOMOFON_CODE_TTL_S` for `code.ttl_s`), then flags (`--set code.ttl_s=60`); later ones win. A
 * loaded struct settings is read-only and shared by all threads. Texts are owned by the struct.
 */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include "base/buf.h"

struct settings_range {
    int64_t low;
    int64_t high;
};

struct settings {
#define SETTING_INT(id, ...) int64_t id;
#define SETTING_RANGE(id, ...) struct settings_range id;
#define SETTING_TEXT(id, ...) char *id;
#define SETTING_URL(id, ...) char *id;
#define SETTING_SECRET(id, ...) char *id;
#define SETTING_CHOICE(id, ...) char *id;
#include "base/settings.def"
#undef SETTING_INT
#undef SETTING_RANGE
#undef SETTING_TEXT
#undef SETTING_URL
#undef SETTING_SECRET
#undef SETTING_CHOICE
    bool dev;       /* development mode: `serve --dev`, never from a file */
    char **sources; /* where each value came from, see settings_source */
};

/* A new struct with every default. Free with settings_free. */
struct settings *settings_new(void);
/* The same values from the same sources. Free with settings_free. */
struct settings *settings_copy(const struct settings *settings);
void settings_free(struct settings *settings);

enum settings_outcome { SETTINGS_OK, SETTINGS_UNKNOWN_NAME, SETTINGS_BAD_VALUE };

/* Longest text settings_set writes into `ret_error`, with its NUL. */
#define SETTINGS_ERROR_SIZE 400

/*
 * Sets `name` from text; `source` (copied, e.g. "domofon.ini:12", "environment DOMOFON_CODE_TTL_S",
 * "--set") is what `config show` prints and errors name. On anything but SETTINGS_OK the value is
 * unchanged and ret_error says the name, the value given, the allowed range and the source.
 */
MUST_CHECK enum settings_outcome settings_set(struct settings *settings, const char *name,
                                              const char *value, const char *source,
                                              char ret_error[SETTINGS_ERROR_SIZE]);

/*
 * Rules that span a value's parts or two settings (a listening address that parses, an alphabet of
 * different letters, country codes); SETTINGS_BAD_VALUE and ret_error as above.
 */
MUST_CHECK enum settings_outcome settings_check(const struct settings *settings,
                                                char ret_error[SETTINGS_ERROR_SIZE]);

/*
 * Writes the text of an error: the setting's name, the value given (a password or secret as ***;
 * cut when long) and where it came from, then what it `needed` to be ("4 to 10 digits").
 */
void settings_explain(size_t index, const char *value, const char *source, const char *needed,
                      char ret_error[SETTINGS_ERROR_SIZE]);

/*
 * Reads `127.0.0.1:8080` or `[::1]:8080` (numbers, not names; port 0 to 65535) into the bare host,
 * without brackets, and the port; false when it is anything else.
 */
#define SETTINGS_HOST_SIZE 64
MUST_CHECK bool settings_parse_listen(const char *text, char ret_host[SETTINGS_HOST_SIZE],
                                      uint16_t *ret_port);

/* Where people reach this service, without a slash at the end: public_url, or the issuer. */
struct slice settings_public_url(const struct settings *settings);

enum settings_kind {
    SETTINGS_INT,
    SETTINGS_RANGE,
    SETTINGS_TEXT,
    SETTINGS_URL,
    SETTINGS_SECRET,
    SETTINGS_CHOICE,
};

/* What the table says of a setting; texts are static and NULL where there are none. */
struct settings_facts {
    enum settings_kind kind;
    bool is_live; /* may change while running: settings_live.def */
    int64_t min;  /* of a number */
    int64_t max;  /* of a number; of a text its characters */
    const char *unit;
    const char *choices; /* "a|b|c" */
};
struct settings_facts settings_facts(size_t index);

/* Walking the table, in its order. */
size_t settings_count(void);
const char *settings_name(size_t index);
MUST_CHECK bool settings_find(const char *name, size_t *ret_index);
const char *settings_help(size_t index);
/* `DOMOFON_CODE_TTL_S` for code.ttl_s, NUL-terminated; SETTINGS_ENVIRONMENT_SIZE is enough. */
#define SETTINGS_ENVIRONMENT_SIZE 64
void settings_environment_name(size_t index, char *out, size_t size);
/* "4 to 10 digits", "text, at most 64 characters", "allow or refuse"; never longer than this. */
#define SETTINGS_ALLOWED_SIZE 160
struct slice settings_allowed(size_t index, struct arena *arena);
struct slice settings_default(size_t index, struct arena *arena);
/* The value as it would be written in the file; passwords and secrets as ***. */
struct slice settings_value(const struct settings *settings, size_t index, struct arena *arena);
/* Where the value came from: "default", or the source given to settings_set. */
const char *settings_source(const struct settings *settings, size_t index);

#endif
