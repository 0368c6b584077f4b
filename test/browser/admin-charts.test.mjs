/*
 * What the charts draw, looked at on their canvas: the small world says what the server answers.
 */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { signInAs } from '../e2e/lib/staff.mjs';
import { picture } from './lib/admin_world.mjs';
import { useStage } from './lib/stage.mjs';

/* Where there is ink in a chart: {left, right} of its lines, both as shares of the width of the
 * plot, and `cut`: whether words of the axis below touch the edge. */
function ink(chart) {
    const canvas = chart.querySelector('canvas');
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const plot = chart.querySelector('.u-over');
    const scale = width / canvas.clientWidth;
    const from = Math.round(plot.offsetLeft * scale);
    const to = from + Math.round(plot.offsetWidth * scale);
    const axis = Math.round((plot.offsetTop + plot.offsetHeight) * scale);
    const at = (x, y) => data.slice(4 * (y * width + x), 4 * (y * width + x) + 4);
    const columns = (isInk, y0, y1) => [...Array(width).keys()].filter((x) => {
        for (let y = y0; y < y1; y += 1) {
            if (isInk(at(x, y))) {
                return true;
            }
        }
        return false;
    });
    // The first line is #a94a08, and nothing else is as red.
    const lines = columns(([r, g, b, a]) => a > 200 && r > 150 && g < 110 && b < 60, 0, axis);
    const words = columns((pixel) => pixel[3] > 0, axis + 12, height);
    const share = (x) => (x - from) / (to - from);
    return {
        left: share(lines[0]), right: share(lines.at(-1)), cut: words.at(-1) >= width - 1,
    };
}

describe('the charts of the panel', () => {
    const stage = useStage();
    let admin;

    before(async () => { admin = await signInAs(stage.server, 'admin'); });

    /* `change`: of the statistics before they are answered. */
    const visit = (query, test, { change, ...look } = {}) => stage.visit(look, async (page) => {
        await picture(page, change && { '/v1/admin/stats': change });
        await page.goto(`/admin/#/charts?${query}`);
        await page.locator('.chart canvas').nth(2).waitFor();
        const inkOf = (name) => page.locator(`[data-chart=${name}] .chart`).evaluate(ink);
        await test(page, inkOf);
    }, { person: admin });

    for (const [query, what] of [['from=2026-03-09&to=2026-03-09&by=day', 'one day'],
        ['span=24h&by=day', '24 hours by day']]) {
        it(`shows ${what} in the middle, not years around it`, () => visit(query,
            async (page, inkOf) => {
                const { left, right } = await inkOf('conversion');
                assert.ok(left > 0.45 && right < 0.55, `${left}…${right}`);
            }));
    }

    it('goes by hour for 24 hours, unless told otherwise', () => visit('span=24h',
        async (page) => {
            assert.equal(await page.getByLabel('By').inputValue(), 'hour');
        }));

    it('shows a moment that no line leads to', () => visit('span=7d', async (page, inkOf) => {
        const { left, right } = await inkOf('conversion');
        assert.ok(right - left < 0.05 && left > 0.4 && right < 0.6, `${left}…${right}`);
    }, { change: (answer) => ({
        ...answer, series: answer.series.filter(({ at }) => at.startsWith('2026-03-07')),
    }) }));

    it('writes the last of its times in full', () => visit(
        'from=2025-11-24&to=2025-11-30&by=day', async (page, inkOf) => {
            assert.equal((await inkOf('sign_ins')).cut, false);
        }, { lang: 'ru' }));

    it('goes by day where hours would be too many, whatever the address says', () => visit(
        'from=2025-03-10&to=2026-03-09&by=hour', async (page) => {
            assert.equal(await page.getByLabel('By').inputValue(), 'day');
            assert.equal(await page.getByRole('alert').count(), 0);
        }));

    it('shows what messages cost, where they do', () => visit('span=7d', async (page) => {
        const chart = page.locator('[data-chart=cost]');
        await chart.locator('.u-legend').getByText('Cost').waitFor();
        const heads = page.getByRole('columnheader', { name: 'Cost' });
        await page.locator('summary').click();
        assert.equal(await heads.count(), 2, 'by country and by day');
        await page.getByRole('button', { name: 'By country' }).click();
        await chart.locator('.u-legend').getByText('Kazakhstan').waitFor();
    }));

    it('says in words what the server refuses', () => visit('from=2020-01-01&to=2026-03-09',
        async (page) => {
            await page.unroute('**/v1/**');
            await page.getByLabel('From (UTC)').fill('2019-01-01');
            await page.getByRole('alert').getByText('“From (UTC)”').waitFor();
        }));
});
