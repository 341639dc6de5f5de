// What files are that were dropped or opened by the system.

import type { KeyMatch } from '../../bindings/KeyMatch';
import type { Source } from '../../bindings/Source';
import type { Unusable } from '../../bindings/Unusable';
import type { Format } from '../format';
import { code, name, say, type Rich } from '../rich';
import { files } from './files';

export function arrivals(format: Format) {
  const file = files(format);

  /** A key, as it is spoken of inside a sentence. */
  const known = ({ key }: KeyMatch) => (key.name === null ? code(key.id) : name(key.name));

  function match(whose: 'public' | 'private', one: KeyMatch, here: boolean): Rich {
    const { usedFor } = one.key;
    const key = known(one);
    const account = name(one.account.name);
    const app = usedFor.is === 'app' ? name(usedFor.app.name, usedFor.app.locale) : null;
    if (here) {
      if (app) return say`The ${whose} key of ${key}, used for ${app}.`;
      return usedFor.is === 'allApps' ? say`The ${whose} key of ${key}, used for all apps.` : say`The ${whose} key of ${key}.`;
    }
    if (app) return say`The ${whose} key of ${key} in ${account}, used for ${app}.`;
    return usedFor.is === 'allApps' ? say`The ${whose} key of ${key} in ${account}, used for all apps.` : say`The ${whose} key of ${key} in ${account}.`;
  }

  return {
    title: (n: number): string => (format.plural(n) === 'one' ? 'What this file is' : `What these ${format.number(n)} files are`),
    dropHere: 'Drop it here to see what it is',
    comparing: 'Comparing…',
    comparedWith: (account: string): Rich => say`Compared with the keys of ${name(account)}.`,
    comparedWithAll: 'Compared with the keys of all accounts.',
    match,
    noneHere: { public: 'A public key that belongs to no key of this account.', private: 'A private key that belongs to no key of this account.' },
    noneAnywhere: { public: 'A public key that belongs to no key of any account.', private: 'A private key that belongs to no key of any account.' },
    noAccount: { public: 'A public key.', private: 'A private key.' },
    onlyPublic: 'Only its public key would be used.',
    connectFirst: 'Connect an account first, then drop it again.',
    likeApiKey: 'Probably an App Store Connect API key.',
    opensAccount: 'It opens an account.',
    apiKeyOf: (account: string): Rich => say`The API key of ${name(account)}.`,
    connected: 'That account is connected already.',
    locked: 'A private key with a password.',
    lockedMore: 'What it belongs to shows when it is open.',
    is(found: Unusable): Rich {
      return [file.sentence(found)];
    },
    needs: 'Apple needs P-256.',
    nothing: 'Nothing to do with it here.',
    notRead: 'It could not be read.',
    show: 'Show key',
    add: 'Add key',
    nameAndMore: (source: Source, more: string | null): Rich => (more === null ? [code(file.sourceName(source))] : say`${code(file.sourceName(source))} · ${more}`),
    connect: 'Connect an account',
    check: 'Check…',
    proved: 'This is its private key: a signature made with it was right. The file’s name is noted with the key.',
    newPair: 'Create a new pair',
    everywhere: 'Compare with all accounts',
    onlyLooked: 'Latchkey only looked at these files, on this computer. It kept nothing and sent nothing.',
    onlyLookedAtOne: 'Latchkey only looked at this file, on this computer. It kept nothing and sent nothing.',
  };
}
