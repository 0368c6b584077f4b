// Collects the figures, each beside its budget, and writes them as a table and as JSON.
import {readFileSync, writeFileSync} from 'node:fs';

import {OUT, ROOT} from './tools.mjs';

const DOCUMENT = `${ROOT}docs/performance.md`;
const BEGIN = '<!-- bench/run --write: begin -->';
const END = '<!-- bench/run --write: end -->';

const count = number => Math.round(number).toLocaleString('en').replaceAll(',', ' ');

export class Report {
    rows = [];

    #add(row, {samples, ...rest}) {
        this.rows.push({...row, ...rest, samples});
        const {what, measured, budget, within} = this.rows.at(-1);

        process.stderr.write(`  ${what}: ${measured} ${budget && `(${budget})`} `
                             + `${within === false ? 'MISSED' : ''}\n`);
    }

    // So many of ours for one of the reference's, in the same run.
    ratio(figure) {
        const ratio = figure.value / figure.reference;

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

    table() {
        const verdict = {true: 'yes', false: '**no**', null: ''};
        const lines = this.rows.map(row =>
            `| ${row.what} | ${row.budget} | ${row.measured} | ${verdict[row.within]} | `
            + `${row.note ?? ''} |`);

        return ['| what | budget | measured | within | |', '|---|---|---|---|---|', ...lines, '']
            .join('\n');
    }

    // Build files, and with `write` the document.
    save(machine, write) {
        const text = `${machine.join(' ')}\n\n${this.table()}`;

        writeFileSync(`${OUT}result.md`, text);
        writeFileSync(`${OUT}result.json`,
                      `${JSON.stringify({machine, rows: this.rows}, null, 1)}\n`);
        if (write) {
            const [before, rest] = readFileSync(DOCUMENT, 'utf8').split(BEGIN);
            const after = rest.split(END)[1];

            writeFileSync(DOCUMENT, `${before}${BEGIN}\n${text}${END}${after}`);
        }
        return text;
    }
}
