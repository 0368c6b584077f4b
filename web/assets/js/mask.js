/**
 * Grouping digits while one types. It stands between a person and the page (first.js), so here is
 * little more than a number of the countries that codes are sent to at first; phone.js knows the
 * others, and what else people write.
 */

/** Each begins with its calling code; `_` is a digit. */
const NEAR = ['+7 ___ ___-__-__', '+375 __ ___-__-__'];

/*
 * Whose numbers are written without a calling code here (the setting phone.region, told by
 * src/api/pages.c); undefined: those of +7.
 */
export const home = performance.getEntriesByType('navigation')[0]?.serverTiming
    ?.find(({ name }) => name === 'region')?.description;

/** One of `home`: only the server knows how it goes on, so it stays as it was typed. */
export const isNational = (text) => home !== undefined && /^\s*(?!\+|00)\S/.test(text);

export const digitsOf = (text) => text.replace(/\D/g, '');

/** +7 9… for what is typed as 9… or 8 9…; what begins with '+' or '00' has its code already. */
export function international(text) {
    const plain = text.replace(/^\s*\+?00/, '+');
    const digits = digitsOf(plain);
    return /^\D*\+/.test(plain) ? digits : digits.replace(/^8(?=\d{0,10}$)|^(?=9\d{0,9}$)/, '7');
}

/** '+7 923 444-00-00' for what somebody has typed so far, or for E.164. */
export function group(text, shapes = NEAR) {
    const digits = international(text);
    if (isNational(text)) {
        return text;
    }
    if (digits === '') {
        return /^\s*\+/.test(text) ? '+' : '';
    }
    const shape = shapes.find((one) => digits.startsWith(digitsOf(one))) ?? '+';
    let at = digitsOf(shape).length;
    const filled = shape.replace(/_/g, () => digits[at++] ?? '!').replace(/\D*!.*/, '');
    return filled + digits.slice(at);
}

/** Makes an input show what format() makes of its text, keeping the caret between its digits. */
export function mask(input, format) {
    let last = '';
    input.oninput = ({ inputType }) => {
        let { value, selectionStart: at } = input;
        const behind = digitsOf(value.slice(at));
        if (inputType === 'deleteContentBackward' && at > 1 && digitsOf(value) === digitsOf(last)) {
            // Only a separator went: the person meant the digit before it.
            value = value.slice(0, at - 1) + value.slice(at);
        }
        last = input.value = format(value);
        at = last.length;
        while (at > 0 && digitsOf(last.slice(at)) !== behind) {
            at -= 1;
        }
        input.setSelectionRange(at, at);
    };
    last = input.value = format(input.value);
}
