#include "domain/settings_rules.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "domain/dialect.h"
#include "domain/hosted.h"
#include "domain/phone.h"
#include "domain/token.h"

static enum settings_outcome refuse(const struct settings *settings, const char *name,
                                    const char *value, const char *needed, char *error)
{
    size_t index;

    CHECK(settings_find(name, &index));
    settings_explain(index, value, settings_source(settings, index), needed, error);
    return SETTINGS_BAD_VALUE;
}

/* Slips such as UK for GB would else refuse a whole country its codes, silently. */
static enum settings_outcome check_countries(const struct settings *settings, char *error)
{
    struct slice unknown;
    char needed[96];

    if (!phone_region_known(settings->phone_region))
        return refuse(settings, "phone.region", settings->phone_region,
                      "a country that has telephone numbers, such as RU", error);
    if (phone_countries_known(settings->send_countries, &unknown))
        return SETTINGS_OK;
    (void)snprintf(needed, sizeof(needed),
                   "countries that have telephone numbers, such as RU,GB, or all; not %.*s",
                   SLICE_ARG(unknown));
    return refuse(settings, "send.countries", settings->send_countries, needed, error);
}

static enum settings_outcome check_dialects(const struct settings *settings, char *error)
{
    struct slice unknown;
    unsigned dialects;
    char needed[160];

    if (dialect_list_parse(slice_str(settings->dialects), &dialects, &unknown))
        return SETTINGS_OK;
    if (unknown.len > 40)
        unknown = SLICE_LIT("...");
    (void)snprintf(needed, sizeof(needed), "none, all, or of " DIALECT_NAMES "; not \"%.*s\"",
                   SLICE_ARG(unknown));
    return refuse(settings, "dialects", settings->dialects, needed, error);
}

static enum settings_outcome check_origins(const struct settings *settings, char *error)
{
    struct slice bad;
    char needed[200];

    if (hosted_origins_check(slice_str(settings->hosted_origins), settings->dev, &bad))
        return SETTINGS_OK;
    if (bad.len > 60)
        bad = SLICE_LIT("...");
    (void)snprintf(needed, sizeof(needed),
                   "origins such as https://shop.example, comma between, without a path; http is "
                   "for localhost with --dev; not \"%.*s\"",
                   SLICE_ARG(bad));
    return refuse(settings, "hosted.origins", settings->hosted_origins, needed, error);
}

static enum settings_outcome check_tokens(const struct settings *settings, char *error)
{
    const char *issuer = settings->token_issuer;
    const char *audience = settings->token_audience;
    bool is_issuer = strlen(issuer) >= strlen(audience);

    if (token_names_fit(issuer, audience))
        return SETTINGS_OK;
    return refuse(settings, is_issuer ? "token.issuer" : "token.audience",
                  is_issuer ? issuer : audience,
                  "shorter: token.issuer and token.audience do not both fit into a token", error);
}

enum settings_outcome settings_rules_check(const struct settings *settings,
                                           char ret_error[SETTINGS_ERROR_SIZE])
{
    enum settings_outcome outcome = settings_check(settings, ret_error);

    if (outcome == SETTINGS_OK)
        outcome = check_countries(settings, ret_error);
    if (outcome == SETTINGS_OK)
        outcome = check_dialects(settings, ret_error);
    if (outcome == SETTINGS_OK)
        outcome = check_origins(settings, ret_error);
    if (outcome == SETTINGS_OK)
        outcome = check_tokens(settings, ret_error);
    return outcome;
}

/* Puts back what was there. */
static void restore(struct settings *settings, size_t index, struct arena *arena,
                    struct slice value, struct slice source)
{
    char error[SETTINGS_ERROR_SIZE];

    CHECK(settings_set(settings, settings_name(index), arena_str(arena, value),
                       arena_str(arena, source), error) == SETTINGS_OK);
}

enum settings_outcome settings_change(struct settings *settings,
                                      const struct settings_change *change,
                                      char ret_error[SETTINGS_ERROR_SIZE])
{
    struct arena *arena = arena_new();
    const char *name = arena_str(arena, change->name);
    enum settings_outcome outcome;
    size_t index = 0;

    if (settings_find(name, &index) && !settings_facts(index).is_live) {
        (void)snprintf(ret_error, SETTINGS_ERROR_SIZE, "%s: may not be changed while running",
                       settings_name(index));
        outcome = SETTINGS_UNKNOWN_NAME;
    } else {
        struct slice value = settings_value(settings, index, arena);
        struct slice source = arena_copy(arena, slice_str(settings_source(settings, index)));

        outcome = settings_set(settings, name, arena_str(arena, change->value), SETTINGS_RUNNING,
                               ret_error);
        if (outcome == SETTINGS_OK) {
            outcome = settings_rules_check(settings, ret_error);
            if (outcome != SETTINGS_OK)
                restore(settings, index, arena, value, source);
        }
    }
    arena_free(arena);
    return outcome;
}
