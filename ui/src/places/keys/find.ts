// Searching and sorting the rows of Keys, over what the person sees in them.

import type { KeyRow } from '../../bindings/KeyRow';
import { groupsOf } from '../../fingerprint';
import { words } from '../../words';

export const columns = ['name', 'usedFor', 'fingerprint', 'id', 'privateKey', 'confirmed'] as const;
export type Column = (typeof columns)[number];

export interface Order {
  readonly column: Column;
  readonly down: boolean;
}

/** Case, accents and width don't matter: `Ⓜañana` is found by `manana`. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Whether every word of the search is found somewhere in `texts`. */
export function matches(search: string, texts: readonly string[]): boolean {
  const found = texts.map(fold);
  const asked = fold(search.trim());
  // IDs and fingerprints are pasted with and without blanks and hyphens.
  const bare = asked.replace(/[\s:-]/g, '');
  return (
    asked.split(/\s+/).every((word) => found.some((text) => text.includes(word))) ||
    (bare.length >= 4 && found.some((text) => text.replace(/[\s:-]/g, '').includes(bare)))
  );
}

/** What a cell says, in words. */
export function cellText(key: KeyRow, column: Column): string {
  const say = words.keys;
  switch (column) {
    case 'name':
      return key.name ?? '';
    case 'usedFor':
      switch (key.usedFor.is) {
        case 'allApps':
          return say.allApps;
        case 'app':
          return key.usedFor.app.name;
        case 'looking':
          return say.looking;
        case 'unknown':
          return say.unknownApp;
      }
      break;
    case 'fingerprint':
      return key.fingerprint === null ? '' : groupsOf(key.fingerprint).join(' ');
    case 'id':
      return key.id;
    case 'privateKey':
      return { inAFile: say.inAFile, onThisComputer: say.onThisComputer, notChecked: say.notChecked }[key.privateKey.is];
    case 'confirmed':
      switch (key.confirmed.is) {
        case 'no':
          return say.notConfirmed;
        case 'byVoice':
          return key.confirmed.by;
        case 'byPrivateKey':
          return say.byPrivateKey;
        case 'madeHere':
          return say.madeHere;
      }
  }
}

/** Everything of a row that can be searched for. */
export function rowTexts(key: KeyRow): string[] {
  const texts = columns.map((column) => cellText(key, column));
  if (key.name === null) texts.push(words.keys.unnamed);
  if (key.fingerprint === null) texts.push(words.keys.unreadable);
  if (key.usedFor.is === 'app') {
    const { app } = key.usedFor;
    texts.push(app.id, app.bundleId, app.sku ?? '');
  }
  if (key.note !== null) texts.push(key.note);
  if (key.privateKey.is === 'inAFile') texts.push(key.privateKey.name ?? words.keys.pasted, words.common.date(key.privateKey.at));
  if (key.privateKey.is === 'onThisComputer') texts.push(key.privateKey.file ?? '', words.common.date(key.privateKey.at));
  if (key.confirmed.is !== 'no') texts.push(words.common.date(key.confirmed.at));
  return texts;
}

const collator = new Intl.Collator(words.language, { numeric: true, sensitivity: 'base' });

/** Rows in order; what has no value stands last, whichever way it goes. */
export function sorted(keys: readonly KeyRow[], { column, down }: Order): KeyRow[] {
  const way = down ? -1 : 1;
  return [...keys].sort((a, b) => {
    const [left, right] = [cellText(a, column), cellText(b, column)];
    if ((left === '') !== (right === '')) return left === '' ? 1 : -1;
    return way * collator.compare(left, right) || collator.compare(cellText(a, 'usedFor'), cellText(b, 'usedFor')) || collator.compare(a.id, b.id);
  });
}
