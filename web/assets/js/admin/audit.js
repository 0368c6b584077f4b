/*
 * The audit: who did what to whom, newest first.
 */
import { el } from '../dom.js';
import { has, t } from '../i18n.js';
import { csvPath, read } from './api.js';
import { detailText } from './audit-detail.js';
import { csvButton } from './csv.js';
import { filters } from './filters.js';
import { seconds } from './format.js';
import { pagedList } from './list.js';
import { idLink } from './person.js';

export const title = () => t('admin.audit');

export function draw(view) {
    const bar = filters(view, [
        { name: 'account_id', label: t('admin.audit.whom'), inputmode: 'numeric' },
        { name: 'actor_id', label: t('admin.audit.who'), inputmode: 'numeric' },
        { name: 'event', label: t('admin.audit.event'), hint: t('admin.audit.event.hint') },
    ], () => list.reload());
    const list = pagedList({
        caption: t('admin.audit'),
        columns: auditColumns({ whom: true }),
        empty: t('admin.audit.none'),
        signal: view.signal,
        tools: csvButton(() => csvPath('/audit', bar.values()), 'audit', view.signal),
        place: () => `audit ${JSON.stringify(bar.values())}`,
        load: async (cursor, signal) => {
            const page = await read('/audit', { ...bar.values(), cursor, limit: 50 }, signal);
            return { rows: page.entries, next: page.next_cursor };
        },
    });
    view.main.append(bar.node, list.node);
    return list.start();
}

/** The columns of audit; without `whom` where it is of one account. */
export function auditColumns({ whom }) {
    return [
        { title: t('admin.audit.at'), class: 'is-main', cell: ({ at }) => (
            el('time', { datetime: at }, seconds(at))) },
        { title: t('admin.audit.event'), cell: eventCell },
        whom && { title: t('admin.audit.whom'), cell: (row) => idLink(row.account_id) },
        { title: t('admin.audit.who'), cell: actor },
        whom && {
            title: t('admin.field.address'), class: 'code', cell: (row) => row.address ?? '',
        },
        { title: t('admin.audit.detail'), class: 'is-long', cell: (row) => detailText(row.detail) },
    ].filter(Boolean);
}

/* In words where we have them, and always as it is called in the filter and in the API. */
function eventCell({ event }) {
    const words = `admin.event.${event}`;
    return el('span', { class: 'event' },
        has(words) ? el('span', {}, t(words)) : '',
        el('code', {}, event));
}

/* Without an actor it was the person, or the operator at the command line. */
function actor({ actor_id: id, account_id: whom, event }) {
    if (id) {
        return id === whom ? t('admin.audit.self') : idLink(id);
    }
    return event.startsWith('operator_') ? t('admin.audit.operator') : t('admin.audit.self');
}
