/*
 * Limits that tripped: how often each kept somebody back, when and where. One that trips a lot is
 * either at work against somebody or too tight for everybody; settings are a click away.
 */
import { el, replace } from '../dom.js';
import { inWords, t } from '../i18n.js';
import { explain, isAbort, readStats } from './api.js';
import { card } from './card.js';
import { chart } from './chart.js';
import { bucket, country, number } from './format.js';
import { rowOf, tableOf } from './list.js';
import { notice } from './notice.js';
import { buckets, rangePicker } from './range.js';
import { href } from './route.js';

const LINES_MOST = 6;

export const title = () => t('admin.limits');

export function draw(view) {
    const place = el('div', { class: 'stack stack--wide' });
    const state = { stop: null };
    const range = rangePicker(view, () => load());
    const load = async () => {
        place.setAttribute('aria-busy', 'true');
        try {
            const data = await readStats(range.value(), view.signal);
            state.stop?.abort();
            state.stop = new AbortController();
            paint(place, data, AbortSignal.any([view.signal, state.stop.signal]));
        } catch (error) {
            if (!isAbort(error)) {
                replace(place, notice(explain(error), load));
            }
        }
        place.removeAttribute('aria-busy');
    };
    view.main.append(el('p', { class: 'small' }, t('admin.limits.lead'), ' ',
        el('a', { href: href(['settings']) }, t('admin.limits.settings'))), range.node, place);
    return load();
}

const nameOf = (limit) => inWords(`admin.limit.${limit}`, limit);

function paint(place, data, signal) {
    if (data.limits.length === 0) {
        replace(place, el('p', { class: 'plate empty' }, t('admin.limits.none')));
        return;
    }
    const at = buckets(data);
    const groups = [...Map.groupBy(data.limits, ({ limit }) => limit)]
        .map(([limit, rows]) => ({ limit, rows, count: total(rows) }))
        .sort((a, b) => b.count - a.count);
    const host = el('div', { class: 'chart-place' });
    const isOpen = place.querySelector('details')?.open; // stays as one left it
    replace(place, card(t('admin.limits.chart'), host),
        card(t('admin.limits.which'), groupTable(groups)),
        el('details', { class: 'plate', open: isOpen }, el('summary', {}, t('admin.limits.when')),
            whenTable(data)));
    chart(host, {
        label: t('admin.limits.chart.label'), at, by: data.by, format: number, signal,
        series: groups.slice(0, LINES_MOST).map(({ limit, rows }) => ({
            label: nameOf(limit), values: counts(rows, at) })),
    });
}

const total = (rows) => rows.reduce((sum, { count }) => sum + count, 0);

function counts(rows, at) {
    const groups = Map.groupBy(rows, (row) => Date.parse(row.at));
    return at.map((moment) => total(groups.get(moment) ?? []));
}

function groupTable(groups) {
    const columns = [
        { title: t('admin.limits.limit'), class: 'is-main', cell: ({ limit }) => nameOf(limit) },
        { title: t('admin.limits.count'), class: 'is-number', cell: ({ count }) => number(count) },
        { title: t('admin.limits.where'), cell: ({ rows }) => (
            [...new Set(rows.map((row) => country(row.country)))].join(', ')) },
        { title: t('admin.limits.last'), cell: ({ rows }) => (
            bucket(rows.reduce((last, { at }) => (at > last ? at : last), ''), 'hour')) },
    ];
    return tableOf(t('admin.limits.which'), columns,
        el('tbody', { role: 'rowgroup' }, groups.map((group) => rowOf(columns, group))));
}

function whenTable({ limits, by }) {
    const columns = [
        { title: t('admin.stat.at'), class: 'is-main', cell: ({ at }) => bucket(at, by) },
        { title: t('admin.limits.limit'), cell: ({ limit }) => nameOf(limit) },
        { title: t('admin.stat.country'), cell: (row) => country(row.country) },
        { title: t('admin.limits.count'), class: 'is-number', cell: ({ count }) => number(count) },
    ];
    const rows = [...limits].sort((a, b) => (a.at < b.at ? 1 : -1));
    return tableOf(t('admin.limits.when'), columns,
        el('tbody', { role: 'rowgroup' }, rows.map((row) => rowOf(columns, row))));
}
