/*
 * The pages and their files. Nothing in them depends on who asks: what a person may see, they ask
 * of the API.
 */
#include "api/page_reply.h"
#include "api/routes.h"

/*
 * What a page may load and do (CSP level 3): files and calls of this server, and no script or style
 * that stands in the page itself, so that markup which slipped into a page could not act.
 */
#define CSP_PAGE                                                                 \
    "default-src 'none'; script-src 'self'; img-src 'self' blob: data:; "        \
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; " \
    "frame-ancestors 'none'; style-src 'self'"
/*
 * Redoc fills <style> elements rule by rule, which is allowed, but they must be let in: the empty
 * one, and the one of its scroll bars, each by the hash of its text. It searches in a worker that
 * it makes of a blob.
 */
#define CSP_REDOC                                                     \
    CSP_PAGE " 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='" \
             " 'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='; worker-src blob:"

/* What a page of ours never needs; WebOTP, the clipboard and sharing stay as they are. */
#define PERMISSIONS                                                                   \
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), " \
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"

/* In development mode a page says so: its <html> has data-dev. */
static enum ask_result page(struct call *call, const char *file, const char *policy)
{
    const char *folder = call->settings->dev ? "dev" : "pages";
    struct slice name = arena_printf(call->arena, "%s/%s", folder, file);
    enum ask_result result = page_reply(call, asset_find(name), CACHE_REVALIDATE);

    if (call->reply.status >= 400)
        return result;
    http_reply_header(&call->reply, "Content-Security-Policy", policy);
    http_reply_header(&call->reply, "Permissions-Policy", PERMISSIONS);
    /* An address may hold an invite code or where a hosted sign-in goes back to. */
    http_reply_header(&call->reply, "Referrer-Policy", "same-origin");
    /* A page that opened this one in a window has no hold of it. */
    http_reply_header(&call->reply, "Cross-Origin-Opener-Policy", "same-origin");
    return result;
}

/* Whose national numbers the page is to leave alone: it knows those of +7 (js/phone.js). */
static void tell_region(struct call *call)
{
    const char *region = call->settings->phone_region;

    if (strcmp(region, "RU") != 0 && strcmp(region, "KZ") != 0)
        http_reply_header(&call->reply, "Server-Timing",
                          arena_printf(call->arena, "region;desc=%s", region).ptr);
}

/*
 * The first page has its style sheet in itself, let in by the hash of its text, and its script is
 * named ahead of it, where it is read first: on slow networks both are seen.
 */
enum ask_result pages_ask_index(struct call *call)
{
    struct slice policy = arena_printf(call->arena, CSP_PAGE " '%s'", asset_style_source);
    struct slice link =
        arena_printf(call->arena, "</assets/%s/js/first.js>; rel=modulepreload", asset_hash);
    enum ask_result result = page(call, "index.html", policy.ptr);

    http_reply_header(&call->reply, "Link", link.ptr);
    tell_region(call);
    return result;
}

enum ask_result pages_ask_admin(struct call *call)
{
    return page(call, "admin.html", CSP_PAGE);
}

/* Whether there is such a code the page asks the API, which counts how often somebody tries. */
enum ask_result pages_ask_invite(struct call *call)
{
    return page(call, "invite.html", CSP_PAGE);
}

enum ask_result pages_ask_handset(struct call *call)
{
    return page(call, "handset.html", CSP_PAGE);
}

enum ask_result pages_ask_redoc(struct call *call)
{
    return page(call, "redoc.html", CSP_REDOC);
}

enum ask_result pages_ask_swagger(struct call *call)
{
    return page(call, "swagger.html", CSP_PAGE);
}

/*
 * /assets/{hash}/{name}. While nodes of two versions run side by side, a page of one may ask its
 * files of the other: it gets those that are there, not to be kept.
 */
enum ask_result pages_ask_asset(struct call *call)
{
    const char *slash = memchr(call->param.ptr, '/', call->param.len);
    struct slice hash;
    struct slice name;

    if (slash == NULL)
        return call_refuse(call, PROBLEM_NOT_FOUND);
    hash = slice_of(call->param.ptr, (size_t)(slash - call->param.ptr));
    name = arena_printf(call->arena, "assets%.*s", SLICE_ARG(slice_after(call->param, hash.len)));
    return page_reply(call, asset_find(name),
                      slice_eq_str(hash, asset_hash) ? CACHE_FOREVER : CACHE_REVALIDATE);
}

enum ask_result pages_ask_client(struct call *call)
{
    return page_reply_name(call, "assets/js/domofon.js", CACHE_SHORT);
}

enum ask_result pages_ask_client_types(struct call *call)
{
    return page_reply_name(call, "assets/js/domofon.d.ts", CACHE_SHORT);
}

enum ask_result pages_ask_postman(struct call *call)
{
    return page_reply_name(call, "api/postman.json", CACHE_SHORT);
}

/* What browsers ask for when no page has told them better. */
enum ask_result pages_ask_icon(struct call *call)
{
    return page_reply_name(call, "assets/img/icon.svg", "public, max-age=86400");
}

enum ask_result pages_ask_robots(struct call *call)
{
    return page_reply_name(call, "assets/robots.txt", "public, max-age=86400");
}
