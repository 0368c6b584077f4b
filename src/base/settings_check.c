#include <arpa/inet.h>
#include <stdlib.h>

#include "base/app_link.h"
#include "base/check.h"
#include "base/client_list.h"
#include "base/origin.h"
#include "base/settings.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_letter_or_digit(char c)
{
    return is_digit(c) || is_capital(c) || (c >= 'a' && c <= 'z');
}

static bool parse_port(const char *text, uint16_t *ret_port)
{
    uint32_t port = 0;

    if (*text == '\0' || strlen(text) > 5)
        return false;
    for (; *text != '\0'; text++) {
        if (!is_digit(*text))
            return false;
        port = port * 10 + (uint32_t)(*text - '0');
    }
    if (port > UINT16_MAX)
        return false;
    *ret_port = (uint16_t)port;
    return true;
}

bool settings_parse_listen(const char *text, char ret_host[SETTINGS_HOST_SIZE], uint16_t *ret_port)
{
    bool is_v6 = text[0] == '[';
    const char *colon = strrchr(text, ':');
    char host[SETTINGS_HOST_SIZE];
    struct in6_addr address;
    uint16_t port;
    size_t len;

    if (colon == NULL || !parse_port(colon + 1, &port))
        return false;
    len = (size_t)(colon - text);
    if (is_v6) {
        if (len < 2 || text[len - 1] != ']')
            return false;
        text++;
        len -= 2;
    }
    if (len >= sizeof(host))
        return false;
    memcpy(host, text, len);
    host[len] = '\0';
    if (inet_pton(is_v6 ? AF_INET6 : AF_INET, host, &address) != 1)
        return false;
    memcpy(ret_host, host, len + 1);
    *ret_port = port;
    return true;
}

static bool listen_parses(const struct settings *settings)
{
    char host[SETTINGS_HOST_SIZE];
    uint16_t port;

    return settings_parse_listen(settings->http_listen, host, &port);
}

static bool listen_is_loopback(const struct settings *settings)
{
    char host[SETTINGS_HOST_SIZE];
    struct in6_addr v6;
    struct in_addr v4;
    uint16_t port;

    if (!settings->dev || !settings_parse_listen(settings->http_listen, host, &port))
        return !settings->dev;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

static bool store_is_known(const struct settings *settings)
{
    static const char *const schemes[] = {"sqlite:", "postgresql://", "postgres://"};
    const char *url = settings->store_url;

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        size_t len = strlen(schemes[i]);

        if (strncmp(url, schemes[i], len) == 0 && url[len] != '\0')
            return true;
    }
    return false;
}

static bool region_is_country(const struct settings *settings)
{
    const char *text = settings->phone_region;

    return is_capital(text[0]) && is_capital(text[1]) && text[2] == '\0';
}

static bool countries_are_listed(const struct settings *settings)
{
    struct slice rest = slice_str(settings->send_countries);

    if (slice_eq_str(rest, "all"))
        return true;
    while (!slice_is_absent(rest)) {
        struct slice country = slice_take(&rest, ',');

        if (country.len != 2 || !is_capital(country.ptr[0]) || !is_capital(country.ptr[1]))
            return false;
    }
    return true;
}

static bool domain_is_host(const struct settings *settings)
{
    const char *at = settings->message_domain;

    if (!is_letter_or_digit(*at))
        return false;
    while (is_letter_or_digit(*at) || *at == '.' || *at == '-')
        at++;
    return *at == '\0';
}

static bool brand_is_given(const struct settings *settings)
{
    return settings->message_brand[strspn(settings->message_brand, " ")] != '\0';
}

static bool alphabet_is_varied(const struct settings *settings)
{
    const char *text = settings->invite_alphabet;
    size_t len = strlen(text);

    for (size_t i = 0; i < len; i++) {
        if (!is_letter_or_digit(text[i]) || strchr(text + i + 1, text[i]) != NULL)
            return false;
    }
    return len >= 10 && len <= 62;
}

static bool public_url_is_origin(const struct settings *settings)
{
    return settings->public_url[0] == '\0' || origin_is_good(slice_str(settings->public_url));
}

static bool android_apps_are_good(const struct settings *settings)
{
    return app_android_list_is_good(settings->app_android);
}

static bool apple_apps_are_good(const struct settings *settings)
{
    return app_apple_list_is_good(settings->app_apple);
}

static bool issuer_is_given(const struct settings *settings)
{
    return settings->token_issuer[0] != '\0';
}

static bool audience_is_given(const struct settings *settings)
{
    return settings->token_audience[0] != '\0';
}

/* RFC 7518 section 3.2: a key for HS256 is no shorter than the hash. */
static bool secret_is_long(const struct settings *settings)
{
    size_t len = strlen(settings->dialects_secret);

    return len == 0 || len >= 32;
}

static bool clients_are_listed(const struct settings *settings)
{
    return client_list_is_good(settings->introspect_clients);
}

static const struct {
    const char *name;
    bool (*holds)(const struct settings *settings);
    const char *needed;
} rules[] = {
    {"http.listen", listen_parses, "ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080"},
    {"http.listen", listen_is_loopback, "a loopback address (127.0.0.1 or [::1]) with --dev"},
    {"store", store_is_known, "sqlite:PATH or postgresql://USER@HOST/DATABASE"},
    {"phone.region", region_is_country, "a country as two capital letters, such as RU"},
    {"send.countries", countries_are_listed,
     "countries as two capital letters each, comma between, such as RU,KZ; or all"},
    {"message.domain", domain_is_host, "a host name of letters, digits, dots and dashes"},
    {"message.brand", brand_is_given, "a name that shows"},
    {"invite.alphabet", alphabet_is_varied,
     "10 to 62 different Latin letters and digits, nothing else"},
    {"public_url", public_url_is_origin, ORIGIN_NEEDED ", without a slash at the end; or empty"},
    {"app.android", android_apps_are_good,
     "PACKAGE:FINGERPRINT, comma between, such as com.example.app:14:6D:E9:... (32 pairs, in "
     "capitals)"},
    {"app.apple", apple_apps_are_good,
     "TEAMID.BUNDLE.ID, comma between, such as A1B2C3D4E5.com.example.app"},
    {"token.issuer", issuer_is_given, "the public address of this service"},
    {"token.audience", audience_is_given, "a name"},
    {"introspect.clients", clients_are_listed,
     "NAME:SECRET, comma between; names differ, a secret is of 16 letters, digits or -._~ at "
     "least"},
    {"dialects.secret", secret_is_long, "at least 32 bytes long, or empty"},
};

enum settings_outcome settings_check(const struct settings *settings,
                                     char ret_error[SETTINGS_ERROR_SIZE])
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        struct arena *arena;
        size_t index;

        CHECK(settings_find(rules[i].name, &index));
        if (rules[i].holds(settings))
            continue;
        arena = arena_new();
        settings_explain(index, settings_value(settings, index, arena).ptr,
                         settings_source(settings, index), rules[i].needed, ret_error);
        arena_free(arena);
        return SETTINGS_BAD_VALUE;
    }
    return SETTINGS_OK;
}

struct slice settings_public_url(const struct settings *settings)
{
    struct slice url =
        slice_str(settings->public_url[0] == '\0' ? settings->token_issuer : settings->public_url);

    while (url.len > 0 && url.ptr[url.len - 1] == '/')
        url.len--;
    return url;
}
