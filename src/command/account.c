#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "command/command.h"
#include "domain/id.h"
#include "domain/invite.h"
#include "domain/phone.h"
#include "domain/role.h"

#define LINE_BYTES_MAX 4096
#define PAGE 100
#define TRIES_MAX 20

/* No phone is as short as this. */
#define ID_DIGITS_MAX 10

/* What the subcommands need; the store is opened by the first script. */
struct session {
    struct options options;
    bool creates; /* a store that is not there */
    struct store *store;
    struct store_port *port;
    struct arena *arena;
};

static bool open_store(struct session *session)
{
    char error[STORE_ERROR_SIZE];

    if (store_open(session->options.settings, session->creates, &session->store, error) &&
        store_port_open(session->store, NULL, &session->port, error))
        return true;
    command_complain("%s", error);
    return false;
}

static bool run(struct session *session, struct store_job *job, const struct script *script,
                const void *in)
{
    if (session->port == NULL && !open_store(session))
        return false;
    *job = (struct store_job){.script = script, .in = in, .arena = session->arena};
    switch (store_run_wait(session->port, job)) {
    case STORE_DONE:
        return true;
    case STORE_OVERLOADED:
    case STORE_UNAVAILABLE:
        command_complain("the store could not do this now; nothing was changed");
        break;
    case STORE_UNKNOWN:
        command_complain("the store failed while it did this; see whether it is done");
        break;
    }
    return false;
}

static void print_json(struct session *session, const struct account_part *account, bool disabled)
{
    struct buf buf = buf_new(session->arena, 512, LINE_BYTES_MAX);
    struct json json = jsonw_new(&buf);

    jsonw_object(&json);
    jsonw_id(&json, "id", account->id);
    jsonw_str(&json, "phone", account->phone);
    jsonw_str(&json, "role", account->role);
    jsonw_bool(&json, "disabled", disabled);
    jsonw_str(&json, "invite_code", account->invite_code);
    jsonw_str(&json, "invited_by", account->inviter_code);
    jsonw_str(&json, "email", account->email);
    jsonw_str(&json, "first_name", account->first_name);
    jsonw_str(&json, "last_name", account->last_name);
    jsonw_str(&json, "city", account->city);
    jsonw_time(&json, "created_at", account->created_us);
    jsonw_end(&json);
    (void)printf("%.*s\n", SLICE_ARG(buf_view(&buf, NULL)));
}

static void print_account(struct session *session, const struct account_part *account,
                          bool disabled)
{
    char created[CLOCK_TEXT_SIZE];

    if (session->options.json) {
        print_json(session, account, disabled);
        return;
    }
    clock_format(account->created_us, created);
    (void)printf("%-8" PRId64 " %-16.*s %-9.*s invite %.*s  since %s%s\n", account->id,
                 SLICE_ARG(account->phone), SLICE_ARG(account->role),
                 SLICE_ARG(account->invite_code), created, disabled ? "  disabled" : "");
}

static bool read_phone(const struct session *session, const char *text, struct phone *ret_phone)
{
    if (phone_parse(slice_str(text), session->options.settings->phone_region, ret_phone) ==
        PHONE_OK)
        return true;
    command_complain("'%s' is not a mobile number (%s)", text, ret_phone->reason);
    return false;
}

/* A short number without a plus is an id; anything else is a phone. */
static bool find(struct session *session, const char *text, struct store_job *job,
                 const struct find_account_row **ret_row)
{
    struct find_account_in in = {0};
    struct phone phone;

    if (strlen(text) >= ID_DIGITS_MAX || !id_parse(slice_str(text), &in.account_id)) {
        if (!read_phone(session, text, &phone))
            return false;
        in.phone = arena_copy(session->arena, slice_str(phone.e164));
    }
    if (!run(session, job, &script_find_account, &in))
        return false;
    *ret_row = STORE_ROW(job, find_account);
    if (*ret_row == NULL)
        command_complain("there is no account '%s'", text);
    return *ret_row != NULL;
}

static int add(struct session *session)
{
    const char *role_text = session->options.role == NULL ? "user" : session->options.role;
    struct phone phone;
    enum role role;

    if (!role_from_name(slice_str(role_text), &role)) {
        command_complain("there is no role '%s'; there are user, moderator and admin", role_text);
        return EXIT_USAGE;
    }
    if (!read_phone(session, session->options.words[1], &phone))
        return EXIT_FAILED;
    session->creates = true;
    for (int i = 0; i < TRIES_MAX; i++) {
        char code[INVITE_TEXT_SIZE];
        struct add_account_in in = {.phone = slice_str(phone.e164),
                                    .role = slice_str(role_name(role)),
                                    .locale = slice_str(session->options.settings->locale_default),
                                    .own_code = slice_of(code, INVITE_CODE_LEN),
                                    .now_us = clock_now_us()};
        const struct add_account_row *row;
        struct store_job job;

        invite_code_draw(session->options.settings->invite_alphabet, random_bytes, code);
        if (!run(session, &job, &script_add_account, &in))
            return EXIT_FAILED;
        row = STORE_ROW(&job, add_account);
        if (row == NULL)
            continue;
        if (row->made == 0) {
            command_complain("%s has an account already, id %" PRId64, phone.e164, row->account.id);
            return EXIT_FAILED;
        }
        print_account(session, &row->account, false);
        return EXIT_DONE;
    }
    command_complain("no free invite code was found; `invite.alphabet` may be too small");
    return EXIT_FAILED;
}

static int show(struct session *session)
{
    const struct find_account_row *row;
    struct store_job job;

    if (!find(session, session->options.words[1], &job, &row))
        return EXIT_FAILED;
    print_account(session, &row->account, row->disabled == 1);
    return EXIT_DONE;
}

static int list(struct session *session)
{
    struct list_accounts_in in = {.most = PAGE};
    struct store_job job;

    if (session->options.after != NULL &&
        !id_parse(slice_str(session->options.after), &in.after_id)) {
        command_complain("--after takes the id of an account, not '%s'", session->options.after);
        return EXIT_USAGE;
    }
    do {
        if (!run(session, &job, &script_list_accounts, &in))
            return EXIT_FAILED;
        for (unsigned i = 0; i < job.row_count; i++) {
            const struct list_accounts_row *row = STORE_ROW_AT(&job, list_accounts, i);

            print_account(session, &row->account, row->disabled == 1);
            in.after_id = row->account.id;
        }
        arena_free(session->arena);
        session->arena = arena_new();
    } while (job.row_count == PAGE);
    return EXIT_DONE;
}

/* disable: 1, 0, or -1 to leave it; role absent to leave it. */
static int change(struct session *session, int64_t disable, struct slice role)
{
    const struct find_account_row *found;
    const struct set_account_row *row;
    struct set_account_in in = {.role = role, .disable = disable, .now_us = clock_now_us()};
    struct store_job job;

    if (!find(session, session->options.words[1], &job, &found))
        return EXIT_FAILED;
    in.account_id = found->account.id;
    if (!run(session, &job, &script_set_account, &in))
        return EXIT_FAILED;
    row = STORE_ROW(&job, set_account);
    if (row == NULL) {
        command_complain("the account has just been erased");
        return EXIT_FAILED;
    }
    print_account(session, &row->account, row->disabled == 1);
    return EXIT_DONE;
}

static int set_role(struct session *session)
{
    enum role role;

    if (!role_from_name(slice_str(session->options.words[2]), &role)) {
        command_complain("there is no role '%s'; there are user, moderator and admin",
                         session->options.words[2]);
        return EXIT_USAGE;
    }
    return change(session, -1, slice_str(role_name(role)));
}

static int disable(struct session *session)
{
    return change(session, 1, SLICE_ABSENT);
}

static int enable(struct session *session)
{
    return change(session, 0, SLICE_ABSENT);
}

static int erase(struct session *session)
{
    struct erase_account_in in = {.now_us = clock_now_us(), .is_open = 1};
    const struct find_account_row *row;
    struct store_job job;

    if (!find(session, session->options.words[1], &job, &row))
        return EXIT_FAILED;
    in.account_id = row->account.id;
    if (!run(session, &job, &script_erase_account, &in))
        return EXIT_FAILED;
    if (STORE_ROW(&job, erase_account)->erased != 1) {
        command_complain("the account has just been erased by somebody else");
        return EXIT_FAILED;
    }
    (void)printf(session->options.json ? "{\"erased\":\"%" PRId64 "\"}\n" : "erased %" PRId64 "\n",
                 in.account_id);
    return EXIT_DONE;
}

static const struct {
    const char *name;
    int words; /* with the name */
    int (*run)(struct session *session);
} subcommands[] = {
    {"add", 2, add},         {"show", 2, show},     {"list", 1, list},   {"role", 3, set_role},
    {"disable", 2, disable}, {"enable", 2, enable}, {"erase", 2, erase},
};

static int run_subcommand(struct session *session)
{
    for (size_t i = 0; i < ARRAY_LEN(subcommands); i++) {
        if (session->options.word_count == subcommands[i].words &&
            strcmp(session->options.words[0], subcommands[i].name) == 0)
            return subcommands[i].run(session);
    }
    command_complain("usage: domofon account add | show | list | role | disable | enable | "
                     "erase; see `domofon help`");
    return EXIT_USAGE;
}

int command_account(int argc, char **argv)
{
    struct session session = {0};
    int result = EXIT_USAGE;

    session.arena = arena_new();
    if (options_read(&session.options, argc, argv))
        result = run_subcommand(&session);
    store_port_close(session.port);
    store_close(session.store);
    arena_free(session.arena);
    options_free(&session.options);
    return result;
}
