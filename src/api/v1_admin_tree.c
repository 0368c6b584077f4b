/*
 * /v1/admin/accounts/{account_id}/invite-tree: who invited somebody, and whom they invited.
 */
#include "api/admin_call.h"
#include "api/routes.h"

/* How far up the tree is shown. */
#define ANCESTORS_MAX 20
/* Invitees of each person shown are counted up to this. */
#define COUNT_MAX 1000

enum kind { KIND_SELF, KIND_ANCESTOR, KIND_INVITEE };

enum ask_result admin_tree_ask(struct call *call)
{
    struct admin_read_tree_in *in = call->in;
    struct admin_page *page = ARENA_NEW(call->arena, struct admin_page);
    int64_t id;

    if (!admin_read_id(call, &id))
        return ASK_ANSWERED;
    if (!admin_page_read(call, page))
        return ASK_ANSWERED;
    call->state = page;
    *in = (struct admin_read_tree_in){
        ADMIN_CALLER(call, SLICE_ABSENT), .account_id = id,
        .up_most = ANCESTORS_MAX,         .before_us = page->after.at_us,
        .before_id = page->after.id,      .most = page->limit + 1,
        .count_most = COUNT_MAX};
    return ASK_STORE;
}

static void write_node(struct json *json, const char *name, const struct tree_node_part *node)
{
    if (name == NULL)
        jsonw_object(json);
    else
        jsonw_object_in(json, name);
    jsonw_id(json, "id", node->id);
    jsonw_str(json, "phone", node->phone);
    jsonw_str(json, "first_name", node->first_name);
    jsonw_str(json, "last_name", node->last_name);
    jsonw_str(json, "invite_code", node->invite_code);
    jsonw_time(json, "invited_at", node->invited_us);
    jsonw_int(json, "invitee_count", node->invitees);
    jsonw_bool(json, "erased", node->erased_us != 0);
    jsonw_end(json);
}

/* Writes at most `most` rows of that kind from row *at on, and leaves *at behind them. */
static const struct tree_node_part *write_kind(struct call *call, struct json *json,
                                               const char *name, enum kind kind, int64_t most,
                                               unsigned *at)
{
    const struct tree_node_part *last = NULL;

    jsonw_array(json, name);
    for (; *at < call->job.row_count && most > 0; (*at)++, most--) {
        const struct admin_read_tree_row *row = STORE_ROW_AT(&call->job, admin_read_tree, *at);

        if (row->kind != (int64_t)kind)
            break;
        last = &row->tree_node;
        write_node(json, NULL, last);
    }
    jsonw_end(json);
    return last;
}

enum answer_result admin_tree_answer(struct call *call)
{
    const struct admin_page *page = call->state;
    const struct admin_read_tree_row *self = STORE_ROW(&call->job, admin_read_tree);
    const struct tree_node_part *last;
    struct cursor cursor = {0};
    struct json *json;
    unsigned at = 1;

    if (self->tree_node.id == 0) {
        (void)call_refuse(call, PROBLEM_ACCOUNT_UNKNOWN);
        return ANSWER_READY;
    }
    json = call_json(call, 200);
    jsonw_object(json);
    write_node(json, "account", &self->tree_node);
    (void)write_kind(call, json, "ancestors", KIND_ANCESTOR, ANCESTORS_MAX, &at);
    last = write_kind(call, json, "invitees", KIND_INVITEE, page->limit, &at);
    if (last != NULL)
        cursor = (struct cursor){.at_us = last->invited_us, .id = last->id};
    admin_page_end(call, json, at < call->job.row_count, &cursor, SLICE_LIT(""));
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}
