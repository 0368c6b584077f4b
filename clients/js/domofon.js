/** The client of domofon. README.md tells how to use it, domofon.d.ts what each call takes. */

/** `code` is stable; 'network': no answer came, and whether it was done is not known. */
export class DomofonError extends Error {
    constructor(code, status = 0, problem = {}, options) {
        super(problem.detail ?? problem.title ?? code, options);
        this.name = 'DomofonError';
        Object.assign(this, { code, status, problem });
    }
}

const RETRY_MS = [300, 1000];
/* So long another tab may not see what was written into localStorage, though the lock is free. */
const SETTLE_MS = 50;
/* The server says that the session is no more. */
const ENDED = ['token_revoked', 'token_invalid', 'token_expired'];
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/* crypto.randomUUID is missing on plain http. */
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)),
    (byte) => byte.toString(16).padStart(2, '0')).join('');

export class Domofon extends EventTarget {
    #base;
    #name;
    #storage;
    #memory = null;
    #renewing = new Map();
    #keys = new Map();

    constructor({ base = '', storage, locale } = {}) {
        super();
        this.#base = base.replace(/\/$/, '');
        this.#name = `domofon.session${this.#base && `:${this.#base}`}`;
        this.locale = locale;
        try {
            this.#storage = storage === undefined ? globalThis.localStorage : storage;
        } catch { /* forbidden: the session lives as long as the page */ }
        globalThis.window?.addEventListener('storage', (event) => {
            if (event.key === this.#name && !event.oldValue !== !event.newValue) {
                this.#tell(event.newValue);
            }
        });
    }

    /** {access_token, refresh_token, session_id}, or null. */
    get session() {
        try {
            return JSON.parse(this.#storage.getItem(this.#name)) ?? this.#memory;
        } catch {
            return this.#memory;
        }
    }

    get isSignedIn() {
        return this.session !== null;
    }

    send(phone, { inviteCode, channel } = {}) {
        const body = { phone, channel, locale: this.locale, invite_code: inviteCode };
        return this.#surely('/v1/codes', body);
    }

    resend(challengeId) {
        return this.#call(`/v1/codes/${challengeId}/resend`, { method: 'POST', body: {} });
    }

    async verify(challengeId, code, { inviteCode, deviceName } = {}) {
        const body = { challenge_id: challengeId, code, invite_code: inviteCode,
            device_name: deviceName };
        const reply = await this.#surely('/v1/sessions', body);
        this.#keep(reply);
        this.#tell(true);
        return reply;
    }

    profile() {
        return this.fetch('/v1/me');
    }

    update(fields) {
        return this.fetch('/v1/me', { method: 'PATCH', body: fields });
    }

    invitees({ cursor, limit } = {}) {
        const query = new URLSearchParams(Object.entries({ cursor, limit })
            .filter(([, value]) => value != null));
        return this.fetch(`/v1/me/invitees?${query}`);
    }

    activate(code) {
        return this.fetch('/v1/me/invite', { method: 'POST', body: { code } });
    }

    lookUp(code) {
        return this.#call(`/v1/invites/${encodeURIComponent(code)}`);
    }

    /** Forgets the session even if the server cannot be told; that throws. */
    async signOut() {
        try {
            await this.fetch('/v1/sign-out', { method: 'POST', body: {} });
        } catch (error) {
            if (error.status !== 401) {
                throw error;
            }
        } finally {
            this.#forget();
        }
    }

    /** Any call, signed in; renews the session when the access token has expired. */
    async fetch(path, init) {
        const session = this.session;
        try {
            return await this.#call(path, init, session?.access_token).catch(async (error) => {
                const token = error.code === 'token_expired' && session
                    && await this.#renew(session);
                // Another tab may have signed out, or somebody else in: it is not their call.
                if (!token || !this.#isStill(session)) {
                    throw error;
                }
                return this.#call(path, init, token);
            });
        } catch (error) {
            if (session && ENDED.includes(error.code) && this.#isStill(session)) {
                this.#forget();
            }
            throw error;
        }
    }

    async #call(path, { body, headers, raw, ...init } = {}, token = undefined) {
        const all = new Headers(headers);
        if (this.locale) {
            all.set('Accept-Language', this.locale);
        }
        if (token) {
            all.set('Authorization', `Bearer ${token}`);
        }
        if (body && Object.getPrototypeOf(body) === Object.prototype) {
            body = JSON.stringify(body);
            all.set('Content-Type', 'application/json');
        }
        let reply, text;
        try {
            reply = await fetch(this.#base + path, { ...init, body, headers: all });
            if (reply.ok && raw) {
                return reply;
            }
            text = await reply.text();
        } catch (cause) {
            if (init.signal?.aborted) {
                throw cause;
            }
            throw new DomofonError('network', 0, {}, { cause });
        }
        let value = null;
        try {
            value = text && JSON.parse(text);
        } catch { /* from something on the way */ }
        if (!reply.ok) {
            const code = value?.code ?? `http_${reply.status}`;
            throw new DomofonError(code, reply.status, value ?? {});
        }
        return value || null;
    }

    /* A POST with an Idempotency-Key, the same in every repeat until its outcome is known. */
    async #surely(path, body) {
        const text = path + JSON.stringify(body);
        const key = this.#keys.get(text) ?? newKey();
        this.#keys.set(text, key);
        for (let tried = 0; ; tried += 1) {
            try {
                const headers = { 'Idempotency-Key': key };
                const reply = await this.#call(path, { method: 'POST', body, headers });
                this.#keys.delete(text);
                return reply;
            } catch (error) {
                const unknown = error.code === 'network' || error.status >= 500;
                if (!unknown) {
                    this.#keys.delete(text);
                }
                if (!unknown || tried === RETRY_MS.length) {
                    throw error;
                }
                await sleep(RETRY_MS[tried]);
            }
        }
    }

    /* One tab at a time; those that waited find what the first one got. */
    #renew(old) {
        const once = async () => {
            if (!this.#isStill(old)) {
                return null;
            }
            const now = this.session;
            if (now.access_token !== old.access_token) {
                return now.access_token;
            }
            const body = { refresh_token: old.refresh_token };
            const reply = await this.#call('/v1/sessions/refresh', { method: 'POST', body });
            if (this.#isStill(old)) {
                this.#keep(reply);
            }
            return reply.access_token;
        };
        const id = old.session_id;
        const locks = globalThis.navigator?.locks;
        if (!this.#renewing.has(id)) {
            this.#renewing.set(id, (locks
                ? locks.request(this.#name, () => sleep(SETTLE_MS).then(once)) : once())
                .finally(() => this.#renewing.delete(id)));
        }
        return this.#renewing.get(id);
    }

    #isStill({ session_id }) {
        return this.session?.session_id === session_id;
    }

    #keep({ access_token, refresh_token, session_id }) {
        const session = { access_token, refresh_token, session_id };
        try {
            this.#storage.setItem(this.#name, JSON.stringify(session));
        } catch {
            this.#memory = session;
        }
    }

    #forget() {
        const was = this.isSignedIn;
        this.#memory = null;
        try {
            this.#storage.removeItem(this.#name);
        } catch { /* was in memory */ }
        if (was) {
            this.#tell(false);
        }
    }

    #tell(isSignedIn) {
        this.dispatchEvent(new Event(isSignedIn ? 'signin' : 'signout'));
    }
}
