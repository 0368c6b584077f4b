/*
 * dialects: the two functions of each row of dialects.def that are not shared (dialect.h), in the
 * file their prefix names (dialect_send_code.c, ...). What an ask and an answer do is told in
 * call.h.
 */
#ifndef API_DIALECTS_H
#define API_DIALECTS_H

#include "api/call.h"

enum ask_result api_users_ask_login(struct call *call);
enum ask_result api_users_ask_update(struct call *call);
enum ask_result auth_sms_ask_patch(struct call *call);
enum ask_result auth_sms_ask_put(struct call *call);
enum ask_result initialization_ask_sign_in(struct call *call);
enum ask_result initialization_ask_update(struct call *call);
enum ask_result send_code_ask_verify(struct call *call);
enum ask_result spaced_ask_send(struct call *call);
enum ask_result spaced_ask_verify(struct call *call);
enum ask_result spaced_ask_activate(struct call *call);

enum answer_result api_users_answer_send(struct call *call);
enum answer_result api_users_answer_login(struct call *call);
enum answer_result api_users_answer_read(struct call *call);
enum answer_result api_users_answer_update(struct call *call);
enum answer_result api_users_answer_list(struct call *call);
enum answer_result auth_sms_answer_send(struct call *call);
enum answer_result auth_sms_answer_read(struct call *call);
enum answer_result auth_sms_answer_update(struct call *call);
enum answer_result initialization_answer_send(struct call *call);
enum answer_result initialization_answer_read(struct call *call);
enum answer_result initialization_answer_update(struct call *call);
enum answer_result send_code_answer_verify(struct call *call);
enum answer_result send_code_answer_users(struct call *call);
enum answer_result spaced_answer_read(struct call *call);
enum answer_result spaced_answer_activate(struct call *call);

#endif
