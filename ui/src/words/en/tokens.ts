import type { Claim } from '../../bindings/Claim';
import type { Moment } from '../../bindings/Moment';
import type { Oddity } from '../../bindings/Oddity';
import type { TokenKind } from '../../bindings/TokenKind';
import type { Format } from '../format';
import { code, name, say, type Name, type Rich } from '../rich';

const claims: Record<Claim, string> = {
  iss: 'who issued it',
  iat: 'when it was made',
  exp: 'until when it is valid',
  aud: 'whom it is for',
  bid: 'the bundle ID',
  dtype: 'first or repeated download',
  nonce: 'its one-time number',
  iid: 'the app’s Apple ID',
  vid: 'the app’s version',
  pid: 'the Developer ID',
  ccode: 'the country',
};

export function tokens(format: Format) {
  const moment = (at: Moment): string => (format.day(at) === 'today' ? `today at ${format.timeWithSeconds(at)}` : `${format.date(at)}, ${format.time(at)}`);
  const days = (seconds: number): string => format.number(Math.floor(seconds / 86_400));

  function odd(one: Oddity): Rich {
    switch (one.kind) {
      case 'algNotEs256':
        return say`It doesn’t say that it is signed with ES256 (${code('alg')}).`;
      case 'typNotJwt':
        return say`It doesn’t say that it is a JWT (${code('typ')}).`;
      case 'kidMissing':
        return say`It names no distribution key ID (${code('kid')}). Apple needs one in an install verification token.`;
      case 'kidNotWanted':
        return say`It names a distribution key ID (${code('kid')}). Apple shows none in a marketplace token.`;
      case 'claimMissing':
        return say`It lacks ${code(one.claim)}, ${claims[one.claim]}.`;
      case 'claimWrongType':
        return say`Its ${code(one.claim)}, ${claims[one.claim]}, is of the wrong kind: text where a number belongs, or a number where text does.`;
      case 'expired':
        return [`It expired: ${moment(one.at)}.`];
      case 'notYetValid':
        return [`It was made in the future: ${moment(one.at)}. The server’s clock is fast, or this computer’s is slow.`];
      case 'livesTooLong':
        return [`It is valid for ${days(one.seconds)} days. Apple takes marketplace tokens of less than 7 days.`];
      case 'wrongAudience':
        return say`It is made for somebody else (${code('aud')}).`;
      case 'dtypeUnknown':
        return say`Its ${code('dtype')} is ${code(one.value)}; Apple knows ${code('download')} and ${code('redownload')}.`;
      case 'notAUuid':
        return say`Its ${code(one.claim)}, ${claims[one.claim]}, is no UUID.`;
      case 'signatureInDer':
        return ['Its signature has the form DER. Tokens carry the two numbers bare, 64 bytes.'];
      case 'signatureMalformed':
        return [`Its signature has ${format.number(one.bytes)} bytes instead of 64.`];
    }
  }

  return {
    open: 'Check a token from your server…',
    title: 'Check a token from your server',
    why: 'Copy one token that your server issued, then paste it here. Latchkey says which key signed it, for which app, until when.',
    notStored: 'Nothing of it is stored or sent.',
    paste: 'Paste token',
    another: 'Paste another token',
    pasting: 'Checking…',
    account: 'Account',

    signedBy: (key: Name): Rich => say`Signed by ${key}.`,
    signedByNew: (key: Name): Rich => say`Signed by the new key, ${key}.`,
    signedByOld: (key: Name): Rich => say`Still signed by the old key, ${key}.`,
    signedByNone: (account: string): Rich => say`No key of ${name(account)} signed it.`,
    signedByNoneMore: 'It was signed with another private key, or changed on the way. Was the whole token copied?',
    switched: 'Your server signs with the new key. The old one can go.',
    stillOld: 'Your server has not switched yet. Keep the old key.',
    notProof: 'It is signed by the new key, but does not show that the server has switched: see below.',
    secret: 'This is a secret: a token that signs in to App Store Connect.',
    secretMore: 'Your API key signed it. Until it expires, whoever has it can act in your account. No server sends such a token to others: don’t pass it on, and clear the clipboard.',
    signIn: 'This is a token that signs in to App Store Connect, not one for installs.',
    signInMore: 'Until it expires, whoever has it can act in the account it was made for. Don’t pass it on, and clear the clipboard.',

    kind: 'Kind',
    kinds: {
      installVerification: 'Install verification token',
      marketplace: 'Marketplace token',
      apiRequest: 'Token that signs in to App Store Connect',
      other: 'Another kind of token',
    } satisfies Record<TokenKind, string>,
    kid: 'Names the key',
    kidUnknown: (kid: string): Rich => say`${code(kid)}, no key of this account`,
    kidNone: 'None',
    app: 'App',
    bundleOnly: (bundleId: string): Rich => say`${code(bundleId)}, no app that this account sees`,
    issuer: 'Issued by',
    issuerIs: (iss: string): string => (/^\d+$/.test(iss) ? `Apple ID ${iss}` : iss),
    developer: 'Developer ID',
    issued: 'Made',
    expires: 'Valid until',
    never: 'Not said',
    moment,
    expired: (at: Moment): string => `${moment(at)}: expired`,
    oddTitle: 'What is odd about it',
    odd,
    nothingOdd: 'Nothing about it is odd.',
  };
}
