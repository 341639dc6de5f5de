import type { Format } from '../format';
import { counting } from './counting';

export function apps(format: Format) {
  const count = (n: number) => counting(format)(n, 'app', 'apps');
  const states = {
    own: 'Own key',
    onlyAll: 'Only the key for all apps',
    none: 'No key',
    notRead: 'Could not be read',
    looking: 'Looking…',
  };
  return {
    title: 'Apps',
    caption: (account: string): string => `Apps of ${account} and their alternative distribution keys`,
    columns: { name: 'App', id: 'Apple ID', key: 'Key' },
    states,
    notReadMore: 'Apple didn’t answer for this app',
    more: 'An app that is installed from a website or another marketplace needs a distribution key: its own, or one for all apps. Apps that are only in the App Store need none.',
    show: 'Show',
    every: 'Every app',
    filter: (what: string, n: number): string => `${what} (${format.number(n)})`,
    add: 'Add key for this app',
    count,
    countFound: (found: number, all: number): string => `${format.number(found)} of ${count(all)}`,
    asking: 'Asking Apple for the apps…',
    noApps: 'This API key sees no apps',
    noAppsMore: 'An individual key sees the apps of one person only. A team key sees every app of the company.',
    nothingFound: (search: string): string => `No app matches “${search}”.`,
    nothingLike: (state: string): string => `No app here: ${state}.`,
    showAll: 'Show every app',
  };
}
