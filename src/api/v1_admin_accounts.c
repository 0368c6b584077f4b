/*
 * /v1/admin/accounts: looking accounts up.
 */
#include "api/account_json.h"
#include "api/admin_account.h"
#include "api/routes.h"
#include "domain/account_query.h"
#include "domain/role.h"

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
    /* Those that are named exactly have no place, and come before those that have one. */
    in->exact = page->place.len == 0;
    in->after_id = page->after.id;
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
    struct admin_page *page = ARENA_NEW(call->arena, struct admin_page);
    enum role known;

    if (!slice_is_absent(role) && !role_from_name(role, &known))
        return call_refuse_field(call, PROBLEM_FIELD_INVALID, "role");
    if (!admin_page_read(call, page))
        return ASK_ANSWERED;
    call->state = page;
    account_query_read(http_query(call->request, "query"), settings->phone_region,
                       settings->invite_alphabet, query);
    *in = (struct admin_list_accounts_in){ADMIN_CALLER(call, list_detail(call, query, role))};
    fill_query(call, query, page, in);
    in->role = role;
    if (!slice_is_absent(role) && known != ROLE_USER)
        in->staff = role;
    in->most = page->limit + 1;
    return ASK_STORE;
}

static const struct admin_list_accounts_row *row_of(const struct call *call, unsigned row)
{
    return STORE_ROW_AT(&call->job, admin_list_accounts, row);
}

static void write_row(struct call *call, struct json *json, unsigned row)
{
    admin_account_json(json, &row_of(call, row)->admin_account);
}

static const char *const columns[] = {
    "id",
    "phone",
    "email",
    "first_name",
    "last_name",
    "city",
    "telegram_id",
    "avatar_url",
    "locale",
    "role",
    "invite_code",
    "invited_by_id",
    "invited_by_phone",
    "created_at",
    "disabled_at",
    "erased_at",
};

static void write_csv_row(struct call *call, struct csv *csv, unsigned row)
{
    const struct admin_account_part *account = &row_of(call, row)->admin_account;
    bool has_avatar = !slice_is_absent(account->avatar);

    csvw_id(csv, account->id);
    csvw_str(csv, account->phone);
    csvw_str(csv, account->email);
    csvw_str(csv, account->first_name);
    csvw_str(csv, account->last_name);
    csvw_str(csv, account->city);
    csvw_str(csv, account->telegram_id);
    csvw_str(csv, has_avatar
                      ? arena_printf(call->arena, ACCOUNT_AVATAR_URL, SLICE_ARG(account->avatar))
                      : SLICE_ABSENT);
    csvw_str(csv, account->locale);
    csvw_str(csv, account->role);
    csvw_str(csv, account->invite_code);
    csvw_id(csv, account->inviter_id);
    csvw_str(csv, account->inviter_phone);
    csvw_time(csv, account->created_us);
    csvw_time(csv, account->disabled_us);
    csvw_time(csv, account->erased_us);
}

static struct cursor cursor_of(const struct call *call, unsigned row, struct slice *ret_place)
{
    *ret_place = row_of(call, row)->place;
    return (struct cursor){.id = row_of(call, row)->admin_account.id};
}

enum answer_result admin_accounts_answer_list(struct call *call)
{
    static const struct admin_list list = {
        "accounts", "accounts.csv", columns,   ARRAY_LEN(columns),
        write_row,  write_csv_row,  cursor_of,
    };

    admin_list_write(call, &list, row_of(call, 0)->admin_account.id == 0 ? 0 : call->job.row_count);
    return ANSWER_READY;
}
