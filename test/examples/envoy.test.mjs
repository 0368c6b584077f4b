/* examples/envoy, as far as that goes without Envoy: against Envoy's own description of its API. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { ROOT } from '../e2e/lib/server.mjs';
import { faults, loadTypes } from './lib/envoy.mjs';

const BOOTSTRAP = 'envoy.config.bootstrap.v3.Bootstrap';
const text = readFileSync(path.join(ROOT, 'examples/envoy/envoy.yaml'), 'utf8');

describe('the configuration of Envoy', () => {
    let root;
    before(() => {
        const names = new Set([...text.matchAll(/type\.googleapis\.com\/([\w.]+)\.\w+/g)]
            .map(([, name]) => name.replaceAll('.', '/')));
        const files = { jwt_authn: 'config', http_connection_manager: 'http_connection_manager',
            router: 'router' };
        root = loadTypes(['envoy/config/bootstrap/v3/bootstrap.proto',
            ...[...names].map((name) => `${name}/${files[name.split('/').at(-2)]}.proto`)]);
    });
    const faultsOf = (yaml) => faults(root, BOOTSTRAP, parse(yaml));

    it('has the fields that Envoy knows, and those that it wants', () => {
        assert.deepEqual(faultsOf(text), []);
    });

    it('would be refused with a field of another name, type or place', () => {
        for (const [from, to, why] of [
            ['audiences: [domofon]', 'audience: [domofon]', /JwtProvider has no audience$/],
            ['audiences: [domofon]', 'audiences: domofon', /audiences: not a list/],
            ['require_expiration: true', 'require_expiration: yes please', /no bool/],
            ['clock_skew_seconds: 5', 'clock_skew_seconds: -5', /no uint32/],
            ['cache_duration: 300s', 'cache_duration: 300', /no duration/],
            ['type: STATIC', 'type: STATICAL', /not in DiscoveryType/],
            ['claim_name: sub', 'claim: sub', /JwtClaimToHeader has no claim$/],
            ['claim_name: sub', "claim_name: ''", /too short/],
            [/remote_jwks:\n(.*\n){6}/, '', /of jwks_source_specifier: nothing/],
            ['provider_name: domofon', 'provider_name: domofon, requires_all: {}',
                /of requires_type: provider_name and requires_all/],
            [/ +timeout: 5s\n/, '', /HttpUri wants timeout/],
        ]) {
            const found = faultsOf(text.replace(from, to));
            assert.ok(found.length > 0, `${from}: nothing found`);
            assert.match(found.join('\n'), new RegExp(why.source, 'm'));
        }
    });

    it('names clusters, a provider and a header that are there', () => {
        const { static_resources: made } = parse(text);
        const clusters = made.clusters.map(({ name }) => name);
        const [{ filters: [{ typed_config: manager }] }] = made.listeners[0].filter_chains;
        const [{ typed_config: filter }] = manager.http_filters;
        const { domofon } = filter.providers;
        assert.ok(clusters.includes(domofon.remote_jwks.http_uri.cluster));
        assert.ok(clusters.includes(manager.route_config.virtual_hosts[0].routes[0].route.cluster));
        assert.equal(filter.rules[0].requires.provider_name, 'domofon');
        assert.deepEqual(domofon.from_headers,
            [{ name: 'authorization', value_prefix: 'Bearer ' }]);
    });
});
