/*
 * The network of a page: slow, cut, weighed. All by the DevTools protocol, so that the page sees
 * what it would see.
 */

/*
 * Slow 3G as Lighthouse and WebPageTest have it: 400 ms there and back, 400 kbit/s. (The one in
 * DevTools' menu is another: with its 2 s there and back nothing is shown within a second, not
 * even an empty page.)
 */
const BYTES_S = 50000;
const SLOW_3G = {
    offline: false, latency: 400, downloadThroughput: BYTES_S, uploadThroughput: BYTES_S,
};

/** Slows every request of this page down from now on. */
export async function slow3g(page) {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', SLOW_3G);
}

/** Cuts the network, for every page of the context; `mend` ends that. */
export const cut = (page) => page.context().setOffline(true);
export const mend = (page) => page.context().setOffline(false);

/**
 * Weighs what comes over the wire from now on, heads included, compressed as it comes: a list that
 * grows, of {url, bytes}.
 */
export async function weigh(page) {
    const devtools = await page.context().newCDPSession(page);
    const urls = new Map();
    const parts = [];
    devtools.on('Network.requestWillBeSent', ({ requestId, request }) => {
        urls.set(requestId, request.url);
    });
    devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength: bytes }) => {
        parts.push({ url: urls.get(requestId), bytes });
    });
    await devtools.send('Network.enable');
    return parts;
}

/** The sum of what was weighed. */
export const total = (parts) => parts.reduce((sum, { bytes }) => sum + bytes, 0);
