/*
 * The ledger of a load: what the server has acknowledged. In the end it is compared with what is
 * stored: whatever is missing there was lost, whatever is there too often was doubled. It also
 * knows for how long at worst nothing succeeded.
 *
 * A person: {phone, id, inviteCode, invitedBy, city, sends, wrongGuesses, maybeGuesses, signIns,
 * sessions, open, pending}. maybeGuesses are wrong guesses whose outcome nobody knows; signIns are
 * {challenge_id, code}; a session is {id, access_token, refresh_token, generation, isOver}; `open`
 * are sign-ins that were given up before their outcome was known, each {challenge_id, code,
 * mayHaveHappened}; `pending` is a challenge whose code has not arrived yet.
 */
import assert from 'node:assert/strict';
import { query } from '../../e2e/lib/store.mjs';

/* Examples of what is wrong that are shown. */
const SHOWN = 10;

export class Ledger {
    constructor() {
        this.people = [];
        this.counts = {
            codes: 0, signIns: 0, wrongGuesses: 0, refreshes: 0, activations: 0, changes: 0,
            reads: 0, signOuts: 0,
        };
        this.troubles = { unanswered: 0, outcome_unknown: 0, other503: 0 };
        this.worst_ms = 0;
        this.slowest_ms = 0;
    }

    newPerson(phone) {
        const person = {
            phone, city: null, sends: 0, wrongGuesses: 0, maybeGuesses: 0, signIns: [],
            sessions: [], open: [],
        };
        this.people.push(person);
        return person;
    }

    get total() {
        return Object.values(this.counts).reduce((a, b) => a + b);
    }

    /** The clock of unavailability runs from here on. */
    beginClock() {
        this.last_ms = performance.now();
    }

    endClock() {
        this.succeeded();
        this.last_ms = undefined;
    }

    /** Something that needs the store has worked. */
    succeeded() {
        if (this.last_ms !== undefined) {
            const now_ms = performance.now();
            this.worst_ms = Math.max(this.worst_ms, now_ms - this.last_ms);
            this.last_ms = now_ms;
        }
    }

    noteSignIn(person, challenge, code, reply) {
        this.counts.signIns += 1;
        person.signIns.push({ challenge_id: challenge.challenge_id, code });
        this.#know(person, 'id', reply.account.id);
        this.#know(person, 'inviteCode', reply.account.invite_code);
        person.sessions.push({
            id: Number(reply.session_id), access_token: reply.access_token,
            refresh_token: reply.refresh_token, generation: 0, isOver: false,
        });
    }

    #know(person, name, value) {
        person[name] ??= value;
        assert.equal(value, person[name], `${name} of ${person.phone}`);
    }

    /** Compares with the store of `server`, nobody else being at it; fails unless they agree. */
    compare(server) {
        const found = { lost: [], doubled: [] };
        this.#compareCounts(server, found);
        this.#compareAccounts(server, found);
        this.#compareSessions(server, found);
        for (const [kind, list] of Object.entries(found)) {
            assert.deepEqual(list.slice(0, SHOWN), [], `${list.length} ${kind}`);
        }
    }

    /* What there is for each phone, by number: messages, their delivery, wrong guesses. */
    #compareCounts(server, found) {
        const perPhone = (sql) => new Map(query(server, sql)
            .map(({ phone, count }) => [phone, Number(count)]));
        const entries = (kind) => 'SELECT phone, count(*) AS count FROM phone_ledger '
            + `WHERE kind = ${kind} GROUP BY phone`;
        const tables = [
            ['challenges', 'SELECT phone, count(*) AS count FROM challenge GROUP BY phone',
                ({ sends }) => sends],
            ['messages counted', entries(1), ({ sends }) => sends],
            ['messages to be sent', 'SELECT phone, count(*) AS count FROM outbox GROUP BY phone',
                ({ sends }) => sends],
            ['messages delivered', 'SELECT phone, count(*) AS count FROM handset GROUP BY phone',
                ({ sends }) => sends],
            ['wrong guesses', entries(2), ({ wrongGuesses }) => wrongGuesses,
                ({ maybeGuesses }) => maybeGuesses],
        ];
        for (const [what, sql, wanted, more = () => 0] of tables) {
            const stored = perPhone(sql);
            for (const person of this.people) {
                const count = stored.get(person.phone) ?? 0;
                const most = wanted(person) + more(person);
                judge(found, count, Math.min(Math.max(count, wanted(person)), most),
                    `${what} of ${person.phone}`);
                stored.delete(person.phone);
            }
            [...stored.keys()].forEach((phone) => found.doubled.push(`${what}: whose? ${phone}`));
        }
    }

    #compareAccounts(server, found) {
        const rows = query(server, 'SELECT a.id, a.phone, a.city, i.invite_code AS inviter '
            + 'FROM account a LEFT JOIN account i ON i.id = a.invited_by');
        const byPhone = groupByPhone(rows);
        for (const person of this.people) {
            const [account, ...more] = byPhone.get(person.phone) ?? [];
            byPhone.delete(person.phone);
            judge(found, (account === undefined ? 0 : 1) + more.length,
                person.id === undefined ? 0 : 1, `accounts of ${person.phone}`);
            if (account === undefined || person.id === undefined) {
                continue;
            }
            for (const [name, stored, wanted] of [
                ['id', String(account.id), person.id], ['city', account.city, person.city],
                ['inviter', account.inviter ?? undefined, person.invitedBy],
            ]) {
                if (stored !== wanted) {
                    found.lost.push(`${name} of ${person.phone}: ${wanted}, stored is ${stored}`);
                }
            }
        }
        [...byPhone.keys()].forEach((phone) => found.doubled.push(`account: whose? ${phone}`));
    }

    #compareSessions(server, found) {
        const stored = new Map(query(server, 'SELECT id, generation FROM session')
            .map(({ id, generation }) => [Number(id), Number(generation)]));
        const signedIn = new Map(query(server, 'SELECT session_id, count(*) AS count FROM audit '
            + "WHERE event = 'sign_in' GROUP BY session_id")
            .map(({ session_id, count }) => [Number(session_id), Number(count)]));
        for (const { sessions } of this.people) {
            for (const { id, generation, isOver } of sessions) {
                judge(found, stored.has(id) ? 1 : 0, isOver ? 0 : 1, `session ${id}`);
                if (stored.has(id) && !isOver) {
                    judge(found, stored.get(id), generation, `refreshes of session ${id}`);
                }
                judge(found, signedIn.get(id) ?? 0, 1, `sign-ins of session ${id}`);
                stored.delete(id);
                signedIn.delete(id);
            }
        }
        [...stored.keys()].forEach((id) => found.doubled.push(`session: whose? ${id}`));
        [...signedIn.keys()].forEach((id) => found.doubled.push(`sign-in: whose? ${id}`));
        const reuse = query(server, "SELECT id FROM audit WHERE event = 'refresh_reuse'");
        reuse.forEach(({ id }) => found.doubled.push(`a refresh taken for reuse: audit ${id}`));
    }

    /** One line for people; `what` was done how often. */
    summary(what) {
        const { codes, signIns, wrongGuesses, refreshes, activations, changes } = this.counts;
        const { unanswered, outcome_unknown, other503 } = this.troubles;
        return `${what}: ${this.total} operations acknowledged (${codes} codes, ${signIns} `
            + `sign-ins, ${wrongGuesses} wrong guesses, ${refreshes} refreshes, ${activations} `
            + `activations, ${changes} changes), 0 lost, 0 doubled; worst unavailability `
            + `${Math.round(this.worst_ms)} ms; ${unanswered} times no answer, ${outcome_unknown} `
            + `times outcome_unknown, ${other503} times another 503; slowest answer `
            + `${Math.round(this.slowest_ms)} ms`;
    }
}

function judge(found, stored, wanted, what) {
    if (stored !== wanted) {
        (stored < wanted ? found.lost : found.doubled).push(`${what}: ${stored}, not ${wanted}`);
    }
}

function groupByPhone(rows) {
    const groups = new Map();
    for (const row of rows) {
        groups.set(row.phone, [...groups.get(row.phone) ?? [], row]);
    }
    return groups;
}
