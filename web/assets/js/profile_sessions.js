/**
 * Where one is signed in, and the way to end that.
 */
import { client } from './client.js';
import { el, replace } from './dom.js';
import { ago, dateTime, t } from './i18n.js';
import { act, button, plate } from './profile_parts.js';
import { words } from './refusal.js';
import { dialog, toast } from './ui.js';

/* The first that fits: a browser also names those that it wants to be taken for. */
const BROWSERS = [[/YaBrowser/, 'Яндекс Браузер'], [/Edg/, 'Edge'], [/OPR/, 'Opera'],
    [/SamsungBrowser/, 'Samsung Internet'], [/Firefox|FxiOS/, 'Firefox'],
    [/Chrome|CriOS/, 'Chrome'], [/Safari/, 'Safari'], [/curl/, 'curl']];
const SYSTEMS = [[/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'],
    [/Windows/, 'Windows'], [/Mac OS X/, 'Mac'], [/Linux|X11/, 'Linux']];

const nameIn = (table, text) => table.find(([pattern]) => pattern.test(text))?.[1];

/** 'Firefox · Windows'; what is not known stays as it came. */
export function deviceName({ device_name, user_agent }) {
    if (device_name) {
        return device_name;
    }
    const agent = user_agent ?? '';
    const known = [nameIn(BROWSERS, agent), nameIn(SYSTEMS, agent)].filter(Boolean).join(' · ');
    return known || agent.slice(0, 60) || t('profile.sessions.unnamed');
}

function row(session, ended) {
    const end = async () => {
        await client.fetch(`/v1/sessions/${session.id}`, { method: 'DELETE' });
        ended();
    };
    const { last_used_at: used, address } = session;
    const stop = button('profile.sessions.end', end, 'small');
    stop.setAttribute('aria-label', `${t('profile.sessions.end')}: ${deviceName(session)}`);
    return el('li', { class: 'between' },
        el('div', { class: 'stack stack--tight' },
            el('span', {}, deviceName(session), ' ', session.current
                && el('span', { class: 'badge badge--good', t: 'profile.sessions.current' })),
            el('span', { class: 'small' },
                el('time', { datetime: used, title: dateTime(used) }, ago(used)),
                address && ` · ${address}`)),
        !session.current && stop);
}

async function endOthers(then) {
    const chosen = await dialog({
        title: t('profile.sessions.others.title'),
        body: el('p', { t: 'profile.sessions.others.body' }),
        actions: [{ label: t('ui.cancel'), value: null },
            { label: t('profile.sessions.others'), value: 'end', kind: 'danger' }],
    });
    if (chosen === 'end') {
        await client.fetch('/v1/sessions?others=1', { method: 'DELETE' });
        await then();
        toast(t('profile.sessions.ended'));
    }
}

/** The plate of sessions. */
export function sessionsPlate() {
    const list = el('ul', { class: 'list' });
    const others = button('profile.sessions.others', () => endOthers(show), 'danger');
    const root = plate('profile.sessions', list, others);
    const heading = root.firstChild;
    heading.tabIndex = -1;
    others.classList.add('start');
    others.hidden = true;

    const ended = async () => {
        toast(t('profile.sessions.ended'));
        await show();
        heading.focus();
    };

    async function show() {
        try {
            const { items } = await client.fetch('/v1/sessions');
            replace(list, items.map((session) => row(session, ended)));
            others.hidden = items.length < 2;
        } catch (error) {
            if (error.status === undefined) {
                throw error;
            }
            const again = el('button', { class: 'link', type: 'button', t: 'code.retry',
                onclick: (event) => act(event.currentTarget, show) });
            replace(list, el('li', { class: 'soft' }, words(error), ' ', again));
        }
    }

    document.addEventListener('language', () => root.isConnected && show());
    show();
    return root;
}
