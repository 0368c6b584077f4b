/*
 * /v1/admin/accounts: looking accounts up, and one account.
 */
#include "api/account_json.h"
#include "api/admin_call.h"
#include "api/routes.h"
#include "domain/account_query.h"
#include "domain/role.h"

/* Sessions and invitees of one account are counted up to this. */
#define COUNT_MAX 10000

/* Behind a place that was shown, and before whatever else begins with it. */
#define AFTER_PHONE " "
#define AFTER_EMAIL "\x01"
/* Behind everything that begins with a text: the last character there is, and what follows '9'. */
#define END_OF_EMAILS "\xf4\x8f\xbf\xbf"
#define END_OF_PHONES ":"

static int bytes_compare(struct slice a, struct slice b)
{
    size_t least = a.len < b.len ? a.len : b.len;
    int order = memcmp(a.ptr, b.ptr, least);

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* From where a range goes on: its beginning or, if that is later, what follows the last row. */
static struct slice range_from(struct call *call, const char *begin, const struct admin_page *page,
                               const char *after)
{
    struct slice last =
        arena_printf(call->arena, "%.*s%s", SLICE_ARG(page->place), page->is_first ? "" : after);

    /* A first page, or one that ended with an exact match, has shown nothing of the range. */
    if (page->place.len == 0 || bytes_compare(last, slice_str(begin)) < 0)
        return arena_copy(call->arena, slice_str(begin));
    return last;
}

static struct slice range_to(struct call *call, const char *begin, const char *end)
{
    return arena_printf(call->arena, "%s%s", begin, end);
}

static void fill_query(struct call *call, const struct account_query *query,
                       const struct admin_page *page, struct admin_list_accounts_in *in)
{
    in->everyone = query->kind == ACCOUNT_QUERY_EVERYONE;
    in->before_id = page->is_first ? INT64_MAX : page->after.id;
    in->exact = page->is_first;
    in->id = query->id;
    in->invite_given = slice_str(query->invite_given);
    in->invite_forgiven = slice_str(query->invite_forgiven);
    if (query->phone_count > 0) {
        in->phone_from = range_from(call, query->phones[0], page, AFTER_PHONE);
        in->phone_to = range_to(call, query->phones[0], END_OF_PHONES);
    }
    if (query->phone_count > 1) {
        in->other_from = range_from(call, query->phones[1], page, AFTER_PHONE);
        in->other_to = range_to(call, query->phones[1], END_OF_PHONES);
    }
    if (query->kind == ACCOUNT_QUERY_EMAIL) {
        in->email_from = range_from(call, query->email, page, AFTER_EMAIL);
        in->email_to = range_to(call, query->email, END_OF_EMAILS);
        /* Several people may have one address. */
        if (page->place.len > 0)
            in->email_last = page->place;
        in->after_id = page->after.id;
    }
}

static struct slice list_detail(struct call *call, const struct account_query *query,
                                struct slice role)
{
    char note[ACCOUNT_QUERY_NOTE_SIZE];
    struct buf text;
    struct json json = admin_detail(call, &text);

    account_query_note(query, note);
    jsonw_cstr(&json, "by", account_query_kind_name(query->kind));
    if (note[0] != '\0')
        jsonw_cstr(&json, "query", note);
    if (query->id != 0)
        jsonw_id(&json, "id", query->id);
    if (query->invite_given[0] != '\0')
        jsonw_cstr(&json, "invite_code", query->invite_given);
    if (!slice_is_absent(role))
        jsonw_str(&json, "role", role);
    return admin_detail_end(&json);
}

enum ask_result admin_accounts_ask_list(struct call *call)
{
    struct admin_list_accounts_in *in = call->in;
    const struct settings *settings = call->settings;
    struct slice role = http_query(call->request, "role");
    struct account_query *query = ARENA_NEW(call->arena, struct account_query);
    struct admin_page page;
    enum role known;

    if (!slice_is_absent(role) && !role_from_name(role, &known))
        return call_refuse_field(call, PROBLEM_FIELD_INVALID, "role");
    if (!admin_page_read(call, &page))
        return ASK_ANSWERED;
    account_query_read(http_query(call->request, "query"), settings->phone_region,
                       settings->invite_alphabet, query);
    *in = (struct admin_list_accounts_in){ADMIN_CALLER(call, list_detail(call, query, role))};
    fill_query(call, query, &page, in);
    in->role = role;
    if (!slice_is_absent(role) && known != ROLE_USER)
        in->staff = role;
    in->most = page.limit + 1;
    return ASK_STORE;
}

static void write_account(struct json *json, const struct admin_account_part *account)
{
    jsonw_id(json, "id", account->id);
    jsonw_str(json, "phone", account->phone);
    jsonw_str(json, "email", account->email);
    jsonw_str(json, "first_name", account->first_name);
    jsonw_str(json, "last_name", account->last_name);
    jsonw_str(json, "city", account->city);
    jsonw_str(json, "telegram_id", account->telegram_id);
    account_avatar_json(json, "avatar_url", account->avatar);
    jsonw_str(json, "locale", account->locale);
    jsonw_str(json, "role", account->role);
    jsonw_str(json, "invite_code", account->invite_code);
    if (account->inviter_id == 0) {
        jsonw_null(json, "invited_by");
    } else {
        jsonw_object_in(json, "invited_by");
        jsonw_id(json, "id", account->inviter_id);
        jsonw_str(json, "phone", account->inviter_phone);
        jsonw_end(json);
    }
    jsonw_time(json, "created_at", account->created_us);
    jsonw_time(json, "disabled_at", account->disabled_us);
    jsonw_time(json, "erased_at", account->erased_us);
}

enum answer_result admin_accounts_answer_list(struct call *call)
{
    const struct admin_list_accounts_in *in = call->in;
    struct json *json = call_json(call, 200);
    struct cursor last = {0};
    struct slice place = SLICE_LIT("");
    bool more = call->job.row_count == in->most;

    jsonw_object(json);
    jsonw_array(json, "accounts");
    for (unsigned i = 0; i < call->job.row_count - more; i++) {
        const struct admin_list_accounts_row *row =
            STORE_ROW_AT(&call->job, admin_list_accounts, i);

        if (row->admin_account.id == 0)
            break;
        jsonw_object(json);
        write_account(json, &row->admin_account);
        jsonw_end(json);
        last.id = row->admin_account.id;
        place = row->place;
    }
    jsonw_end(json);
    admin_page_end(call, json, more, &last, place);
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

enum ask_result admin_accounts_ask_read(struct call *call)
{
    struct admin_read_account_in *in = call->in;
    int64_t id;

    if (!admin_read_id(call, &id))
        return ASK_ANSWERED;
    *in = (struct admin_read_account_in){ADMIN_CALLER(call, SLICE_ABSENT), .account_id = id,
                                         .most = COUNT_MAX};
    return ASK_STORE;
}

enum answer_result admin_accounts_answer_read(struct call *call)
{
    const struct admin_read_account_row *row = STORE_ROW(&call->job, admin_read_account);
    struct json *json;

    if (row->admin_account.id == 0) {
        (void)call_refuse(call, PROBLEM_ACCOUNT_UNKNOWN);
        return ANSWER_READY;
    }
    json = call_json(call, 200);
    jsonw_object(json);
    write_account(json, &row->admin_account);
    jsonw_int(json, "session_count", row->sessions);
    jsonw_int(json, "invitee_count", row->invitees);
    jsonw_time(json, "invited_at", row->admin_account.invited_us);
    jsonw_object_in(json, "limits");
    jsonw_int(json, "sends_day", row->sends_day);
    jsonw_int(json, "guesses_day", row->guesses_day);
    jsonw_end(json);
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}
