// A change whose answer got lost: what is known of it, and what is being done.

import type { Moment } from '../../bindings/Moment';
import type { Format } from '../format';
import { name, say, type Name, type Rich } from '../rich';

export function lost(format: Format) {
  return {
    sinceStart: 'Latchkey was closed before Apple’s answer was known.',
    sent: 'Sent to Apple, once',
    noAnswer: 'No clear answer',
    looking: 'Looking in Apple’s list',
    notRead: (next: Moment): string => `Apple could not be asked. Tries again at ${format.time(next)}`,
    stopped: 'Stopped looking',
    stoppedMore: 'The question stays open, and Latchkey asks again when it is next started.',
    stop: 'Stop looking',
    again: 'Look again',
    canClose: 'You can close this, or Latchkey. It goes on where it stopped.',
    show: 'Show',
    goOn: 'Go on replacing',

    add: {
      title: 'Did the key arrive?',
      about: (what: Rich, at: string): Rich => ['The key for ', ...what, `, sent ${at}.`],
      unknown: 'So the key may be registered, or not. Latchkey sent it once and doesn’t send it again: there can’t be two.',
      doNothing: 'You need not do anything. Latchkey is looking for the key in Apple’s list.',
      notYet: (at: Moment): string => `Not there as of ${format.time(at)}, looking again`,
      until: (at: Moment): string => `If it is not there by ${format.time(at)}, it did not arrive.`,
      titleFailed: 'It did not arrive',
      failed: 'Nothing was registered.',
      failedMore: (at: Moment): string => `Apple’s list of ${format.time(at)} doesn’t have it, and what was sent is no longer valid. You can add the key again.`,
      notice: {
        looking: (what: Rich): Rich => ['Latchkey is looking whether the key for ', ...what, ' arrived.'],
        stopped: (what: Rich): Rich => ['Whether the key for ', ...what, ' arrived is still unknown.'],
        done: (what: Rich): Rich => ['The key for ', ...what, ' arrived.'],
        failed: (what: Rich): Rich => ['The key for ', ...what, ' did not arrive.'],
      },
    },

    remove: {
      title: 'Was the key removed?',
      about: (what: Rich, at: string): Rich => ['Removing ', ...what, `, sent ${at}.`],
      unknown: 'So the key may be removed, or not. Latchkey sent it once and doesn’t send it again by itself.',
      doNothing: 'You need not do anything. Latchkey is looking whether the key is still in Apple’s list.',
      notYet: (at: Moment): string => `Still there as of ${format.time(at)}, looking again`,
      until: (at: Moment): string => `If it is still there at ${format.time(at)}, it was not removed.`,
      titleDone: 'It is removed',
      doneMore: (at: Moment): string => `Apple’s list of ${format.time(at)} no longer has it. Its public key is kept in Activity.`,
      titleFailed: 'It was not removed',
      failed: 'Nothing was changed.',
      failedMore: (at: Moment): string => `Apple’s list of ${format.time(at)} still has it, and what was sent is no longer valid. You can remove the key again.`,
      notice: {
        looking: (what: Rich): Rich => ['Latchkey is looking whether ', ...what, ' is removed.'],
        stopped: (what: Rich): Rich => ['Whether ', ...what, ' is removed is still unknown.'],
        done: (what: Rich): Rich => [...what, ' is removed.'],
        failed: (what: Rich): Rich => [...what, ' was not removed.'],
      },
    },

    /** What a change is about. */
    app: (app: Name): Rich => say`${app}`,
    appId: (appleId: string): Rich => [`the app ${appleId}`],
    allApps: (account: string): Rich => say`all apps of ${name(account)}`,
    key: (key: Name): Rich => say`${key}`,
    in: (what: Rich, account: string): Rich => [...what, ...say`, in ${name(account)},`],
  };
}
