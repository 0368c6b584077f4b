/*
 * Where an account is signed in, with "end" for one and for all.
 */
import { el, replace } from '../dom.js';
import { t } from '../i18n.js';
import { dialog, toast } from '../ui.js';
import { change, explain, read } from './api.js';
import { card } from './card.js';
import { ago, date, time } from './format.js';
import { rowOf, tableOf } from './list.js';
import { notice } from './notice.js';

export function sessionsCard({ view, account, canWrite }) {
    const path = `/accounts/${encodeURIComponent(account.id)}/sessions`;
    const place = el('div', { 'aria-busy': 'true' });
    const trouble = el('div', {});
    const end = async (query, done) => {
        replace(trouble);
        try {
            await change('DELETE', path + query);
            toast(done);
            await fill();
        } catch (error) {
            replace(trouble, notice(explain(error)));
        }
    };
    const endAll = async () => {
        const sure = await dialog({
            title: t('admin.sessions.end_all'),
            body: el('p', {}, t('admin.sessions.end_all.ask')),
            actions: [
                { label: t('ui.cancel'), value: null },
                { label: t('admin.sessions.end_all'), value: true, kind: 'danger' },
            ],
        });
        if (sure) {
            await end('', t('admin.sessions.ended_all'));
        }
    };
    const endOne = ({ id }) => end(`?session_id=${encodeURIComponent(id)}`,
        t('admin.sessions.ended'));
    const fill = async () => {
        try {
            const { sessions } = await read(path, {}, view.signal);
            replace(place, ...shown(sessions, canWrite && { endOne, endAll }));
        } catch (error) {
            if (!view.signal.aborted) {
                replace(place, notice(explain(error), fill));
            }
        }
        place.removeAttribute('aria-busy');
    };
    fill();
    return card(t('admin.sessions'), trouble, place);
}

function shown(sessions, actions) {
    if (sessions.length === 0) {
        return [el('p', {}, t('admin.sessions.none'))];
    }
    const columns = [
        { title: t('admin.sessions.device'), class: 'is-main', cell: device },
        { title: t('admin.field.address'), class: 'code', cell: (row) => row.address ?? '' },
        { title: t('admin.sessions.used'), cell: used },
    ];
    if (actions) {
        columns.push({ title: t('admin.actions'), cell: (row) => endButton(row, actions.endOne) });
    }
    const body = el('tbody', { role: 'rowgroup' }, ...sessions.map((row) => rowOf(columns, row)));
    const all = actions && el('p', {}, el('button', {
        class: 'button button--danger', type: 'button', onclick: actions.endAll,
    }, t('admin.sessions.end_all')));
    return [tableOf(t('admin.sessions'), columns, body), all];
}

function device({ device_name: name, user_agent: agent }) {
    return el('span', { class: 'device' },
        el('span', {}, name ?? t('admin.sessions.unnamed')),
        agent ? el('span', { class: 'small agent', title: agent }, agent) : '');
}

function used({ last_used_at: last, created_at: began }) {
    return el('span', { class: 'device' },
        el('time', { datetime: last, title: time(last) }, ago(last)),
        el('span', { class: 'small', title: time(began) },
            t('admin.sessions.began', { when: date(began) })));
}

function endButton(row, endOne) {
    const name = row.device_name ?? t('admin.sessions.unnamed');
    return el('button', {
        class: 'button button--small', type: 'button', onclick: () => endOne(row),
        'aria-label': t('admin.sessions.end.label', { name }),
    }, t('admin.sessions.end'));
}
