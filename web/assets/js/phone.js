/**
 * Numbers as people write them: grouping while one types, and paste that forgives. What a number is
 * worth is for the server to say; nothing here refuses any.
 */

/*
 * Calling code, region, how the national number is grouped, digits it begins with (where regions
 * share a code, the first that fits). Numbers of other countries stay in one piece.
 */
const COUNTRIES = [
    ['7', 'KZ', '3 3-2-2', /^[67]/], ['7', 'RU', '3 3-2-2'], ['375', 'BY', '2 3-2-2'],
    ['380', 'UA', '2 3-2-2'], ['374', 'AM', '2 6'], ['994', 'AZ', '2 3-2-2'],
    ['995', 'GE', '3 2-2-2'], ['996', 'KG', '3 3-3'], ['998', 'UZ', '2 3-2-2'],
    ['992', 'TJ', '2 3-4'], ['993', 'TM', '2 6'], ['373', 'MD', '2 3-3'],
    ['370', 'LT', '3 5'], ['371', 'LV', '2 3-3'], ['372', 'EE', '4 4'],
    ['1', 'US', '3 3-4'], ['44', 'GB', '4 6'], ['49', 'DE', '3 8'], ['33', 'FR', '1 2 2 2 2'],
    ['39', 'IT', '3 3 4'], ['34', 'ES', '3 3 3'], ['48', 'PL', '3 3 3'], ['90', 'TR', '3 3 2 2'],
    ['86', 'CN', '3 4 4'], ['91', 'IN', '5 5'], ['971', 'AE', '2 3 4'], ['972', 'IL', '2 3-4'],
    ['381', 'RS', '2 3 4'], ['420', 'CZ', '3 3 3'], ['31', 'NL', '1 8'], ['358', 'FI', '2 3 4'],
];

/* A number without its calling code is one of this country, as the server takes it by default. */
const HOME = { calling: '7', trunk: '8', length: 10 };

/* Digits of any script: 0-9 begin at these places. Full-width ones fall to NFKC. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6];

function plainDigits(text) {
    return text.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => {
        const at = digit.codePointAt(0);
        const zero = ZEROS.find((first) => at >= first && at <= first + 9);
        return zero === undefined ? digit : String(at - zero);
    });
}

/** {calling, region, groups} of the digits that follow '+', or undefined while they may be any. */
export function country(digits) {
    const row = COUNTRIES.find(([calling, , , begins]) => digits.startsWith(calling)
        && (begins?.test(digits.slice(calling.length)) ?? true));
    return row && { calling: row[0], region: row[1], groups: row[2] };
}

/* +7 9… for what is typed as 9… or 8 9…; what begins with '+' or '00' has its code already. */
function international(text) {
    const plain = plainDigits(text).replace(/^\s*00/, '+');
    const digits = plain.replace(/\D/g, '');
    if (/^[^\d]*\+/.test(plain)) {
        return digits;
    }
    const { calling, trunk, length } = HOME;
    if (digits.startsWith(trunk) && digits.length <= length + 1) {
        return calling + digits.slice(1);
    }
    if (digits.startsWith('9') && digits.length <= length) {
        return calling + digits;
    }
    return digits;
}

/** '+7 923 444-00-00' for what somebody has typed so far, or for E.164. */
export function format(text) {
    const digits = international(text);
    if (digits === '') {
        return /^\s*\+/.test(text) ? '+' : '';
    }
    const { calling, groups } = country(digits) ?? { calling: '', groups: '' };
    let rest = digits.slice(calling.length);
    let shown = `+${calling}`;
    let separator = calling && ' ';
    for (const [, size, next] of groups.matchAll(/(\d)(\D?)/g)) {
        if (rest !== '') {
            shown += separator + rest.slice(0, size);
            rest = rest.slice(size);
            separator = next;
        }
    }
    return shown + rest;
}

/** The number in a text that was pasted: 'call me: 8 (923) 444‒00‒00, after six' and the like. */
export function find(text) {
    const runs = plainDigits(text).match(/\+?\d[\d\s().\-‐-―−/]*\d/g) ?? [];
    const digitsOf = (run) => run.replace(/\D/g, '').length;
    const best = runs.reduce((one, other) => (digitsOf(other) > digitsOf(one) ? other : one), '');
    return digitsOf(best) >= 5 ? best : text;
}

const digitsBefore = (text, at) => text.slice(0, at).replace(/\D/g, '').length;

/* Where in `text` so many digits have gone by. */
function placeAfter(text, count) {
    let at = 0;
    for (let seen = 0; at < text.length && seen < count; at += 1) {
        seen += /\d/.test(text[at]) ? 1 : 0;
    }
    return at;
}

function regroup(input, caret) {
    const before = input.value;
    const behind = digitsBefore(before, before.length) - digitsBefore(before, caret);
    input.value = format(before);
    const total = digitsBefore(input.value, input.value.length);
    const place = behind === 0 ? input.value.length : placeAfter(input.value, total - behind);
    input.setSelectionRange(place, place);
}

/** Makes an input group digits as one types, keeping the caret where it was. */
export function mask(input, onCountry = () => {}) {
    let last = input.value;
    const changed = () => {
        last = input.value;
        onCountry(country(international(last))?.region);
    };
    input.addEventListener('input', (event) => {
        let caret = input.selectionStart;
        const isSame = digitsBefore(input.value, input.value.length)
            === digitsBefore(last, last.length);
        if (event.inputType === 'deleteContentBackward' && isSame && caret > 1) {
            // Only a separator went: the person meant the digit before it.
            input.value = input.value.slice(0, caret - 1) + input.value.slice(caret);
            caret -= 1;
        }
        regroup(input, caret);
        changed();
    });
    input.addEventListener('paste', (event) => {
        event.preventDefault();
        const text = find(event.clipboardData.getData('text'));
        input.setRangeText(text, input.selectionStart, input.selectionEnd, 'end');
        if (digitsBefore(text, text.length) >= HOME.length) {
            input.value = text;
        }
        regroup(input, input.value.length);
        changed();
    });
    regroup(input, input.value.length);
    changed();
}
