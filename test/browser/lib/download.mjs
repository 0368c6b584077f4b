/*
 * What a page saved, as text. The browser may be another process's (run.mjs): then a path of its
 * own is of no use here, and its bytes are read over the wire.
 */
import { buffer } from 'node:stream/consumers';

export async function contents(download) {
    return (await buffer(await download.createReadStream())).toString();
}
