// Tokens that a server of the invented account issued.

import type { KeyRow } from '../bindings/KeyRow';
import type { Registered } from '../bindings/Registered';
import type { TokenCheck } from '../bindings/TokenCheck';
import { keys, now } from './data';

const registered = (index: number): Registered => {
  const { id, name, usedFor } = keys[index] as KeyRow;
  return { id, name, usedFor };
};
const app = keys[0]?.usedFor.is === 'app' ? keys[0].usedFor.app : null;

/** As it should be, signed by the second key. */
export const installToken: TokenCheck = {
  kind: 'installVerification',
  signedBy: registered(1),
  signedByApiKey: false,
  kid: registered(1).id,
  names: registered(1),
  app,
  bundleId: app?.bundleId ?? null,
  issuer: app?.id ?? null,
  developer: null,
  issued: now - 60_000,
  expires: now + 1_140_000,
  odd: [],
  work: null,
};

/** Still signed by the first key, which it names, too. */
export const oldToken: TokenCheck = { ...installToken, signedBy: registered(0), kid: registered(0).id, names: registered(0) };

/** Signed by nobody known, and odd in many ways. */
export const oddToken: TokenCheck = {
  ...installToken,
  signedBy: null,
  kid: '2X9R4HXF34',
  names: null,
  app: null,
  bundleId: 'com.example.somebody-elses.application-with-a-very-long-bundle-id',
  expires: now - 86_400_000,
  odd: [
    { kind: 'expired', at: now - 86_400_000 },
    { kind: 'claimMissing', claim: 'nonce' },
    { kind: 'claimWrongType', claim: 'iss' },
    { kind: 'signatureInDer' },
    { kind: 'dtypeUnknown', value: 'reinstall' },
  ],
};

/** What a marketplace hands to one developer. */
export const marketplaceToken: TokenCheck = {
  ...installToken,
  kind: 'marketplace',
  signedBy: registered(3),
  kid: null,
  names: null,
  app: null,
  bundleId: null,
  developer: '5f3a9c1e-77d0-4a52-9be1-0c6f2d418a37',
};

/** A secret: whoever has it can act in the account until it expires. */
export const apiToken: TokenCheck = { ...installToken, kind: 'apiRequest', signedBy: null, signedByApiKey: true, kid: 'K7M2Q9XW4D', names: null, app: null, bundleId: null, issuer: null };
