// Collects the figures, each beside its budget, and writes them as a table and as JSON.
import {readFileSync, writeFileSync} from 'node:fs';

import {scalingTable} from './scaling.mjs';
import {OUT, ROOT} from './tools.mjs';

const DOCUMENT = `${ROOT}docs/performance.md`;
const SCALING = `${ROOT}docs/scaling.md`;

// Each section of a document has a text of its own between such lines.
const begin = section => `<!-- bench/run --write ${section}: begin -->`;
const end = section => `<!-- bench/run --write ${section}: end -->`;

const count = number => Math.round(number).toLocaleString('en').replaceAll(',', ' ');

function replaceSection(path, section, text) {
    const [before, rest] = readFileSync(path, 'utf8').split(begin(section));
    const after = rest.split(end(section))[1];

    writeFileSync(path, `${before}${begin(section)}\n${text}${end(section)}${after}`);
}

export class Report {
    rows = [];
    section = ''; // of the rows to come
    measured = {cpu_us: {}}; // what scaling.mjs takes

    #add(row, {samples, ...rest}) {
        this.rows.push({section: this.section, ...row, ...rest, samples});
        const {what, measured, budget, within} = this.rows.at(-1);

        process.stderr.write(`  ${what}: ${measured} ${budget && `(${budget})`} `
                             + `${within === false ? 'MISSED' : ''}\n`);
    }

    // So many of ours for one of the reference's; `ratio` is that of each round (quotient), or
    // simply theirs.
    ratio(figure) {
        const ratio = figure.ratio ?? figure.value / figure.reference;

        this.#add({
            ratio, within: figure.least === undefined ? null : ratio >= figure.least,
            budget: figure.least === undefined ? '' : `≥ ${figure.least} × ${figure.than}`,
            measured: `${ratio.toFixed(2)} × (${count(figure.value)} ${figure.unit} against `
                + `${count(figure.reference)})`,
        }, figure);
    }

    // A cost that may grow by so much.
    growth(figure) {
        this.#add({within: figure.value <= figure.most, budget: `≤ ${figure.most} ×`,
                   measured: `${figure.value.toFixed(2)} ×`}, figure);
    }

    // A figure with a limit.
    most(figure) {
        const digits = figure.most === 0 ? 0 : 1;
        const unit = figure.unit && ` ${figure.unit}`;

        this.#add({within: figure.value <= figure.most, budget: `≤ ${figure.most}${unit}`,
                   measured: `${figure.value.toFixed(digits)}${unit}`}, figure);
    }

    // A figure without a budget.
    plain(figure) {
        this.#add({within: null, budget: '', measured: figure.value}, figure);
    }

    table(section) {
        const verdict = {true: 'yes', false: '**no**', null: ''};
        const lines = this.rows.filter(row => row.section === section).map(row =>
            `| ${row.what} | ${row.budget} | ${row.measured} | ${verdict[row.within]} | `
            + `${row.note ?? ''} |`);

        return ['| what | budget | measured | within | |', '|---|---|---|---|---|', ...lines, '']
            .join('\n');
    }

    // Build files, and with `write` the sections of the document that were measured.
    save(machine, write) {
        const sections = new Set(this.rows.map(row => row.section));
        const texts = new Map([...sections].map(section =>
            [section, `${machine.join(' ')}\n\n${this.table(section)}`]));
        const scaling = scalingTable(this.measured);
        const text = [...texts.values(), ...(scaling ? [scaling] : [])].join('\n');

        writeFileSync(`${OUT}result.md`, text);
        writeFileSync(`${OUT}result.json`,
                      `${JSON.stringify({machine, rows: this.rows}, null, 1)}\n`);
        for (const [section, table] of write ? texts : [])
            replaceSection(DOCUMENT, section, table);
        if (write && scaling)
            replaceSection(SCALING, 'scaling', `${machine.join(' ')}\n\n${scaling}`);
        return text;
    }
}
