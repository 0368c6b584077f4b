/*
 * The network of a page: slow, cut, weighed. All by the DevTools protocol, so that the page sees
 * what it would see.
 */

/*
 * "3G Slow" of WebPageTest, as it was "Slow 3G" of Lighthouse. The one in DevTools' menu has 2 s
 * there and back: not even an empty page is shown there within a second.
 */
const SLOW_3G = { latency_ms: 400, kbit_s: 400 };

/** Slows every request of this page down from now on. */
export async function slow3g(page, { latency_ms, kbit_s } = SLOW_3G) {
    const bytes_s = kbit_s * 1000 / 8;
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', {
        offline: false, latency: latency_ms, downloadThroughput: bytes_s, uploadThroughput: bytes_s,
    });
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
