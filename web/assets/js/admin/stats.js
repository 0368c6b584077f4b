/*
 * Charts: sign-ins, conversion and invites by hour or day, all together or by country. The server
 * gives a row for every bucket and country in which something happened; everything else is added up
 * here.
 */
import { el, replace } from '../dom.js';
import { t } from '../i18n.js';
import { explain, isAbort, readStats } from './api.js';
import { card, segments } from './card.js';
import { chart } from './chart.js';
import { rowsButton } from './csv.js';
import { bucket, country, money, number, percent } from './format.js';
import { rowOf, tableOf } from './list.js';
import { notice } from './notice.js';
import { buckets, rangePicker } from './range.js';
import { keepQuery } from './route.js';
import { byCountry, conversion, grid, topCountries } from './stats-sums.js';

export const title = () => t('admin.charts');

export function draw(view) {
    const place = el('div', { class: 'stack stack--wide' });
    const state = { split: view.query.get('split') === 'country', data: null, stop: null };
    const range = rangePicker(view, () => load());
    const show = () => {
        state.stop?.abort();
        state.stop = new AbortController();
        const signal = AbortSignal.any([view.signal, state.stop.signal]);
        paint(place, state, signal);
    };
    const load = async () => {
        place.setAttribute('aria-busy', 'true');
        try {
            state.data = await readStats(range.value(), view.signal);
            show();
        } catch (error) {
            if (!isAbort(error)) {
                replace(place, notice(explain(error), load));
            }
        }
        place.removeAttribute('aria-busy');
    };
    const split = segments(t('admin.charts.split'),
        [[false, t('admin.charts.together')], [true, t('admin.charts.by_country')]], state.split,
        (value) => {
            state.split = value;
            keepQuery(view.path, { split: value ? 'country' : '' });
            show();
        });
    view.main.append(range.node, el('div', { class: 'between' }, split,
        rowsButton(() => state.data?.series ?? [], 'statistics')), place);
    return load();
}

function paint(place, { data, split }, signal) {
    const at = buckets(data);
    const countries = topCountries(data.series);
    const charts = split ? splitCharts(data, at, countries) : jointCharts(data, at);
    const places = charts.map((one) => el('div', { class: 'chart-place', 'data-chart': one.id }));
    const isOpen = place.querySelector('details')?.open; // stays as one left it
    replace(place, tiles(data),
        charts.map((one, i) => card(t(`admin.charts.${one.id}`), places[i])),
        card(t('admin.charts.countries'), countryTable(data)),
        el('details', { class: 'plate', open: isOpen }, el('summary', {}, t('admin.charts.table')),
            dataTable(data, at)));
    charts.forEach(({ id, ...one }, i) => chart(places[i], {
        ...one, at, by: data.by, signal, label: t(`admin.charts.${id}.label`),
    }));
}

/* Where messages cost nothing, nothing is said of cost. */
const hasCost = ({ totals }) => totals.cost_micros > 0;

function tiles({ totals: sum }) {
    const shown = [
        ['codes_sent', number(sum.codes_sent)],
        ['sign_ins', number(sum.sign_ins)],
        ['conversion', percent(sum.conversion)],
        ['new_accounts', number(sum.new_accounts)],
        ['activations', number(sum.activations)],
        hasCost({ totals: sum }) && ['cost', money(sum.cost_micros)],
    ].filter(Boolean);
    return el('dl', { class: 'tiles' }, shown.map(([name, value]) => el('div', { class: 'display' },
        el('dt', {}, t(`admin.stat.${name}`)), el('dd', {}, value))));
}

function jointCharts(data, at) {
    const rows = grid(data.series, at);
    const line = (name) => ({
        label: t(`admin.stat.${name}`), values: rows.map((row) => row[name]),
    });
    return [
        { id: 'sign_ins', format: number,
            series: ['codes_sent', 'sign_ins', 'new_accounts'].map(line) },
        { id: 'conversion', format: percent, series: [{
            label: t('admin.stat.conversion'), values: rows.map(conversion) }] },
        { id: 'invites', format: number, series: [line('activations')] },
        hasCost(data) && { id: 'cost', format: money, series: [{
            label: t('admin.stat.cost'), values: rows.map((row) => row.cost_micros) }] },
    ].filter(Boolean);
}

function splitCharts(data, at, countries) {
    const lines = countries.map(({ name, includes }) => ({
        label: name === null ? t('admin.country.others') : country(name),
        rows: grid(data.series.filter(includes), at),
    }));
    const of = (value) => lines.map(({ label, rows }) => ({ label, values: rows.map(value) }));
    return [
        { id: 'sign_ins', format: number, series: of((row) => row.sign_ins) },
        { id: 'conversion', format: percent, series: of(conversion) },
        { id: 'invites', format: number, series: of((row) => row.activations) },
        hasCost(data) && { id: 'cost', format: money, series: of((row) => row.cost_micros) },
    ].filter(Boolean);
}

const numbers = [
    ['codes_sent', (row) => number(row.codes_sent)],
    ['delivered', (row) => number(row.delivered)],
    ['failed', (row) => number(row.failed)],
    ['sign_ins', (row) => number(row.sign_ins)],
    ['conversion', (row) => percent(conversion(row))],
    ['new_accounts', (row) => number(row.new_accounts)],
    ['activations', (row) => number(row.activations)],
];
const cost = ['cost', (row) => money(row.cost_micros)];

function table(caption, first, rows, data) {
    const shown = hasCost(data) ? [...numbers, cost] : numbers;
    const columns = [first, ...shown.map(([name, cell]) => (
        { title: t(`admin.stat.${name}`), class: 'is-number', cell }))];
    return tableOf(caption, columns,
        el('tbody', { role: 'rowgroup' }, rows.map((row) => rowOf(columns, row))));
}

function countryTable(data) {
    const rows = byCountry(data.series);
    if (rows.length === 0) {
        return el('p', { class: 'empty' }, t('admin.charts.none'));
    }
    return table(t('admin.charts.countries'), {
        title: t('admin.stat.country'), class: 'is-main', cell: (row) => country(row.country),
    }, rows, data);
}

function dataTable(data, at) {
    const rows = grid(data.series, at).map((row, i) => ({ ...row, at: at[i] }));
    return table(t('admin.charts.table'), {
        title: t('admin.stat.at'), class: 'is-main', cell: (row) => bucket(row.at, data.by),
    }, rows.reverse(), data);
}
