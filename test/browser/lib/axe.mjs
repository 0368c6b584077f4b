/*
 * Accessibility, as far as a machine can tell: axe-core's rules for WCAG 2.0 to 2.2, A and AA.
 */
import assert from 'node:assert/strict';
import axeCore from 'axe-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

const told = ({ id, help, nodes }) => `${id}: ${help}${nodes
    .map(({ target, failureSummary }) => `\n    ${target.join(' ')}: ${failureSummary}`).join('')}`;

/**
 * Fails when the page, as it stands, breaks one of the rules. `include`: selectors of the parts
 * looked at, where the whole page would be too much; `exclude`: of what is not ours; `without`:
 * names of rules left out, whose reason is told where they are.
 */
export async function axe(page, { include = ['html'], exclude = [], without = [] } = {}) {
    if (!await page.evaluate(() => globalThis.axe !== undefined)) {
        await page.evaluate(axeCore.source);
    }
    const rules = Object.fromEntries(without.map((name) => [name, { enabled: false }]));
    const options = { runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'], rules };
    const violations = await page.evaluate(async ([parts, how]) =>
        (await globalThis.axe.run(parts, how)).violations, [{ include, exclude }, options]);
    const list = violations.map(told).join('\n');
    assert.ok(list === '', `accessibility of ${page.url()}:\n${list}`);
}
