/*
 * Deliveries: every message with a code, where it is on its way, and what became of it. Neither the
 * code nor the text is ever here.
 */
import { el } from '../dom.js';
import { inWords, t } from '../i18n.js';
import { csvPath, read } from './api.js';
import { csvButton } from './csv.js';
import { filters, pick } from './filters.js';
import { number, phone, seconds } from './format.js';
import { pagedList } from './list.js';
import { badge } from './person.js';
import { href } from './route.js';

const STATES = { waiting: 'none', sending: 'warm', delivered: 'good', failed: 'bad' };

export const title = () => t('admin.deliveries');

export function draw(view) {
    const bar = filters(view, [
        { name: 'phone', type: 'search', label: t('admin.field.phone'), wide: true },
        pick('state', t('admin.deliveries.state'),
            Object.keys(STATES).map((state) => [state, t(`admin.state.${state}`)]), t('admin.any')),
    ], () => list.reload());
    const list = pagedList({
        caption: t('admin.deliveries'),
        columns: columns(),
        empty: t('admin.deliveries.none'),
        signal: view.signal,
        tools: csvButton(() => csvPath('/deliveries', bar.values()), 'deliveries', view.signal),
        place: () => `deliveries ${JSON.stringify(bar.values())}`,
        load: async (cursor, signal) => {
            const page = await read('/deliveries', { ...bar.values(), cursor, limit: 50 }, signal);
            return { rows: page.deliveries, next: page.next_cursor };
        },
    });
    view.main.append(bar.node, list.node);
    return list.start();
}

function columns() {
    return [
        { title: t('admin.field.phone'), class: 'is-main', cell: (row) => (
            el('a', { href: href(['accounts'], { query: row.phone }) }, phone(row.phone))) },
        { title: t('admin.deliveries.state'), cell: ({ state }) => (
            badge(STATES[state], t(`admin.state.${state}`))) },
        { title: t('admin.deliveries.channel'), cell: ({ channel }) => (
            inWords(`admin.channel.${channel}`, channel)) },
        { title: t('admin.deliveries.provider'), cell: ({ provider }) => (
            // One that comes tomorrow has its name.
            inWords(`admin.provider.${provider}`, provider ?? '')) },
        { title: t('admin.deliveries.step'), cell: ({ step }) => (
            step === 0 ? t('admin.deliveries.first')
                : t('admin.deliveries.resend', { step: number(step) })) },
        { title: t('admin.deliveries.attempts'), class: 'is-number',
            cell: (row) => number(row.attempts) },
        { title: t('admin.deliveries.created'), cell: (row) => seconds(row.created_at) },
        { title: t('admin.deliveries.took'), class: 'is-number', cell: took },
    ];
}

function took({ created_at: from, done_at: to }) {
    const passed_s = (new Date(to) - new Date(from)) / 1000;
    return to ? t('admin.seconds', { value: number(Math.round(passed_s * 10) / 10) }) : '';
}
