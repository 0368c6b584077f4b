/*
 * Pictures to upload, made here so that a test can say what is in them.
 */
import assert from 'node:assert/strict';
import zlib from 'node:zlib';

const PNG_BEGIN = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** Bytes a pixel, by the colour type of a PNG: grey, RGB, RGBA. */
const CHANNELS = { 0: 1, 2: 3, 6: 4 };

function chunk(type, data) {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const head = Buffer.alloc(4);
    const sum = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([head, body, sum]);
}

/* Node's own came after the versions this must run on. */
function crc32(bytes) {
    let sum = ~0;
    for (const byte of bytes) {
        sum ^= byte;
        for (let bit = 0; bit < 8; bit++) {
            sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
        }
    }
    return ~sum >>> 0;
}

/** The file of such rows; `claim`: the size that it says it has. */
function pngOf(rows, claim, { type, depth = 8, interlaced = false, padding = 0 }) {
    const head = Buffer.alloc(13);
    head.writeUInt32BE(claim[0], 0);
    head.writeUInt32BE(claim[1], 4);
    head.set([depth, type, 0, 0, interlaced ? 1 : 0], 8);
    return Buffer.concat([
        PNG_BEGIN,
        chunk('IHDR', head),
        ...(padding > 0 ? [chunk('prVt', Buffer.alloc(padding))] : []),
        chunk('IDAT', zlib.deflateSync(rows)),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}

/**
 * A PNG of that size. `fill(x, y)` gives the bytes of a pixel; without it all are of `shade`.
 * `claim`: the size that it says it has; `padding`: bytes that mean nothing, to make it longer.
 */
export function png(width, height, { type = 6, fill, shade = 200, claim, padding } = {}) {
    const line = width * CHANNELS[type] + 1;
    const rows = Buffer.alloc(line * height, shade);
    for (let y = 0; y < height; y++) {
        rows[y * line] = 0; // no filter
        for (let x = 0; fill !== undefined && x < width; x++) {
            rows.set(fill(x, y), y * line + 1 + x * CHANNELS[type]);
        }
    }
    return pngOf(rows, claim ?? [width, height], { type, padding });
}

/** First column and row, and steps to the next, of the seven passes of an interlaced PNG. */
const ADAM7 = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2],
    [0, 1, 1, 2]];

/** The PNG that takes most to decode: RGBA of 16 bits, interlaced, all of one shade. */
export function heavyPng(width, height) {
    const passes = ADAM7.flatMap(([x, y, stepX, stepY]) => {
        const line = 1 + 8 * Math.ceil((width - x) / stepX);
        const rows = Buffer.alloc(line * Math.ceil((height - y) / stepY), 200);
        for (let at = 0; at < rows.length; at += line) {
            rows[at] = 0; // no filter
        }
        return rows;
    });
    return pngOf(Buffer.concat(passes), [width, height], { type: 6, depth: 16, interlaced: true });
}

/** 24 × 12, baseline, in four colours. */
export const JPEG = Buffer.from([
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZG',
    'NywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09P',
    'T09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAMABgDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAA',
    'AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk',
    'M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT',
    'lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QA',
    'HwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdh',
    'cRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp',
    'anN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk',
    '5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDX/trTv+fj/wAcb/CszWda079z/pH97+Bvb2rErM1n/lj/AMC/',
    'pXkUMFT51qz2szy6l9Vnq+n5ryNv+2tO/wCfj/xxv8KK5Ciu/wCo0+7Pkv7Opd3/AF8j/9k=',
].join(''), 'base64');

/** The same as a WebP. */
export const WEBP = Buffer.from([
    'UklGRnAAAABXRUJQVlA4IGQAAADwAwCdASoYAAwAPrVKn0mnJCKhMAgA4BaJagCdMoHCAev+A8mNmWLMAP7edFPl',
    '2COVgd/5Cut3XptYWLMo6URx9uvDff/33pLquD/1sUvBldTFuOPP+/HLHtoRlHPv452ttOAA',
].join(''), 'base64');

/** A JPEG for print. */
export const CMYK = Buffer.from([
    '/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2Rjcs',
    'LUBXQUZMTlJTUjI+WmFaUGBKUVJP/9sAQwEODg4TERMmFRUmTzUtNU9PT09PT09PT09PT09PT09PT09PT09PT09P',
    'T09PT09PT09PT09PT09PT09PT09PT09P/8AAFAgADAAYBAERAAIRAQMRAQQRAP/EABUAAQEAAAAAAAAAAAAAAAAA',
    'AAQD/8QAGhAAAgIDAAAAAAAAAAAAAAAAAPAQ0TFhgf/EABgBAQEAAwAAAAAAAAAAAAAAAAQDAQUG/8QAGREAAgMB',
    'AAAAAAAAAAAAAAAAALEQIWFB/9oADgQBAAIRAxEEAAA/AIgOAAAAAAA//9k=',
].join(''), 'base64');

/** `jpeg` with EXIF data that say how it lies, and where it was taken. */
export function withExif(jpeg, orientation, secret = 'somewhere') {
    const tiff = Buffer.alloc(26);
    tiff.write('MM\0*', 0, 'latin1');
    tiff.writeUInt32BE(8, 4);
    tiff.writeUInt16BE(1, 8);
    tiff.writeUInt16BE(0x0112, 10);
    tiff.writeUInt16BE(3, 12);
    tiff.writeUInt32BE(1, 14);
    tiff.writeUInt16BE(orientation, 18);
    const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, Buffer.from(secret)]);
    const head = Buffer.from([0xff, 0xe1, 0, 0]);
    head.writeUInt16BE(body.length + 2, 2);
    return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

/** What begins as an animated WebP does. */
export const ANIMATED = (() => {
    const bytes = Buffer.alloc(64);
    bytes.write('RIFF', 0, 'latin1');
    bytes.writeUInt32LE(bytes.length - 8, 4);
    bytes.write('WEBPVP8X', 8, 'latin1');
    bytes.writeUInt32LE(10, 16);
    bytes.set([2, 0, 0, 0, 15, 0, 0, 15, 0, 0], 20);
    bytes.write('ANIM', 30, 'latin1');
    return bytes;
})();

/** Checks that it is one whole WebP, and gives [width, height]. */
export function webpSize(bytes) {
    assert.equal(bytes.toString('latin1', 0, 4), 'RIFF');
    assert.equal(bytes.readUInt32LE(4), bytes.length - 8);
    const kind = bytes.toString('latin1', 8, 16);
    if (kind === 'WEBPVP8X') {
        return [1 + bytes.readUIntLE(24, 3), 1 + bytes.readUIntLE(27, 3)];
    }
    assert.equal(kind, 'WEBPVP8 ');
    return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
}
