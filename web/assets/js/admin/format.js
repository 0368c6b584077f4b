/*
 * Numbers, times and people as text in the language of the page. Everything here returns plain
 * strings; whoever shows them makes text nodes of them.
 */
import { language, t } from '../i18n.js';

const STEPS = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600],
    ['minute', 60]];
const made = new Map();

/* Intl's objects are slow to make and there are few of them. */
function intl(Kind, options) {
    const key = `${Kind.name} ${language} ${JSON.stringify(options)}`;
    if (!made.has(key)) {
        made.set(key, new Kind(language, options));
    }
    return made.get(key);
}

export const number = (value) => intl(Intl.NumberFormat, {}).format(value);

/** Invitees are counted up to ten thousand, in the tree up to a thousand. */
export const COUNTED_MOST = 10000;
export const COUNTED_IN_TREE = 1000;
export const counted = (value, most) => (value >= most ? `${number(most)}+` : number(value));

/** A share of one, `0.5` as 50 %; nothing (null) as a dash. */
export function percent(share) {
    const options = { style: 'percent', maximumFractionDigits: 1 };
    return share == null ? '—' : intl(Intl.NumberFormat, options).format(share);
}

/** Millionths of the currency that providers bill in, which the server does not name. */
export function money(micros) {
    const options = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    return intl(Intl.NumberFormat, options).format(micros / 1e6);
}

/** A moment, in the reader's own time zone; nothing as a dash. */
export function time(at) {
    const options = { dateStyle: 'medium', timeStyle: 'short' };
    return at ? intl(Intl.DateTimeFormat, options).format(new Date(at)) : '—';
}

export function seconds(at) {
    const options = { dateStyle: 'medium', timeStyle: 'medium' };
    return at ? intl(Intl.DateTimeFormat, options).format(new Date(at)) : '—';
}

export function date(at) {
    return at ? intl(Intl.DateTimeFormat, { dateStyle: 'medium' }).format(new Date(at)) : '—';
}

/** A bucket of statistics, which begin on hours and days of UTC. */
export function bucket(at, by) {
    const day = { day: 'numeric', month: 'short', timeZone: 'UTC' };
    const hour = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
    const options = by === 'hour' ? { ...day, ...hour } : day;
    return intl(Intl.DateTimeFormat, options).format(new Date(at));
}

/** `3 hours ago`; never in the future, whatever the clock of this machine says. */
export function ago(at, now = Date.now()) {
    const passed = Math.min(0, (new Date(at) - now) / 1000);
    const [unit, size] = STEPS.find(([, step]) => Math.abs(passed) >= step) ?? ['minute', 60];
    const options = { numeric: 'auto' };
    return intl(Intl.RelativeTimeFormat, options).format(Math.round(passed / size), unit);
}

export function country(code) {
    if (!/^[A-Z]{2}$/.test(code ?? '') || code === 'ZZ') {
        return code && code !== 'ZZ' ? code : t('admin.country.unknown');
    }
    return intl(Intl.DisplayNames, { type: 'region', fallback: 'code' }).of(code);
}

/** +79234440000 as people write it. */
export function phone(e164) {
    const parts = /^(\+7)(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(e164)
        ?? /^(\+375)(\d{2})(\d{3})(\d{2})(\d{2})$/.exec(e164);
    if (parts) {
        const [, code, area, a, b, c] = parts;
        return `${code} ${area} ${a}-${b}-${c}`;
    }
    return e164;
}

/** First and last name, or nothing. */
export function fullName({ first_name: first, last_name: last }) {
    return [first, last].filter(Boolean).join(' ');
}

/** How one is called where there is room for one thing: the number, or what is left without it. */
export function label(account) {
    return account.phone ? phone(account.phone) : t('admin.erased.label', { id: account.id });
}
