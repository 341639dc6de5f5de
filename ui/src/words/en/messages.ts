// Messages the person copies and sends to somebody.

import type { Moment } from '../../bindings/Moment';
import type { Format } from '../format';

/** What the engineer is told about a registered key. */
export interface HandOver {
  /** `null`: for all apps. `undefined`: not known. */
  readonly app: { readonly name: string; readonly bundleId: string; readonly id: string } | null | undefined;
  readonly id: string;
  /** In groups of four; `null` if Apple returns an unreadable key. */
  readonly fingerprint: string | null;
  readonly account: string;
  /** When it was registered; `null`: before this computer saw it. */
  readonly at: Moment | null;
}

/** What the engineer is told when a key is replaced. */
export interface Switching {
  /** `null`: for all apps, or an app that can’t be told. */
  readonly app: { readonly name: string; readonly id: string } | null;
  readonly account: string;
  readonly oldId: string;
  readonly newId: string;
  /** In groups of four. */
  readonly fingerprint: string | null;
  readonly oldRemoved: boolean;
}

/** Why who looks after the network is asked to let the connection through. `by`: whoever signed the certificate on it. */
export type WhyLetThrough =
  /** Nothing is wrong with it yet. */
  | { readonly is: 'ahead' }
  | { readonly is: 'broken' }
  /** This computer trusts them. */
  | { readonly is: 'readBy'; readonly by: string }
  /** This computer doesn't trust them. */
  | { readonly is: 'stranger'; readonly by: string };

function letItThrough(why: WhyLetThrough): string {
  const ask = 'Could you let it through, and leave it out of TLS inspection?';
  switch (why.is) {
    case 'ahead':
      return 'Please make sure that it is let through, and left out of TLS inspection.';
    case 'broken':
      return `At the moment this connection doesn’t work as it should. ${ask}`;
    case 'readBy':
      return `At the moment the certificate on this connection is signed by “${why.by}”, not by a public authority. So it is opened on the way, and whoever opens it can read the sign-in token of our App Store Connect account. ${ask}`;
    case 'stranger':
      return `At the moment the certificate on this connection is signed by “${why.by}”, not by a public authority. Latchkey does not trust it and sends nothing. ${ask}`;
  }
}

const fingerprintCommand = 'openssl pkey -pubin -in public_key.pem -outform DER | openssl dgst -sha256';

const makeAPair = `openssl ecparam -name prime256v1 -genkey -noout -out private_key.pem
openssl ec -in private_key.pem -pubout -out public_key.pem`;

export function messages(format: Format) {
  return {
    fingerprintCommand,

    askForApiKey: `Hello,

to register alternative distribution keys with Apple I need an App Store Connect API key. Could you make one for me?

1. In App Store Connect, open Users and Access, then Integrations, then App Store Connect API. If there is no list of keys yet, the Account Holder has to choose Request Access there first. Apple reviews that.
2. Make a team key with the role App Manager. Apple names no role for distribution keys; if App Manager is refused, Admin is the next to try.
3. Give me three things: the file AuthKey_….p8, the API key ID and the Issuer ID. Apple lets the file be downloaded only once.

Please hand the file over in a safe way, for example through our password manager, not by e-mail or chat: whoever has it can act in our App Store Connect account.

Thank you!
`,

    askForKeyFile: `Hello,

Apple needs the public key of our alternative distribution key. Could you make a pair of keys and send me only the public key?

${makeAPair}

Please send me public_key.pem. Keep private_key.pem and send it to nobody, me included: whoever has it can authorise installs.

I will call you to compare the fingerprint. This prints it:

${fingerprintCommand}

Once Apple has the key, I send you its distribution key ID, which goes into kid of the install tokens.

Thank you!
`,

    askForApp: `Hello,

you asked me to register an alternative distribution key with Apple. Which app is it for? Please send me the app’s name and its Apple ID or bundle ID, as App Store Connect shows them under Apps, App Information. Or is the key for all apps of our account?

Thank you!
`,

    askForNewPair: `Hello,

a private key meant for alternative distribution reached me, so others may have it too, and whoever has it can authorise installs. I have not registered it. Could you make a new pair and send me only the public key?

${makeAPair}

Please send me public_key.pem. Keep private_key.pem and send it to nobody. I will call you to compare the fingerprint. This prints it:

${fingerprintCommand}

Thank you!
`,

    fingerprintDiffers: `Hello,

the fingerprint you read out is not the one of the file I have. So this file is not the public key you made. I have not registered it. Could you send me public_key.pem again, in another way than last time, and call me?

This prints the fingerprint:

${fingerprintCommand}

Thank you!
`,

    acceptAgreement: `Hello,

Apple refuses requests for our App Store Connect account until an agreement is accepted. Only the Account Holder can do that. Could you open App Store Connect, Business, and the account page at developer.apple.com, and accept what is waiting there?

Thank you!
`,

    higherRole: `Hello,

Apple refuses to change distribution keys with our App Store Connect API key: its role is too low. The role of an API key can’t be changed later. Could you make a new team key with the role Admin, under Users and Access, Integrations, and give me the file AuthKey_….p8, the API key ID and the Issuer ID in a safe way, not by e-mail or chat?

Thank you!
`,

    /** To who looks after the network. */
    letThrough: (why: WhyLetThrough): string => `Hello,

I look after our App Store Connect account with Latchkey, a program on my computer. It connects to one server only, which is Apple’s:

Host: api.appstoreconnect.apple.com
Port: 443 (HTTPS)
Proxy: directly, or through an HTTP proxy that needs no login. Automatic configuration (PAC) is not supported.
TLS inspection: none, please

${letItThrough(why)}

Thank you!
`,

    /** Once the new key is registered and the server has to switch. */
    switchServer({ app, account, oldId, newId, fingerprint, oldRemoved }: Switching): string {
      return `Hello,

our alternative distribution key is being replaced. The new one is registered with Apple.

${app === null ? `Please sign the install and marketplace tokens of ${account} with the new private key.` : `Please sign install tokens for ${app.name} (Apple ID ${app.id}) with the new private key.`}

New distribution key ID (goes into kid): ${newId}${fingerprint === null ? '' : `\nFingerprint (SHA-256): ${fingerprint}`}
Old distribution key ID: ${oldId}

${oldRemoved ? 'The old key is removed already: new installs, redownloads and updates fail until your server has switched. Please tell me as soon as it has.' : 'The old key stays registered until your server has switched. Please send me one token from it when it has: the old key goes only then.'}

Please do not send the private key to anybody, me included.

Thank you!
`;
    },

    /** Before the old key goes. */
    oldKeyGoes: (oldId: string, newId: string): string => `Hello,

our alternative distribution key is being replaced, and the old one is about to be removed. Please make sure that no server signs with it any more.

Old distribution key ID, to be removed: ${oldId}
New distribution key ID (goes into kid): ${newId}

Thank you!
`,

    handOver(key: HandOver): string {
      const app =
        key.app === undefined
          ? ['App: the one it was registered for']
          : key.app === null
            ? ['App: all apps of the account']
            : [`App: ${key.app.name}`, ...(key.app.bundleId === '' ? [] : [`Bundle ID: ${key.app.bundleId}`]), `Apple ID: ${key.app.id}`];
      return [
        'Our alternative distribution key is registered with Apple.',
        '',
        ...app,
        `Distribution key ID (goes into kid): ${key.id}`,
        ...(key.fingerprint === null ? [] : [`Fingerprint (SHA-256): ${key.fingerprint}`]),
        `Account: ${key.account}`,
        ...(key.at === null ? [] : [`Date: ${format.longDate(key.at)}`]),
        '',
        'Please do not send the .p8 or the private key to anybody, me included.',
        '',
      ].join('\n');
    },
  };
}
