/**
 * Grouping digits while one types. It stands between a person and the page (first.js), so here is
 * little more than a number of the countries that codes are sent to at first; phone.js knows the
 * others, and what else people write.
 */

/** Each begins with its calling code; `_` is a digit. */
const NEAR = ['+7 ___ ___-__-__', '+375 __ ___-__-__'];

export const digitsOf = (text) => text.replace(/\D/g, '');

/** '+7 923 444-00-00' for '+7923444' and what follows of it; `text` begins with its plus. */
export function group(text, shapes = NEAR) {
    const digits = digitsOf(text);
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
