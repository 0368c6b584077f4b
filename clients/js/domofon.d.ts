/** Why a call failed: `code` names the cause and is stable, the message is for people. */
export class DomofonError extends Error {
    /** Of the API; `network` when no answer came, `http_502` when something else answered. */
    readonly code: string;
    /** HTTP status; 0 when no answer came: whether the call was done is not known then. */
    readonly status: number;
    readonly problem: Problem;
}

/** RFC 9457, with what is needed to act. */
export interface Problem {
    type?: string;
    title?: string;
    status?: number;
    /** For people, in the language of the call. */
    detail?: string;
    code?: string;
    field?: string;
    reason?: string;
    /** Seconds to wait before the call may succeed. */
    retry_after_s?: number;
    /** Guesses that the code still allows. */
    attempts_left?: number;
}

export type Locale = 'en' | 'ru';

export interface Challenge {
    challenge_id: string;
    /** E.164. */
    phone: string;
    channel: string;
    code_length: number;
    expires_at: string;
    /** Seconds until then: right even where this machine's clock is wrong. */
    expires_in_s: number;
    resend_at: string;
    resend_in_s: number;
    attempts_left: number;
}

export interface Account {
    id: string;
    phone: string;
    email: string | null;
    first_name: string | null;
    last_name: string | null;
    city: string | null;
    /** `@name`, or the number that Telegram gives. */
    telegram_id: string | null;
    avatar_url: string | null;
    locale: Locale;
    role: 'user' | 'moderator' | 'admin';
    invite_code: string;
    invited_by: { invite_code: string; activated_at: string } | null;
    created_at: string;
}

export type AccountChange = Partial<Pick<Account,
    'email' | 'first_name' | 'last_name' | 'city' | 'telegram_id' | 'locale'>>;

export interface Session {
    access_token: string;
    refresh_token: string;
    session_id: string;
}

export interface SignedIn extends Session {
    token_type: 'Bearer';
    /** Seconds the access token lives. */
    expires_in: number;
    is_new_account: boolean;
    account: Account;
    /** Only when an invite code was given. A code that does not count never fails a sign-in. */
    invite?: {
        status: 'activated' | 'invite_unknown' | 'invite_already_activated' | 'invite_own'
            | 'invite_cycle';
    };
}

export interface InviteePage {
    items: { phone: string | null; activated_at: string }[];
    /** For the next page; null on the last. */
    next_cursor: string | null;
}

export interface CallInit extends Omit<RequestInit, 'body'> {
    /** A plain object is sent as JSON. */
    body?: BodyInit | object | null;
    /** Give the Response itself when the call succeeds. */
    raw?: boolean;
}

export interface Options {
    /** Where domofon is; '' (the default) is the page's own origin. */
    base?: string;
    /** Keeps the session: localStorage unless told; null keeps it as long as the page lives. */
    storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null;
    /** Language of messages and errors; what the browser asks for unless told. */
    locale?: Locale;
}

/** Dispatches `signin` and `signout`, whichever tab it happened in. */
export class Domofon extends EventTarget {
    constructor(options?: Options);

    locale: Locale | undefined;
    readonly session: Session | null;
    readonly isSignedIn: boolean;

    /** Sends a code to a phone, written as people write it. */
    send(phone: string, options?: { inviteCode?: string; channel?: string }): Promise<Challenge>;
    /** Sends the same code once more. */
    resend(challengeId: string): Promise<Challenge>;
    /** Exchanges a code for a session, which is kept. */
    verify(challengeId: string, code: string,
        options?: { inviteCode?: string; deviceName?: string }): Promise<SignedIn>;

    profile(): Promise<Account>;
    /** Changes the fields that are given; null clears one. */
    update(fields: AccountChange): Promise<Account>;
    /** Who used one's invite code, the newest first. */
    invitees(options?: { cursor?: string | null; limit?: number }): Promise<InviteePage>;
    /** Activates somebody's invite code: once for ever. */
    activate(code: string): Promise<Account>;
    /** Whether an invite code exists; gives its proper spelling. */
    lookUp(code: string): Promise<{ code: string }>;
    /** Ends the session. It is forgotten here even when the server cannot be told; that throws. */
    signOut(): Promise<void>;

    /**
     * Any call, signed in. When the access token has expired, renews the session, one tab for all,
     * and repeats the call. Resolves to the JSON of the reply, null where it has none.
     */
    fetch(path: string, init: CallInit & { raw: true }): Promise<Response>;
    fetch<T = unknown>(path: string, init?: CallInit): Promise<T>;
}
