/**
 * The drawn telephone of development mode: shows what domofon sends, as it comes
 * (/dev/handset/events), and gives a code to the sign-in page in another tab when it is pressed.
 */
import { inWords, language, load, t } from './i18n.js';
import { el, replace } from './dom.js';
import { bar, copyButton, field, toast } from './ui.js';

const MESSAGES_MAX = 50;
/* The first messages after connecting are those of the past. */
const PAST_MS = 700;
const AGAIN_MS = 3000;
const CLOCK_MS = 5000;

const find = (selector) => document.querySelector(selector);
const phone = find('.phone');
const list = find('.phone__messages');
const empty = find('.phone__empty');
const link = find('.phone__link');
const clock = find('.phone__clock');
const news = find('#news');

/* The sign-in page listens, and takes {phone, code} if it waits for the code of that number. */
const line = new BroadcastChannel('domofon-handset');

/** By id: {…the event's fields, node}; the newest last. */
const messages = new Map();
let wanted = '';
let isConnected = false;

/** +79234440000 as people read it; numbers whose grouping we do not know stay as they are. */
function spaced(number) {
    return number.replace(/^(\+7)(\d{3})(\d{3})(\d\d)(\d\d)$/, '$1 $2 $3-$4-$5')
        .replace(/^(\+375)(\d\d)(\d{3})(\d\d)(\d\d)$/, '$1 $2 $3-$4-$5')
        .replaceAll(' ', '\u00a0');
}

/* 8 923… is how +7 923… is dialled at home. */
const isWanted = ({ phone: number }) => [wanted, wanted.replace(/^8(?=\d)/, '7')]
    .some((digits) => number.includes(digits));

const timeOf = (when) => new Intl.DateTimeFormat(language, { timeStyle: 'short' })
    .format(new Date(when));

function seconds(from, to) {
    const value = Math.max(0, (new Date(to) - new Date(from)) / 1000);
    return new Intl.NumberFormat(language,
        { style: 'unit', unit: 'second', maximumFractionDigits: 1 }).format(value);
}

function fill({ phone: number, code }) {
    line.postMessage({ phone: number, code });
    toast(t('handset.filled', { code }));
}

const channelOf = ({ channel }) => inWords(`handset.channel.${channel}`, channel);

function typing(message) {
    const path = el('span', { class: 'message__path' });
    const way_ms = new Date(message.due_at) - new Date(message.sent_at);
    path.style.animationDuration = `${Math.max(0, way_ms)}ms`;
    return [
        el('p', { class: 'message__typing' }, el('span', { class: 'dots', 'aria-hidden': 'true' },
            el('i'), el('i'), el('i')), t('handset.sending')),
        path,
    ];
}

function arrived(message) {
    const { code, text } = message;
    return [
        el('p', { class: 'message__text' }, text),
        code && el('div', { class: 'message__keys' },
            el('button', { class: 'key display', type: 'button', onclick: () => fill(message),
                'aria-label': t('handset.fill', { code }), title: t('handset.fill', { code }) },
            code),
            copyButton(() => code, { class: 'button button--small' })),
        el('p', { class: 'message__foot' }, t('handset.delivered',
            { time: seconds(message.sent_at, message.delivered_at) }), ` · ${channelOf(message)}`),
    ];
}

function draw(message) {
    const { state, phone: number, delivered_at, sent_at } = message;
    replace(message.node,
        el('p', { class: 'message__head' },
            el('span', { class: 'grille', 'aria-hidden': 'true' }),
            el('b', {}, 'domofon'), ' ',
            el('time', { datetime: delivered_at ?? sent_at }, timeOf(delivered_at ?? sent_at)),
            el('span', { class: 'message__to' }, t('handset.to', { phone: spaced(number) }))),
        state === 'sending' ? typing(message) : arrived(message));
    message.node.className = `message message--${state}`;
}

function filter() {
    let shown = 0;
    for (const message of messages.values()) {
        message.node.hidden = !isWanted(message);
        shown += message.node.hidden ? 0 : 1;
    }
    empty.hidden = shown > 0;
    empty.textContent = t(wanted ? 'handset.empty.filter' : 'handset.empty');
}

function ring({ phone: number, code, text }) {
    const values = { phone: spaced(number), code: code && [...code].join(' '), text };
    news.textContent = t(code ? 'handset.news' : 'handset.news.text', values);
    phone.classList.remove('phone--rings');
    void phone.offsetWidth;                         /* so that it starts anew */
    phone.classList.add('phone--rings');
}

function take(event, isOfThePast) {
    const old = messages.get(event.id);
    if (old?.state === 'delivered') {
        return;                                     /* told again after a break */
    }
    if (event.state === 'failed') {                 /* nobody types any more */
        old?.node.remove();
        messages.delete(event.id);
        filter();
        return;
    }
    const message = { ...event, node: old?.node ?? el('li') };
    messages.delete(event.id);
    messages.set(event.id, message);
    draw(message);
    list.prepend(message.node);
    while (messages.size > MESSAGES_MAX) {
        const [[id, { node }]] = messages;
        messages.delete(id);
        node.remove();
    }
    filter();
    if (event.state === 'delivered' && !isOfThePast && isWanted(event)) {
        ring(event);
    }
}

function showLink() {
    phone.classList.toggle('phone--lost', !isConnected);
    link.textContent = t(isConnected ? 'handset.on' : 'handset.off');
}

/* After an answer that was a refusal a browser does not try again by itself. */
function listen() {
    const events = new EventSource('/dev/handset/events');
    let past_until = Infinity;
    const link_is = (value) => {
        isConnected = value;
        showLink();
    };
    events.addEventListener('open', () => {
        past_until = performance.now() + PAST_MS;
        link_is(true);
    });
    events.addEventListener('message', ({ data }) => {
        const event = JSON.parse(data);
        take(event, performance.now() < past_until && !messages.has(event.id));
    });
    events.addEventListener('error', () => {
        link_is(false);
        if (events.readyState === EventSource.CLOSED) {
            setTimeout(listen, AGAIN_MS);
        }
    });
}

function tick() {
    clock.textContent = timeOf(Date.now());
}

function speak() {
    messages.forEach(draw);
    list.setAttribute('aria-label', t('handset.messages'));
    showLink();
    filter();
    tick();
}

function wantOnly(text) {
    wanted = text.replace(/\D/g, '');
    filter();
}

await load('handset');
bar(find('.bar'));
const number = field({ label: 'handset.filter', hint: 'handset.filter.hint', type: 'tel',
    inputmode: 'tel', autocomplete: 'off',
    value: new URLSearchParams(location.search).get('phone') ?? '',
    oninput: ({ target }) => wantOnly(target.value) });
find('#filter').append(number.root);
wantOnly(number.input.value);
speak();
document.addEventListener('language', speak);
setInterval(tick, CLOCK_MS);
listen();
