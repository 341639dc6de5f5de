import type { ActivityEntry } from '../../bindings/ActivityEntry';
import type { App } from '../../bindings/App';
import type { Moment } from '../../bindings/Moment';
import type { Went } from '../../bindings/Went';
import type { Format } from '../format';
import { code, name, say, type Rich } from '../rich';
import { counting } from './counting';

/** Whether it changed something at Apple, or what was meant to did. */
const happened = (went: Went) => went === 'done' || went === 'arrived' || went === 'noticed';

/** The ways to replace a key, by the records' words. */
const ways: Readonly<Record<string, string | undefined>> = {
  planned: 'Planned change: the new key first',
  emergency: 'Someone else may have the private key: the old key removed first',
  'remove-first': 'The old key removed first, as Apple takes no second one',
};

export function activity(format: Format) {
  const count = (n: number) => counting(format)(n, 'entry', 'entries');
  const unnamed = 'an unnamed key';

  /** What was done, in few words. */
  function what({ did, went, keyName, accountName }: ActivityEntry): Rich {
    const key = keyName === null ? unnamed : name(keyName);
    switch (did) {
      case 'connected':
        return ['Connected the account'];
      case 'disconnected':
        return ['Disconnected the account'];
      case 'newApiKey':
        return ['Changed to a new API key'];
      case 'renamedAccount':
        return say`Renamed the account to ${name(accountName)}`;
      case 'added':
        return happened(went) ? say`Added ${key}` : say`Tried to add ${key}`;
      case 'removed':
        return happened(went) ? say`Removed ${key}` : say`Tried to remove ${key}`;
      case 'createdPair':
        return ['Created a new pair'];
      case 'described':
        return say`Changed the name or note of ${key}`;
      case 'confirmed':
        return say`Confirmed ${key}`;
      case 'checkedPrivateKey':
        return say`Checked the private key of ${key}`;
      case 'savedPrivateKey':
        return say`Saved the private key of ${key}`;
      case 'noticedNew':
        return keyName === null ? ['Noticed a new key'] : say`Noticed that ${key} is new`;
      case 'noticedGone':
        return say`Noticed that ${key} is gone`;
      case 'replaceBegun':
        return say`Began to replace ${key}`;
      case 'replaceChanged':
        return say`Changed the way to replace ${key}`;
      case 'handedOver':
        return say`Handed over the distribution key ID, to replace ${key}`;
      case 'serverSwitched':
        return say`Noted that the server has switched, to replace ${key}`;
      case 'replaceStopped':
        return say`Stopped replacing ${key}`;
      case 'replaceFinished':
        return say`Finished replacing ${key}`;
      case 'savedCopy':
        return ['Saved a copy of names and history'];
      case 'broughtInCopy':
        return ['Brought in a copy of names and history'];
    }
  }

  /** How sure it was that the key is the right one; `null`: not said. */
  function sure({ certainty, detail }: Pick<ActivityEntry, 'certainty' | 'detail'>): Rich | null {
    switch (certainty) {
      case null:
        return null;
      case 'notConfirmed':
        return ['Not confirmed'];
      case 'byVoice':
        return detail === null ? ['By voice'] : say`By voice, with ${name(detail)}`;
      case 'byPrivateKey':
        return ['By private key'];
      case 'madeHere':
        return ['Made here'];
    }
  }

  /** What else there is to say at once; `null`: nothing. */
  function more(entry: ActivityEntry): Rich | null {
    const { did, went, app, allApps, detail } = entry;
    if (did === 'confirmed') return sure(entry);
    if (detail !== null) {
      switch (did) {
        case 'createdPair':
        case 'savedPrivateKey':
          return say`Private key saved as ${code(detail)}`;
        case 'checkedPrivateKey':
          return say`With the file ${code(detail)}`;
        case 'serverSwitched':
          return say`By the word of ${name(detail)}`;
        case 'described':
        case 'renamedAccount':
          return say`Was ${name(detail)}`;
        case 'savedCopy':
        case 'broughtInCopy':
          return say`${code(detail)}`;
        case 'newApiKey':
          return say`Was ${code(detail)}`;
        default:
      }
    }
    const was = did === 'removed' && happened(went);
    if (app) return was ? say`Was for ${name(app.name, app.locale)}` : say`For ${name(app.name, app.locale)}`;
    if (allApps) return [was ? 'Was for all apps' : 'For all apps'];
    return null;
  }

  function result({ did, went }: Pick<ActivityEntry, 'did' | 'went'>): string {
    switch (went) {
      case 'done':
        return 'Done';
      case 'answerLost':
        return 'Answer lost';
      case 'arrived':
        return did === 'removed' ? 'Answer lost, gone from Apple’s list' : 'Answer lost, found in Apple’s list';
      case 'notArrived':
        return 'Did not arrive';
      case 'refused':
        return 'Refused by Apple';
      case 'notSent':
        return 'Not sent';
      case 'noticed':
        return 'Not from this computer';
    }
  }

  return {
    title: 'Activity',
    caption: 'What was changed and what was noticed',
    columns: { time: 'Time', what: 'What was done', account: 'Account', result: 'Result', requestId: 'Request ID' },
    what,
    more,
    result,
    sure,
    /** The records' own word for the way of a replacement. */
    way: (word: string): string => ways[word] ?? word,
    noAccount: 'None',
    noRequest: 'None',
    broughtIn: 'From a copy',
    day(at: Moment): string {
      switch (format.day(at)) {
        case 'today':
          return 'Today';
        case 'yesterday':
          return 'Yesterday';
        case 'earlier':
          return format.weekday(at);
      }
    },
    whose: 'Show',
    thisAccount: 'This account',
    allAccounts: 'All accounts',
    count,
    countShown: (shown: number, all: number): string => `${format.number(shown)} of ${count(all)}`,
    older: 'Show older entries',
    reading: 'Reading…',
    honest: 'For your own use; someone who controls this computer could change it.',
    details: 'Details',
    field: {
      at: 'Time',
      account: 'Account',
      apiKeyId: 'API key ID',
      keyName: 'Name',
      key: 'Distribution key ID',
      fingerprint: 'Fingerprint',
      app: 'App',
      confirmed: 'Confirmed',
      file: 'File',
      former: 'Before',
      way: 'Way',
      byWord: 'By the word of',
      newKey: 'New distribution key ID',
      result: 'Result',
      status: 'Apple’s status and code',
      requestId: 'Request ID',
      user: 'User of this computer',
      userElsewhere: 'User of that computer',
      version: 'Version of Latchkey',
      broughtIn: 'Came with',
    },
    allApps: 'All apps',
    appAndIds: ({ name: app, id, bundleId }: App): string => `${app} (${id}, ${bundleId})`,
    aCopy: 'A copy of names and history from another computer',
    copyEntry: 'Copy this entry',
    addAgain: 'Add again',
    addAgainMore: 'The public key is kept. Added again, it gets a new distribution key ID.',
    export: 'Export…',
    exportHow: 'Export what is shown',
    csv: 'For a spreadsheet (CSV)…',
    json: 'For a program (JSON)…',
    exportTitle: 'Export Activity',
    exported: (file: string): string => `Saved as ${file}`,
    empty: 'Nothing has been changed yet',
    emptyMore: 'Every change made here, and every change noticed at Apple, is written down: when, which account, app and key, how it went, and Apple’s request ID.',
    nothingFound: (search: string): string => `No entry matches “${search}”.`,
    clearSearch: 'Clear the search',
  };
}
