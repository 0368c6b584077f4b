/*
 * The calls of the panel, all over /v1/admin. Reading and changing are apart on purpose: `change`
 * is the one door that everything which alters something goes through. A second factor belongs
 * there: when the server refuses a change for want of a fresh proof, ask for it there and repeat.
 */
import { client } from '../client.js';
import { DomofonError } from '../domofon.js';
import { has, inWords, t } from '../i18n.js';
import { queryOf } from './route.js';

export { client };

/** Reads; `query` is an object, empty values are left out. */
export function read(path, query = {}, signal = undefined) {
    return client.fetch(withQuery(path, query), { signal });
}

/** Statistics of {from, to, by}: all pages, joined; `totals` are those of the whole range. */
export async function readStats(range, signal) {
    const all = { series: [], limits: [] };
    for (let cursor; cursor !== null;) {
        const page = await read('/stats', { ...range, cursor }, signal);
        all.series.push(...page.series);
        all.limits.push(...page.limits);
        cursor = page.next_cursor ?? null;
        Object.assign(all, { from: page.from, to: page.to, by: page.by, totals: page.totals });
    }
    return all;
}

/** Changes something: PATCH, PUT or DELETE. */
export function change(method, path, body = undefined) {
    return client.fetch(`/v1/admin${path}`, { method, body });
}

/** The address of a list as CSV, to begin an export with. */
export function csvPath(path, query) {
    return withQuery(path, { ...query, cursor: undefined, format: 'csv' });
}

/** The Response of a GET, for what is not JSON. */
export function readRaw(path, signal) {
    return client.fetch(path, { raw: true, signal });
}

/** Why a call failed, for people. The server's own words come in the language of the page. */
export function explain(error) {
    if (!(error instanceof DomofonError)) {
        throw error;
    }
    if (error.code === 'network') {
        return t('admin.error.network');
    }
    const { field, explanation, detail } = error.problem;
    if (error.code === 'setting_invalid' && explanation) {
        return t('admin.error.setting_invalid', { explanation });
    }
    // The server's own words are for programs here: the name is in `field`.
    if (has(`admin.error.${error.code}`) && field) {
        return t(`admin.error.${error.code}`, { field: inWords(`admin.field.${field}`, field) });
    }
    return detail ?? t('admin.error.status', { status: error.status });
}

/** Whether it was the page that lost interest, not the call that failed. */
export const isAbort = (error) => error.name === 'AbortError';

function withQuery(path, query) {
    const search = queryOf(query);
    return `/v1/admin${path}${search && `?${search}`}`;
}
