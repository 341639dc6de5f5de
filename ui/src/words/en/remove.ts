import type { Moment } from '../../bindings/Moment';
import type { Format } from '../format';
import { name, say, type Name, type Rich } from '../rich';

export function remove(format: Format) {
  return {
    open: 'Remove…',
    title: (key: string): string => `Remove “${key}”?`,
    reading: 'Comparing with Apple…',
    account: 'Account',
    app: 'App',
    allApps: 'All apps',
    unknownApp: 'An app Latchkey can’t tell',
    id: 'Distribution key ID',
    asApple: (at: Moment): string => `As Apple has it now, read at ${format.time(at)}.`,

    stops: 'What stops working',
    stopsApp: (app: Name): Rich => say`Count on new installs, redownloads and updates of ${app} failing at once.`,
    stopsAll: (account: string): Rich => say`Count on new installs, redownloads and updates of every app of ${name(account)} failing at once, and on marketplace tokens signed with it.`,
    stopsUnknown: ['Count on new installs, redownloads and updates of the app it is for failing at once.'] as Rich,
    notDocumented: 'Apple does not say what happens to installed apps.',
    stays: 'The public key stays in Activity. Add again gets a new distribution key ID.',
    otherOwn: (key: Name): Rich => say`${key} is for the same app and stays. Where your server signs with that one, installs go on.`,
    otherAll: (key: Name): Rich => say`${key} is for all apps and stays. Where your server signs with that one, installs go on.`,
    others: (n: number): Rich => [`${format.number(n)} other keys for the same use stay. Where your server signs with one of them, installs go on.`],
    instead: 'Is a server still using it? Replacing adds the new key first.',
    replace: 'Replace…',

    typed: 'Type the last six characters of the distribution key ID',
    wrong: 'These are not the last six characters. Nothing was sent.',
    act: 'Remove key',
    acting: 'Removing…',
    sending: 'Waiting for Apple’s answer. It was sent once and can’t be stopped.',
    showApples: 'Show what Apple has',

    done: {
      title: 'Key removed',
      titleTaken: 'Removal accepted',
      lead: (key: string): Rich => say`${name(key)} is no longer registered with Apple.`,
      leadTaken: (key: string): Rich => say`Apple took the removal of ${name(key)}.`,
      gone: (at: Moment): string => `Apple’s list of ${format.time(at)} no longer has it.`,
      stillShown: 'Its list still has the key, though. Refresh in a few minutes to see whether it goes.',
      titleAlready: 'Already gone',
      already: (key: string): Rich => say`${name(key)} was gone already.`,
      alreadyMore: 'Somebody else removed it, most likely. Nothing was changed from here.',
      again: 'Its public key is kept in Activity. Add again there registers it with a new distribution key ID.',
      announced: (key: string): string => `${key} is removed`,
    },
  };
}
