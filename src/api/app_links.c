/*
 * What telephones ask before they open an address of ours in an app: whose app it may be.
 */
#include "api/routes.h"
#include "base/app_link.h"

/* Telephones ask once in a while, through a cache of their makers'. */
#define CACHE_APPS "public, max-age=3600"

static struct slice list_of(const char *setting)
{
    return setting[0] == '\0' ? SLICE_ABSENT : slice_str(setting);
}

static enum ask_result finish(struct call *call)
{
    call_json_end(call);
    http_reply_header(&call->reply, "Cache-Control", CACHE_APPS);
    return ASK_ANSWERED;
}

/* Digital Asset Links: one statement for each app. */
enum ask_result app_links_ask_android(struct call *call)
{
    struct slice rest = list_of(call->settings->app_android);
    struct app_android android;
    struct json *json;
    struct slice app;

    if (slice_is_absent(rest))
        return call_refuse(call, PROBLEM_NOT_FOUND);
    json = call_json(call, 200);
    jsonw_array(json, NULL);
    while (app_link_next(&rest, &app) && app_android_parse(app, &android)) {
        jsonw_object(json);
        jsonw_array(json, "relation");
        jsonw_cstr(json, NULL, "delegate_permission/common.handle_all_urls");
        jsonw_end(json);
        jsonw_object_in(json, "target");
        jsonw_cstr(json, "namespace", "android_app");
        jsonw_str(json, "package_name", android.package);
        jsonw_array(json, "sha256_cert_fingerprints");
        jsonw_str(json, NULL, android.fingerprint);
        jsonw_end(json);
        jsonw_end(json);
        jsonw_end(json);
    }
    jsonw_end(json);
    return finish(call);
}

static void write_apps(struct json *json, const char *name, struct slice rest)
{
    struct slice app;

    jsonw_array(json, name);
    while (app_link_next(&rest, &app))
        jsonw_str(json, NULL, app);
    jsonw_end(json);
}

/*
 * Apple: links of invites open in the app; and webcredentials, so that the keyboard offers a code
 * whose message ends with our domain.
 */
enum ask_result app_links_ask_apple(struct call *call)
{
    struct slice apps = list_of(call->settings->app_apple);
    struct json *json;

    if (slice_is_absent(apps))
        return call_refuse(call, PROBLEM_NOT_FOUND);
    json = call_json(call, 200);
    jsonw_object(json);
    jsonw_object_in(json, "applinks");
    jsonw_array(json, "details");
    jsonw_object(json);
    write_apps(json, "appIDs", apps);
    jsonw_array(json, "components");
    jsonw_object(json);
    jsonw_cstr(json, "/", "/i/*");
    jsonw_end(json);
    jsonw_end(json);
    jsonw_end(json);
    jsonw_end(json);
    jsonw_end(json);
    jsonw_object_in(json, "webcredentials");
    write_apps(json, "apps", apps);
    jsonw_end(json);
    jsonw_end(json);
    return finish(call);
}
