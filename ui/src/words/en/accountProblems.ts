// What can be wrong with an account and its API key.

import type { Format } from '../format';
import { name, say } from '../rich';
import { fastOrSlow } from './howFar';
import type { Compare, Tellers } from './problems';
import { entering, stake } from './stakes';

type Codes = 'form' | 'alreadyConnected' | 'notAccepted' | 'otherCompany' | 'noSuchAccount';

/** From how many seconds on the clock may be why Apple refuses. */
const clockMatters = 60;

export function accountProblems(format: Format): Pick<Tellers, Codes> {
  function clock(ahead: number | null): Compare {
    const label = 'This computer’s clock';
    if (ahead === null) return { label, value: 'Could not be compared with Apple’s', right: null };
    if (Math.abs(ahead) < 2) return { label, value: 'Right', right: true };
    return { label, value: fastOrSlow(format, ahead), right: Math.abs(ahead) < clockMatters };
  }

  return {
    form: (_, where) => ({
      happened: ['Some entries need another look.'],
      means: [stake(where)],
      doNow: ['Read the notes beside the fields.'],
      ways: [],
    }),
    alreadyConnected: ({ facts }) => ({
      happened: say`This API key is connected already, as ${name(facts.account)}.`,
      means: [['Nothing was stored a second time.']],
      doNow: ['Choose that account from the list of accounts, or choose another API key here.'],
      ways: [],
    }),
    notAccepted: ({ facts }, where) => {
      const ahead = facts.clockAhead;
      const clockOff = ahead !== null && Math.abs(ahead) >= clockMatters;
      return {
        happened:
          entering(where) ? ['Apple doesn’t accept this API key.'] : ['Apple doesn’t accept this account’s API key any more.'],
        means: [
          stake(where),
          entering(where)
            ? ['Apple gives one answer for a wrong kind, a wrong ID, a wrong clock and a revoked API key. It doesn’t say which it is.']
            : ['Your distribution keys at Apple are not touched by this. Apple doesn’t say why. The likeliest reason is that the API key was revoked.'],
        ],
        doNow: clockOff
          ? ['Set this computer’s clock first: it may be why Apple refuses. Turn on “Set time automatically”, then try again.']
          : entering(where)
            ? ['Compare these with App Store Connect, one by one:']
            : ['Look in App Store Connect whether the API key is still active. If it is not, ask an Admin for a new one.'],
        compare: [
          { label: 'Kind', value: facts.kind === 'team' ? 'Team key' : 'Individual key', right: null },
          { label: 'API key ID', value: facts.apiKeyId, right: null },
          ...(facts.issuerId === null ? [] : [{ label: 'Issuer ID', value: facts.issuerId, right: null }]),
          clock(ahead),
        ],
        ways: [{ do: 'again' }, { do: 'diagnose' }, { do: 'link', link: 'apiKeys' }],
      };
    },
    otherCompany: () => ({
      happened: ['This API key doesn’t see the distribution keys of this account.'],
      means: [
        ['It is another company’s, most likely. With it, Latchkey would take all keys of this account for removed.'],
        ['Nothing was stored: the account uses the API key it had.'],
      ],
      doNow: ['Use an API key of the same company. Connect the other company as an account of its own.'],
      ways: [],
    }),
    noSuchAccount: (_, where) => ({
      happened: ['This account is no longer connected.'],
      means: [stake(where)],
      doNow: ['Connect it again, or choose another account.'],
      ways: [],
    }),
  };
}
