#include "api/page_reply.h"

#include "http/negotiate.h"

enum ask_result page_reply(struct call *call, const struct asset *asset, const char *cache_control)
{
    bool wants_gzip;

    if (asset == NULL)
        return call_refuse(call, PROBLEM_NOT_FOUND);
    wants_gzip = asset->is_gzip && http_accepts_gzip(http_header(call->request, "Accept-Encoding"));
    if (http_has_tag(http_header(call->request, "If-None-Match"), asset->tag))
        call_empty(call, 304);
    else
        call->reply = (struct http_reply){
            .status = 200,
            .content_type = asset->type,
            .body = wants_gzip ? asset_stored(asset) : asset_plain(asset),
        };
    http_reply_header(&call->reply, "Cache-Control", cache_control);
    http_reply_header(&call->reply, "ETag", asset->tag);
    if (asset->is_gzip)
        http_reply_header(&call->reply, "Vary", "Accept-Encoding");
    if (wants_gzip && call->reply.status == 200)
        http_reply_header(&call->reply, "Content-Encoding", "gzip");
    return ASK_ANSWERED;
}

enum ask_result page_reply_name(struct call *call, const char *name, const char *cache_control)
{
    return page_reply(call, asset_find(slice_str(name)), cache_control);
}
