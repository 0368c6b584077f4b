/*
 * Only for the SQLite engine: no statement of any script walks through a table that grows. What
 * EXPLAIN QUERY PLAN calls SCAN is allowed only where the table below says why.
 */
#include "store_test.h"

#include <sqlite3.h>
#include <stdio.h>

static const struct {
    const char *script;
    const char *plan;
} allowed[] = {
    /* The path from an account up to whoever nobody invited. */
    {"activate_invite", "SCAN up"},
    {"redeem_code", "SCAN up"},
    {"update_person", "SCAN up"},
    /* At most a handful of rows for ever. */
    {"add_signing_key", "SCAN signing_key"},
    {"add_signing_key", "SCAN k"},
    {"list_signing_keys", "SCAN k"},
    /* One row, made on the spot. */
    {"claim_outbox", "SCAN n"},
    {"create_challenge", "SCAN o"},
    {"read_person", "SCAN o"},
    {"look_person", "SCAN o"},
    {"update_person", "SCAN o"},
    {"list_people", "SCAN o"},
    {"admin_list_accounts", "SCAN o"},
    {"admin_list_audit", "SCAN o"},
    {"admin_list_deliveries", "SCAN z"},
    {"admin_list_sessions", "SCAN o"},
    {"admin_read_account", "SCAN o"},
    {"admin_update_account", "SCAN o"},
    /* Counts that LIMIT bounds. */
    {"admin_read_account", "SCAN n"},
    {"admin_update_account", "SCAN n"},
    {"admin_read_tree", "SCAN c"},
    /* At most twenty people up, a page of those below, and one. */
    {"admin_read_tree", "SCAN up"},
    {"admin_read_tree", "SCAN q"},
    {"admin_read_tree", "SCAN n"},
    /* One page, cut by the LIMIT of an inner select that goes along an index. */
    {"export_account", "SCAN s"}, /* sub-queries that LIMIT bounds */
    {"export_account", "SCAN v"},
    {"export_account", "SCAN e"},
    {"admin_list_accounts", "SCAN newest"},
    {"admin_list_accounts", "SCAN phones"},
    {"admin_list_accounts", "SCAN others"},
    {"admin_list_accounts", "SCAN twins"},
    {"admin_list_accounts", "SCAN emails"},
    {"admin_list_accounts", "SCAN few"},
    {"admin_list_accounts", "SCAN f"},
    {"admin_list_accounts", "SCAN h LEFT-JOIN"},
    {"admin_list_settings", "SCAN o"},
    {"admin_set_setting", "SCAN o"},
    {"admin_set_setting", "SCAN z"},
    /* There are not as many rows as settings. */
    {"list_settings", "SCAN s USING INDEX sqlite_autoindex_setting_1"},
    {"admin_list_settings", "SCAN s LEFT-JOIN"},
    {"admin_set_setting", "SCAN s LEFT-JOIN"},
    {"admin_read_stats", "SCAN o"},
    {"admin_read_stats", "SCAN p"},
    {"admin_read_stats", "SCAN s LEFT-JOIN"}, /* a range that the route bounds */
    {"admin_list_audit", "SCAN everything"},
    {"admin_list_audit", "SCAN one_kind"},
    {"admin_list_audit", "SCAN about"},
    {"admin_list_audit", "SCAN by_one"},
    {"admin_list_audit", "SCAN r LEFT-JOIN"},
    {"admin_list_deliveries", "SCAN delivered"},
    {"admin_list_deliveries", "SCAN failed"},
    {"admin_list_deliveries", "SCAN pending"},
    {"admin_list_deliveries", "SCAN done"},
    {"admin_list_deliveries", "SCAN theirs"},
    {"admin_list_deliveries", "SCAN m LEFT-JOIN"},
    {"admin_list_sessions", "SCAN l LEFT-JOIN"},
    {"list_invitees", "SCAN q"},
    {"list_invitees", "SCAN p"},
    {"read_person", "SCAN v LEFT-JOIN"},
    {"look_person", "SCAN v LEFT-JOIN"},
    {"update_person", "SCAN v LEFT-JOIN"},
    {"list_people", "SCAN a LEFT-JOIN"},
    {"list_handset", "SCAN one"},
    {"list_handset", "SCAN y"},
    {"list_handset", "SCAN every"},
    {"list_messages", "SCAN h"},
    {"list_messages", "SCAN o USING INDEX outbox_due"}, /* cut by LIMIT */
    {"list_messages", "SCAN got"},
    {"list_messages", "SCAN coming"},
    {"list_messages", "SCAN m"},
    /* The oldest few, in the order of the ids. */
    {"sweep", "SCAN h"},
    {"sweep", "SCAN e"},
};

static bool is_allowed(const char *script, const char *plan)
{
    if (strncmp(plan, "SCAN ", 5) != 0 || strcmp(plan, "SCAN CONSTANT ROW") == 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
        if (strcmp(allowed[i].script, script) == 0 && strcmp(allowed[i].plan, plan) == 0)
            return true;
    return false;
}

static void check_statement(sqlite3 *db, const struct script *script, unsigned number)
{
    char sql[8192];
    sqlite3_stmt *stmt = NULL;
    int written =
        snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s", script->statements[number].text);

    assert_true(written > 0 && (size_t)written < sizeof(sql));
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s, statement %u: %s", script->name, number, sqlite3_errmsg(db));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *plan = (const char *)sqlite3_column_text(stmt, 3);

        if (!is_allowed(script->name, plan) || strstr(plan, "AUTOMATIC") != NULL)
            fail_msg("%s, statement %u: %s", script->name, number, plan);
    }
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
}

static void no_statement_walks_through_a_growing_table(void **state)
{
    struct world *world = *state;
    const char *url = world->settings->store_url;
    sqlite3 *db = NULL;

    if (strncmp(url, "sqlite:", strlen("sqlite:")) != 0)
        skip();
    assert_int_equal(sqlite3_open(url + strlen("sqlite:"), &db), SQLITE_OK);
    for (unsigned i = 0; i < script_count; i++)
        for (unsigned n = 0; n < script_all[i]->statement_count; n++)
            check_statement(db, script_all[i], n);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(no_statement_walks_through_a_growing_table)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
