/*
 * dev_door: who may use what development mode leaves open: the handset and its codes, the clock,
 * and in the dialects codes in replies and people without a token.
 *
 * The server listens on this machine alone then, but a browser here runs pages from everywhere.
 * One whose name suddenly leads to 127.0.0.1 (DNS rebinding) is of the same origin as we are and
 * could read everything: its name gives it away. Addresses are let in, any of them: nothing is
 * looked up that could be made to lead elsewhere, and emulators and forwarded ports have other
 * addresses than ours. A page of another site cannot read our replies, but what it sends is told by
 * Sec-Fetch-Site (W3C Fetch Metadata) or Origin. Links that a person follows are good.
 */
#ifndef API_DEV_DOOR_H
#define API_DEV_DOOR_H

#include "http/http.h"

enum dev_door {
    DEV_DOOR_NONE, /* no development mode: there is no door */
    DEV_DOOR_OPEN,
    DEV_DOOR_HOST,  /* shut: the header Host names no place here */
    DEV_DOOR_CROSS, /* shut: a page of another site asks */
};

/* In development mode: is it open to this request? Reads headers: in the handler's call. */
enum dev_door dev_door_of(const struct http_request *request);

#endif
