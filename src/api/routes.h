/*
 * routes: the two functions of each row of routes.def, in the file their prefix names (v1_codes.c,
 * v1_me.c, ...). What an ask and an answer do is told in call.h.
 */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "api/call.h"

enum ask_result me_ask_read(struct call *call);
enum ask_result codes_ask_create(struct call *call);
enum ask_result codes_ask_resend(struct call *call);
enum ask_result sessions_ask_create(struct call *call);
enum ask_result sessions_ask_refresh(struct call *call);
enum ask_result sessions_ask_list(struct call *call);
enum ask_result sessions_ask_end_others(struct call *call);
enum ask_result sessions_ask_end(struct call *call);
enum ask_result sessions_ask_sign_out(struct call *call);
enum ask_result me_ask_update(struct call *call);
enum ask_result me_ask_erase(struct call *call);
enum ask_result export_ask(struct call *call);
enum ask_result avatar_ask_set(struct call *call);
enum ask_result avatar_ask_remove(struct call *call);
enum ask_result avatar_ask_read(struct call *call);
enum ask_result phone_ask_create(struct call *call);
enum ask_result phone_ask_redeem(struct call *call);
enum ask_result invites_ask_activate(struct call *call);
enum ask_result invites_ask_list(struct call *call);
enum ask_result invites_ask_find(struct call *call);
enum ask_result invite_qr_ask_svg(struct call *call);
enum ask_result invite_qr_ask_png(struct call *call);
enum ask_result hosted_ask_look(struct call *call);
enum ask_result grants_ask_create(struct call *call);
enum ask_result grants_ask_exchange(struct call *call);
enum ask_result admin_accounts_ask_list(struct call *call);
enum ask_result admin_accounts_ask_read(struct call *call);
enum ask_result admin_settings_ask_list(struct call *call);
enum ask_result admin_settings_ask_set(struct call *call);
enum ask_result admin_stats_ask(struct call *call);
enum ask_result admin_accounts_ask_update(struct call *call);
enum ask_result admin_accounts_ask_erase(struct call *call);
enum ask_result admin_accounts_ask_sessions(struct call *call);
enum ask_result admin_accounts_ask_end_sessions(struct call *call);
enum ask_result admin_tree_ask(struct call *call);
enum ask_result admin_deliveries_ask(struct call *call);
enum ask_result admin_audit_ask(struct call *call);
enum ask_result introspect_ask(struct call *call);
enum ask_result revoke_ask(struct call *call);
enum ask_result machinery_ask_health(struct call *call);
enum ask_result machinery_ask_ready(struct call *call);
enum ask_result machinery_ask_metrics(struct call *call);
enum ask_result machinery_ask_jwks(struct call *call);
enum ask_result machinery_ask_openapi_yaml(struct call *call);
enum ask_result machinery_ask_openapi_json(struct call *call);
enum ask_result app_links_ask_android(struct call *call);
enum ask_result app_links_ask_apple(struct call *call);
enum ask_result pages_ask_index(struct call *call);
enum ask_result pages_ask_invite(struct call *call);
enum ask_result pages_ask_admin(struct call *call);
enum ask_result pages_ask_redoc(struct call *call);
enum ask_result pages_ask_swagger(struct call *call);
enum ask_result pages_ask_handset(struct call *call);
enum ask_result pages_ask_asset(struct call *call);
enum ask_result pages_ask_client(struct call *call);
enum ask_result pages_ask_client_types(struct call *call);
enum ask_result pages_ask_postman(struct call *call);
enum ask_result pages_ask_icon(struct call *call);
enum ask_result pages_ask_robots(struct call *call);
enum ask_result dev_ask_outbox(struct call *call);
enum ask_result dev_ask_events(struct call *call);
enum ask_result dev_ask_clock(struct call *call);

enum answer_result me_answer_account(struct call *call);
enum answer_result codes_answer_create(struct call *call);
enum answer_result codes_answer_resend(struct call *call);
enum answer_result sessions_answer_create(struct call *call);
enum answer_result sessions_answer_refresh(struct call *call);
enum answer_result sessions_answer_list(struct call *call);
enum answer_result sessions_answer_end_all(struct call *call);
enum answer_result sessions_answer_end(struct call *call);
enum answer_result me_answer_erase(struct call *call);
enum answer_result export_answer(struct call *call);
enum answer_result avatar_answer_set(struct call *call);
enum answer_result avatar_answer_remove(struct call *call);
enum answer_result avatar_answer_read(struct call *call);
enum answer_result phone_answer_redeem(struct call *call);
enum answer_result invites_answer_activate(struct call *call);
enum answer_result invites_answer_list(struct call *call);
enum answer_result invites_answer_find(struct call *call);
enum answer_result invite_qr_answer(struct call *call);
enum answer_result grants_answer_create(struct call *call);
enum answer_result grants_answer_exchange(struct call *call);
enum answer_result admin_accounts_answer_list(struct call *call);
enum answer_result admin_accounts_answer_read(struct call *call);
enum answer_result admin_settings_answer_list(struct call *call);
enum answer_result admin_settings_answer_set(struct call *call);
enum answer_result admin_stats_answer(struct call *call);
enum answer_result admin_accounts_answer_update(struct call *call);
enum answer_result admin_accounts_answer_erase(struct call *call);
enum answer_result admin_accounts_answer_sessions(struct call *call);
enum answer_result admin_accounts_answer_end_sessions(struct call *call);
enum answer_result admin_tree_answer(struct call *call);
enum answer_result admin_deliveries_answer(struct call *call);
enum answer_result admin_audit_answer(struct call *call);
enum answer_result introspect_answer(struct call *call);
enum answer_result revoke_answer(struct call *call);
enum answer_result machinery_answer_ready(struct call *call);
enum answer_result dev_answer_outbox(struct call *call);
enum answer_result dev_answer_events(struct call *call);

#endif
