/*
 * The picker of a range of time for charts: the usual spans by one press, or two dates; by hour or
 * by day. It stands in the address like other filters. Days and hours are those of UTC, as the
 * statistics are kept.
 */
import { el } from '../dom.js';
import { t } from '../i18n.js';
import { keepQuery } from './route.js';

const HOUR_MS = 3600000;
const DAY_MS = 24 * HOUR_MS;
const SPANS = { '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS, '90d': 90 * DAY_MS };
const STEPS = ['hour', 'day'];
/** More hours than this make no picture. */
const HOURS_MOST = 31 * DAY_MS;

/** Returns {node, value()}: value is {from, to, by}, moments as RFC 3339. */
export function rangePicker(view, onChange) {
    const state = begin(view.query);
    const buttons = Object.keys(SPANS).map((span) => el('button', {
        type: 'button', 'data-span': span,
        onclick: () => set({ span, by: stepOf(span), from: '', to: '' }),
    }, t(`admin.range.${span}`)));
    const from = dateInput('from', state.from, () => set({ span: '', from: from.value }));
    const to = dateInput('to', state.to, () => set({ span: '', to: to.value }));
    const by = el('select', {
        id: 'range-by', class: 'input', onchange: () => set({ by: by.value }),
    }, STEPS.map((step) => el('option', { value: step }, t(`admin.range.by.${step}`))));

    const paint = () => {
        const { from: first, to: last } = bounds(state);
        buttons.forEach((button) => button.setAttribute('aria-pressed',
            String(button.dataset.span === state.span)));
        from.value = day(first);
        to.value = day(last - 1);
        by.value = state.by;
        by.options[0].disabled = last - first > HOURS_MOST;
    };
    const set = (change) => {
        Object.assign(state, change);
        if (state.span === '') {
            Object.assign(state, { from: from.value, to: to.value });
        }
        Object.assign(state, inPicture(state));
        paint();
        keepQuery(view.path, state);
        onChange();
    };
    paint();
    const node = el('div', { class: 'filters', role: 'group', 'aria-label': t('admin.range') },
        el('div', { class: 'segments', role: 'group', 'aria-label': t('admin.range.span') },
            buttons),
        labelled('range-from', t('admin.range.from'), from),
        labelled('range-to', t('admin.range.to'), to),
        labelled('range-by', t('admin.range.by'), by));
    return { node, value: () => asked(state) };
}

function begin(query) {
    const [from, to] = ['from', 'to'].map((name) => query.get(name) ?? '');
    const known = Object.hasOwn(SPANS, query.get('span') ?? '');
    const span = known ? query.get('span') : '7d';
    const custom = isDay(from) && isDay(to) && from <= to;
    const state = { span: custom ? '' : span, by: query.get('by'), from, to };
    if (!STEPS.includes(state.by)) {
        state.by = stepOf(state.span);
    }
    return inPicture(state);
}

const stepOf = (span) => (span === '24h' ? 'hour' : 'day');

/* A long range goes by day, whoever asked for hours. */
function inPicture(state) {
    const { from, to } = bounds(state);
    return to - from > HOURS_MOST ? { ...state, by: 'day' } : state;
}

/* The range in milliseconds, from the start of a bucket; its end is not in it. */
function bounds({ span, by, from, to }) {
    if (span !== '' || !isDay(from) || !isDay(to) || from > to) {
        const step = by === 'hour' ? HOUR_MS : DAY_MS;
        const end = Math.ceil(Date.now() / step) * step;
        return { from: end - (SPANS[span] ?? SPANS['7d']), to: end };
    }
    return { from: Date.parse(from), to: Date.parse(to) + DAY_MS };
}

function asked(state) {
    const { from, to } = bounds(state);
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), by: state.by };
}

/** The starts of all buckets of a range, also of those in which nothing happened. */
export function buckets({ from, to, by }) {
    const step = by === 'hour' ? HOUR_MS : DAY_MS;
    const first = Math.floor(Date.parse(from) / step) * step;
    const count = Math.ceil((Date.parse(to) - first) / step);
    return Array.from({ length: count }, (_, i) => first + i * step);
}

const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text);
const day = (ms) => new Date(ms).toISOString().slice(0, 10);

function dateInput(name, value, onchange) {
    return el('input', { id: `range-${name}`, class: 'input', type: 'date', value, onchange });
}

const labelled = (id, text, input) => el('div', { class: 'field' },
    el('label', { for: id }, text), input);
