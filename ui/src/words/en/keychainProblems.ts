// What can be wrong with the keychain, and with what it has.

import { name, say } from '../rich';
import type { Tellers } from './problems';
import { stake, type Where } from './stakes';

type Codes = 'keychainMissing' | 'keychainRefused' | 'keychainFailed' | 'apiKeyGone' | 'apiKeyNewer' | 'apiKeyDamaged' | 'privateKeyGone';

function without({ is }: Where): string {
  switch (is) {
    case 'gettingPair':
      return 'Without it Latchkey can’t reach the private key.';
    case 'removingEverything':
      return 'Without it Latchkey can’t remove what is in it.';
    default:
      return 'Without it Latchkey can’t reach the API key.';
  }
}

/** As its button says. */
const again = ({ is }: Where) => (is === 'diagnosing' ? 'Check again' : 'Try again');

export const keychainProblems: Pick<Tellers, Codes> = {
  keychainMissing: (_, where) => ({
    happened: ['This computer’s keychain doesn’t answer.'],
    means: [['Latchkey stores API keys only there, never in a file.'], stake(where)],
    doNow: [`On Linux, install and start a keychain, for example GNOME Keyring or KWallet. Then ${again(where).toLowerCase()}; Latchkey can stay open.`],
    ways: [{ do: 'again' }],
  }),
  keychainRefused: (_, where) => ({
    happened: ['The keychain stayed locked.'],
    means: [[without(where)], stake(where)],
    doNow: [`${again(where)}, and allow Latchkey to use the keychain when your computer asks.`],
    ways: [{ do: 'again' }],
  }),
  keychainFailed: (_, where) => ({
    happened: ['The keychain reported an error.'],
    means: [stake(where)],
    doNow: [`${again(where)}. If it stays, restart this computer; the details for support say what the keychain reported.`],
    ways: [{ do: 'again' }],
  }),
  apiKeyGone: ({ facts }, where) => ({
    happened: say`The keychain has no API key for ${name(facts.account)} any more.`,
    means: [['Something other than Latchkey removed it. At Apple it still works.'], stake(where)],
    doNow: ['In Settings, choose “Use a new API key…” for this account, and give it its API key file or a new one.'],
    ways: [{ do: 'again' }],
  }),
  privateKeyGone: (_, where) => ({
    happened: ['The keychain doesn’t have this private key any more.'],
    means: [['Something other than Latchkey removed it. The key stays registered at Apple.'], stake(where)],
    doNow: ['Look for the file it was saved in. If there is none, replace the key.'],
    ways: [],
  }),
  apiKeyNewer: ({ facts }, where) => ({
    happened: say`A newer Latchkey stored the API key of ${name(facts.account)}.`,
    means: [['This older one can’t read it in the keychain, and leaves it as it is.'], stake(where)],
    doNow: ['Open the newer Latchkey. If there is none on this computer any more, choose “Use a new API key…” for this account in Settings.'],
    ways: [{ do: 'again' }],
  }),
  apiKeyDamaged: ({ facts }, where) => ({
    happened: say`What the keychain has for ${name(facts.account)} is no API key any more.`,
    means: [['Something other than Latchkey changed it, and Latchkey leaves it as it is. At Apple the API key still works.'], stake(where)],
    doNow: ['In Settings, choose “Use a new API key…” for this account, and give it its API key file or a new one.'],
    ways: [{ do: 'again' }],
  }),
};
