import type { Moment } from '../../bindings/Moment';
import type { Format } from '../format';
import { code, say, type Rich } from '../rich';

export function common(format: Format) {
  return {
    cancel: 'Cancel',
    back: 'Back',
    next: 'Next',
    done: 'Done',
    close: 'Close',
    stop: 'Stop',
    quit: 'Quit Latchkey',
    search: 'Search',
    copy: 'Copy',
    copied: 'Copied',
    dropIgnored: 'The dropped file was not taken: it can’t be used at this moment',
    stepDone: 'Done:',
    tryAgain: 'Try again',
    notices: 'Notices',
    sample: 'Sample: nothing here reaches Apple',
    /** Stands at the head of everything copied from the sample account. */
    sampleMark: 'SAMPLE',
    host: (url: string): Rich => say`Connected to ${code(url)}, not to Apple`,
    keychainWaits: 'Waiting for your keychain',
    keychainWaitsMore: 'Your computer asks whether Latchkey may use it. Look for its window and answer there.',
    applesIds: (appleId: string, bundleId: string): string => `${appleId} · ${bundleId}`,
    /** A day and the time, inside or at the end of a sentence. */
    on(at: Moment): string {
      switch (format.day(at)) {
        case 'today':
          return `today at ${format.time(at)}`;
        case 'yesterday':
          return `yesterday at ${format.time(at)}`;
        case 'earlier':
          return `on ${format.date(at)} at ${format.time(at)}`;
      }
    },
    time: (at: Moment): string => format.time(at),
    timeWithSeconds: (at: Moment): string => format.timeWithSeconds(at),
    date: (at: Moment): string => format.date(at),
    links: {
      apiKeys: 'Open API keys at Apple',
      users: 'Open users at Apple',
      agreements: 'Open agreements at Apple',
      apiKeysHelp: 'Apple’s help on API keys',
      systemStatus: 'Open Apple’s system status',
    },
    details: {
      title: 'Details for support',
      copy: 'Copy details',
      applesWords: 'Apple’s words',
      noWords: 'None: no answer came',
      status: 'Status, code',
      place: 'Field',
      requestId: 'Request ID',
      errorId: 'Error ID',
      time: 'Time',
      latchkey: 'Latchkey says',
      technical: 'Technical',
    },
  };
}
