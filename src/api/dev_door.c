#include "api/dev_door.h"

#include "base/origin.h"

/* Clients without Host (HTTP/1.0) are no browsers. */
static bool is_here(struct slice host, struct origin *ret_place)
{
    *ret_place = (struct origin){.is_local = true};
    return slice_is_absent(host) ||
           (origin_read_host(host, ret_place) && (ret_place->is_local || ret_place->is_address));
}

/* A browser that says neither sends a plain GET, as for a picture, or is old. */
static bool is_cross_site(const struct http_request *request, const struct origin *place)
{
    struct slice site = http_header(request, "Sec-Fetch-Site");
    struct slice text = http_header(request, "Origin");
    struct origin origin;

    if (!slice_is_absent(site))
        return slice_eq_str(site, "cross-site");
    if (slice_is_absent(text))
        return false;
    return !origin_read(text, &origin) ||
           (!origin.is_local && strcmp(origin.host, place->host) != 0);
}

/* What comes of a link is shown to the person, and nobody else sees it. */
static bool is_link(const struct http_request *request)
{
    return (request->method == HTTP_GET || request->method == HTTP_HEAD) &&
           slice_eq_str(http_header(request, "Sec-Fetch-Mode"), "navigate");
}

enum dev_door dev_door_of(const struct http_request *request)
{
    struct origin place;

    if (!is_here(http_header(request, "Host"), &place))
        return DEV_DOOR_HOST;
    return is_cross_site(request, &place) && !is_link(request) ? DEV_DOOR_CROSS : DEV_DOOR_OPEN;
}
