/**
 * Numbers as people write them: grouping while one types, and paste that forgives. What a number is
 * worth is for the server to say; nothing here refuses any.
 */
import { digitsOf, group, mask as maskBy } from './mask.js';

/*
 * Region, how its numbers are grouped (`_` is a digit), digits they begin with (where regions share
 * a code, the first that fits). Numbers of other countries stay in one piece.
 */
const COUNTRIES = [
    ['KZ', '+7 ___ ___-__-__', /^7[67]/], ['RU', '+7 ___ ___-__-__'],
    ['BY', '+375 __ ___-__-__'], ['UA', '+380 __ ___-__-__'], ['AM', '+374 __ ______'],
    ['AZ', '+994 __ ___-__-__'], ['GE', '+995 ___ __-__-__'], ['KG', '+996 ___ ___-___'],
    ['UZ', '+998 __ ___-__-__'], ['TJ', '+992 __ ___-____'], ['TM', '+993 __ ______'],
    ['MD', '+373 __ ___-___'], ['LT', '+370 ___ _____'], ['LV', '+371 __ ___-___'],
    ['EE', '+372 ____ ____'], ['US', '+1 ___ ___-____'], ['GB', '+44 ____ ______'],
    ['DE', '+49 ___ ________'], ['FR', '+33 _ __ __ __ __'], ['IT', '+39 ___ ___ ____'],
    ['ES', '+34 ___ ___ ___'], ['PL', '+48 ___ ___ ___'], ['TR', '+90 ___ ___ __ __'],
    ['CN', '+86 ___ ____ ____'], ['IN', '+91 _____ _____'], ['AE', '+971 __ ___ ____'],
    ['IL', '+972 __ ___-____'], ['RS', '+381 __ ___ ____'], ['CZ', '+420 ___ ___ ___'],
    ['NL', '+31 _ ________'], ['FI', '+358 __ ___ ____'],
];
const SHAPES = COUNTRIES.map(([, shape]) => shape);

/* So many digits are a whole number, to the place of what stood there. */
const WHOLE = 10;

/* Digits of any script: 0-9 begin at these places. Full-width ones fall to NFKC. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6];

function plainDigits(text) {
    return text.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => {
        const at = digit.codePointAt(0);
        const zero = ZEROS.find((first) => at >= first && at <= first + 9);
        return zero === undefined ? digit : String(at - zero);
    });
}

/*
 * Whose numbers are written without a calling code here (the setting phone.region, told by
 * src/api/pages.c); undefined: those of +7.
 */
const home = performance.getEntriesByType('navigation')[0]?.serverTiming
    ?.find(({ name }) => name === 'region')?.description;

/** One of `home`: only the server knows how it goes on, so it stays as it was typed. */
const isNational = (text) => home !== undefined && /^\s*(?!\+|00)\S/.test(text);

/** +7 9… for what is typed as 9… or 8 9…; what begins with '+' or '00' has its code already. */
function international(text) {
    const plain = text.replace(/^\s*\+?00/, '+');
    const digits = digitsOf(plain);
    return /^\D*\+/.test(plain) ? digits : digits.replace(/^8(?=\d{0,10}$)|^(?=9\d{0,9}$)/, '7');
}

/** The country of what somebody has typed so far: 'RU', or undefined. */
export function regionOf(text) {
    if (isNational(text)) {
        return home;
    }
    const digits = international(plainDigits(text));
    return COUNTRIES.find(([, shape, begins]) => digits.startsWith(digitsOf(shape))
        && (begins?.test(digits) ?? true))?.[0];
}

/** '+7 923 444-00-00' for what somebody has typed so far, or for E.164. */
export function format(text) {
    const plain = plainDigits(text);
    if (isNational(plain)) {
        return text;
    }
    const digits = international(plain);
    return digits !== '' || /^\s*(\+|00)/.test(plain) ? group(`+${digits}`, SHAPES) : '';
}

/** The number in a text that was pasted: 'call me: 8 (923) 444‒00‒00, after six' and the like. */
export function find(text) {
    const runs = plainDigits(text).match(/\+?\d[\d\s().\-‐-―−/]*\d/g) ?? [];
    const best = runs.reduce((one, other) =>
        (digitsOf(other).length > digitsOf(one).length ? other : one), '');
    return digitsOf(best).length >= 5 ? best : text;
}

/** Makes an input group digits as one types, and find the number in what is pasted. */
export function mask(input) {
    input.value = find(input.value);
    maskBy(input, format);
    input.onpaste = (event) => {
        event.preventDefault();
        const text = find(event.clipboardData.getData('text'));
        input.setRangeText(text, input.selectionStart, input.selectionEnd, 'end');
        if (digitsOf(text).length >= WHOLE) {
            input.value = text;
        }
        input.dispatchEvent(new Event('input', { bubbles: true }));
    };
}
