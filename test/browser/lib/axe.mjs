/*
 * Accessibility, as far as a machine can tell: axe-core's rules for WCAG 2.0 to 2.2, A and AA.
 */
import assert from 'node:assert/strict';
import axeCore from 'axe-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

const told = ({ id, help, nodes }) => `${id}: ${help}${nodes
    .map(({ target, failureSummary }) => `\n    ${target.join(' ')}: ${failureSummary}`).join('')}`;

/**
 * Fails when the page, as it stands, breaks one of the rules. `rules`: those left out, each with
 * its reason where it is left out, {name: {enabled: false}}; `exclude`: selectors of what is not
 * ours.
 */
export async function axe(page, { rules = {}, exclude = [] } = {}) {
    if (!await page.evaluate(() => globalThis.axe !== undefined)) {
        await page.evaluate(axeCore.source);
    }
    const options = { runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'], rules };
    const violations = await page.evaluate(async ([without, wanted]) =>
        (await globalThis.axe.run({ exclude: without }, wanted)).violations, [exclude, options]);
    assert.deepEqual(violations.map(told), [], `accessibility of ${page.url()}`);
}
