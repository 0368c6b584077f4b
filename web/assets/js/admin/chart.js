/*
 * One chart over time, drawn by uPlot on a canvas. A canvas says nothing to a screen reader, so
 * every chart has a name and stands beside a table of the same numbers. Series differ by dashes as
 * well as by colour; colours are custom properties of admin.css, read anew when the theme changes.
 */
import uPlot from '../../vendor/uplot.js';
import { el } from '../dom.js';
import { t } from '../i18n.js';
import { bucket } from './format.js';

const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [1, 4]];
const HEIGHT = 240;
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
/* How far marks may be apart: never closer than the buckets. */
const DAYS_APART = [1, 2, 3, 5, 7, 10, 15, 30, 60, 90, 180].map((days) => days * DAY_S);
const HOURS_APART = [...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * HOUR_S), ...DAYS_APART];

const pen = document.createElement('canvas').getContext('2d');

/**
 * Adds a chart to `place` and keeps it as wide as that is until `signal` aborts.
 * at: starts of the buckets in milliseconds; series: [{label, values}]; by: 'hour' or 'day';
 * format(value) → text.
 */
export function chart(place, { label, at, series, by, format, signal }) {
    const host = el('div', { class: 'chart', role: 'img', 'aria-label': label });
    place.append(host);
    const xs = at.map((ms) => ms / 1000);
    const data = [xs, ...series.map(({ values }) => values)];
    let plot;
    const draw = () => {
        plot?.destroy();
        const width = Math.max(200, host.clientWidth);
        plot = new uPlot(optionsOf({ host, series, last: xs.at(-1), by, format, width }), data,
            host);
    };
    draw();
    const watcher = new ResizeObserver(() => {
        if (host.clientWidth > 0 && host.clientWidth !== plot.width) {
            plot.setSize({ width: host.clientWidth, height: HEIGHT });
        }
    });
    watcher.observe(host);
    onTheme(draw, signal);
    signal.addEventListener('abort', () => {
        watcher.disconnect();
        plot.destroy();
    });
}

function optionsOf({ host, series, last, by, format, width }) {
    const style = getComputedStyle(host);
    const colour = (name) => style.getPropertyValue(name).trim();
    const isDaily = by === 'day';
    const font = `13px ${colour('--font')}`;
    const axis = {
        stroke: colour('--soft'), font,
        grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 },
    };
    const when = (value) => bucket(value * 1000, by);
    return {
        width, height: HEIGHT,
        padding: [null, halfOf(when(last), font), null, null],
        tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), 'Etc/UTC'),
        cursor: { y: false, points: { size: 7 } },
        scales: {
            x: { range: (u) => room(u.data[0], isDaily ? DAY_S : HOUR_S) },
            y: { range: (u, min, max) => [0, max > 0 ? max * 1.1 : 1] },
        },
        hooks: { ready: [lastInLegend], setCursor: [lastInLegend] },
        axes: [
            {
                ...axis, space: 110, incrs: isDaily ? DAYS_APART : HOURS_APART,
                values: (u, splits) => splits.map((at) => bucket(at * 1000, stepOf(splits, by))),
            },
            { ...axis, size: 64, values: (u, splits) => splits.map(format) },
        ],
        series: [
            { label: t('admin.stat.at'), value: (u, value) => (value == null ? '—' : when(value)) },
            ...series.map(({ label, values }, i) => ({
                label, stroke: colour(`--chart-${i + 1}`), width: 2, dash: DASHES[i],
                fill: series.length === 1 ? colour('--chart-fill') : undefined,
                points: { filter: () => alone(values) },
                value: (u, value) => (value == null ? '—' : format(value)),
            })),
        ],
    };
}

/* Where nothing is pointed at, the legend shows the latest values. */
function lastInLegend(plot) {
    if (plot.cursor.idx == null) {
        plot.setLegend({ idx: plot.data[0].length - 1 }, false);
    }
}

/* From the first to the last; one bucket has its own width of time around it. */
function room(xs, step) {
    const side = xs.length === 1 ? step / 2 : 0;
    return [xs[0] - side, xs.at(-1) + side];
}

/* The last mark may stand at the very end: half of its words is to the right of that. */
function halfOf(text, font) {
    pen.font = font;
    return Math.ceil(pen.measureText(text).width / 2) + 2;
}

/* Those that no line leads to or from, which nothing would show. */
const alone = (values) => [...values.keys()].filter((i) =>
    values[i] != null && values[i - 1] == null && values[i + 1] == null);

/* Marks closer than a day need the hour. */
const stepOf = (splits, by) => (splits[1] - splits[0] >= DAY_S ? 'day' : by);

/* Both ways a theme can change: the page's own switch and the system's. */
function onTheme(draw, signal) {
    const watcher = new MutationObserver(draw);
    watcher.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', draw, { signal });
    signal.addEventListener('abort', () => watcher.disconnect());
}
