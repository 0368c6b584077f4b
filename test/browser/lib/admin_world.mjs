/*
 * A small world for pictures of the panel: what the server would answer on one fixed day, so that a
 * screenshot is the same on any day. Only pictures use it; what the panel does is tested against a
 * real server.
 */
const NOW = Date.parse('2026-03-10T12:00:00Z');
const HOUR_MS = 3600000;
const DAY_MS = 24 * HOUR_MS;

const NAMES = [['Анна', 'Иванова'], ['Борис', 'Петров'], ['Vera', 'Ström'], ['Глеб', 'Ким'],
    ['Дарья', 'Лебедева'], ['Oleg', "O'Neil"], [null, null], ['<b>Жанна</b>', null],
    ['Зоя', 'Константинопольская'], ['Ivan', 'Sidorov']];
const CODES = ['K7mPx2', 'Qw4RtZ', 'hN8bVc', 'Xy3DfG', 'p9LkJh', 'M2nBv5', 'sA6dFg', 'T4yUi8'];

const at = (ago_ms) => new Date(NOW - ago_ms).toISOString();
const phoneOf = (i) => `+7923${4440000 + i * 1371}`;

function account(i) {
    const [first, last] = NAMES[i % NAMES.length];
    const isErased = i % 13 === 8;
    return {
        id: String(100 + i), phone: isErased ? null : phoneOf(i),
        email: i % 3 === 1 ? `person${i}@example.com` : null,
        first_name: isErased ? null : first, last_name: isErased ? null : last,
        city: 'Новосибирск', telegram_id: null, avatar_url: null, locale: 'ru',
        role: { 0: 'admin', 3: 'moderator' }[i] ?? 'user',
        invite_code: CODES[i % CODES.length],
        invited_by: i % 2 === 1 ? { id: '102', phone: phoneOf(2) } : null,
        created_at: at(i * 9 * HOUR_MS + 25 * 60000),
        disabled_at: i === 5 ? at(DAY_MS) : null, erased_at: isErased ? at(DAY_MS) : null,
    };
}

function node(i, count) {
    const { id, phone, first_name, last_name, invite_code, erased_at } = account(i);
    return { id, phone, first_name, last_name, invite_code, invited_at: at(i * DAY_MS),
        invitee_count: count ?? (i * 7) % 5 * (i % 4), erased: erased_at !== null };
}

const tree = () => ({
    account: node(2, 61), ancestors: [node(20, 4), node(21, 12)],
    invitees: Array.from({ length: 13 }, (_, i) => node(30 + i)), next_cursor: 'more',
});

/* Busy days and quiet nights, the same on every machine: no randomness, only a sine. */
function stats(query) {
    const by = query.get('by');
    const step = by === 'hour' ? HOUR_MS : DAY_MS;
    const [from, to] = ['from', 'to'].map((name) => Date.parse(query.get(name)));
    const series = [];
    const limits = [];
    for (let moment = from; moment < to; moment += step) {
        for (const [country, size] of [['RU', 900], ['KZ', 310], ['BY', 150]]) {
            const wave = 1 + 0.35 * Math.sin(moment / DAY_MS / 1.1 + size);
            const of = (part) => Math.round(size * part * wave);
            const bucket = { at: new Date(moment).toISOString(), country };
            series.push({ ...bucket, codes_sent: of(1), delivered: of(0.98), failed: of(0.02),
                sign_ins: of(0.83), new_accounts: of(0.21), activations: of(0.08),
                cost_micros: of(1) * 21000 });
            for (const [limit, part] of [['send_cooldown', 0.03], ['guess_limit', 0.012]]) {
                limits.push({ ...bucket, limit, count: of(part) });
            }
        }
    }
    return { from: query.get('from'), to: query.get('to'), by, series, limits, next_cursor: null,
        totals: totalsOf(series) };
}

function totalsOf(series) {
    const names = ['codes_sent', 'sign_ins', 'new_accounts', 'activations', 'cost_micros'];
    const sums = Object.fromEntries(names.map((name) => (
        [name, series.reduce((sum, row) => sum + row[name], 0)])));
    return { ...sums, conversion: sums.sign_ins / sums.codes_sent };
}

const ADDRESSES = ['203.0.113.7', '2001:db8:85a3:8d3:1319:8a2e:370:7348'];
const AGENT = 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) '
    + 'Chrome/131.0.0.0 Mobile Safari/537.36';

const session = (_, i) => ({
    id: String(7 + i), device_name: [null, 'Телефон Дарьи', 'shop.example.com'][i % 3],
    user_agent: AGENT, address: ADDRESSES[i % 2], created_at: at((i + 1) * DAY_MS),
    last_used_at: at(i * HOUR_MS), is_current: false,
});

const delivery = (_, i) => ({
    phone: phoneOf(i), channel: 'sms', provider: i === 0 ? null : 'simulated',
    state: ['waiting', 'delivered', 'delivered', 'failed'][i % 4], step: i % 3 === 2 ? 1 : 0,
    attempts: i % 4, created_at: at(i * 7 * 60000), done_at: i % 4 === 0 ? null : at(i * 415000),
});

const EVENTS = [
    ['admin_list', { by: 'phone', query: '+7923444•••', role: 'moderator' }],
    ['admin_update', { role: 'moderator', disabled: false, fields: ['first_name', 'email'] }],
    ['admin_stats', { from: at(8 * DAY_MS), to: at(DAY_MS), by: 'day' }],
    ['admin_set_setting', { name: 'send.per_phone_hour', old: '10', new: '12' }],
    ['admin_deliveries', { phone: '+7923•••0000', state: 'failed' }],
    ['sign_in', null],
];

function entry(_, i) {
    const [event, detail] = EVENTS[i % EVENTS.length];
    return {
        id: String(900 - i), at: at(i * 47 * 60000), event, account_id: String(100 + i),
        actor_id: event === 'sign_in' ? null : '100', session_id: '7',
        address: ADDRESSES[i % 2], detail: detail && JSON.stringify(detail),
    };
}

const whole = () => ({
    ...account(4), invited_by: { id: '102', phone: phoneOf(2) }, invited_at: at(40 * DAY_MS),
    session_count: 3, invitee_count: 61, limits: { sends_day: 3, guesses_day: 1 },
});

const page = (name, rows) => ({ [name]: rows, next_cursor: null });

const ANSWERS = {
    '/v1/me': () => account(0),
    '/v1/admin/accounts': () =>
        page('accounts', Array.from({ length: 12 }, (_, i) => account(i))),
    '/v1/admin/accounts/102/invite-tree': tree,
    '/v1/admin/accounts/104': whole,
    '/v1/admin/accounts/104/sessions': () =>
        page('sessions', Array.from({ length: 3 }, session)),
    '/v1/admin/audit': (query) =>
        page('entries', Array.from({ length: Number(query.get('limit')) / 4 }, entry)),
    '/v1/admin/deliveries': () =>
        page('deliveries', Array.from({ length: 12 }, delivery)),
    '/v1/admin/stats': stats,
};

/**
 * Answers the page's calls from this world, and stops its clock. `changes`: {path: change}, where
 * change(answer) gives another answer.
 */
export async function picture(page, changes = {}) {
    await page.clock.setFixedTime(NOW);
    await page.route('**/v1/**', (route) => {
        const url = new URL(route.request().url());
        const answer = ANSWERS[url.pathname];
        const change = changes[url.pathname] ?? ((json) => json);
        return answer ? route.fulfill({ json: change(answer(url.searchParams)) })
            : route.fulfill({ status: 404, json: { code: 'not_found' } });
    });
}
