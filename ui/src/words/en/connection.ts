// The way to Apple: the proxy, who can read along, and how many requests are left.

import type { Moment } from '../../bindings/Moment';
import type { ProxyTrouble } from '../../bindings/ProxyTrouble';
import type { Quota } from '../../bindings/Quota';
import type { Format } from '../format';
import { code, name, say, type Rich } from '../rich';

/** Somebody whom only this computer trusts signed the certificate of Apple's server. */
export const readBy = (by: string): Rich => say`Apple’s connection is signed by ${name(by)}: your company can read it, including the sign-in token.`;

export function quotaLeft(format: Format, { remaining, limit }: Pick<Quota, 'remaining' | 'limit'>): string {
  return limit === null ? format.number(remaining) : `${format.number(remaining)} of ${format.number(limit)}`;
}

const unusable: Record<ProxyTrouble, string> = {
  noAddress: 'This is no address of a proxy. It is a name and a port, for example proxy.example.com:8080. Nothing was changed.',
  login: 'Latchkey can’t sign in to a proxy. What stood before the @ was taken out of the field. Ask who looks after the network for a proxy that needs no login. Nothing was changed.',
  otherKind: 'Latchkey can’t use this kind of proxy: only HTTP proxies, no SOCKS and no automatic configuration (PAC). Nothing was changed.',
};

export function connection(format: Format) {
  return {
    title: 'Connection',
    asking: 'Looking up the proxy…',
    direct: 'Requests go to Apple directly: Latchkey found no proxy for it in this computer’s settings.',
    system: (address: string): Rich => say`Requests to Apple go through the proxy ${code(address)}, as this computer is set.`,
    own: (address: string): Rich => say`Requests to Apple go through the proxy ${code(address)}, as set here.`,
    proxy: 'Proxy',
    example: 'proxy.example.com:8080',
    hint: 'Host and port. Leave it empty to go as this computer is set.',
    unusable,
    save: 'Save',
    saving: 'Saving…',
    saved: 'Saved for all accounts',
    useSystem: 'Use the system’s proxy',
    notSupported: 'Not supported: automatic configuration (PAC), and proxies that ask for a login.',
    copyForIt: 'Copy a message for your IT department',
    diagnose: 'Diagnose connection',

    quota: 'Requests left this hour',
    quotaAsOf: (quota: Quota): string => `${quotaLeft(format, quota)}, as of ${format.time(quota.at)}`,
    quotaSlow: 'So few are left that Latchkey reads slowly.',
    slow: (quota: Quota): string => `Little is left of this hour’s requests (${quotaLeft(format, quota)}), so it goes slowly.`,

    readBy,
    waits: (until: Moment): string => `Apple’s limit is reached. It goes on at ${format.time(until)}.`,
    waitsMore: 'You need not do anything.',
  };
}
