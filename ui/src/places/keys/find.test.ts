import { expect, test } from 'vitest';
import { apps, key, keys } from '../../fake/data';
import { matches, rowTexts, sorted } from './find';

const found = (search: string) => keys.filter((row) => matches(search, rowTexts(row))).map(({ name }) => name);

test('case, accents and the width of letters don’t matter', () => {
  expect(matches('MANANA', ['Mañana: rutinas y hábitos'])).toBe(true);
  expect(matches('ﾃﾞﾝｼｬ', ['デンシャ'])).toBe(true);
  expect(matches('uelzen', ['Kiosk-Terminals Bahnhof Uelzen'])).toBe(true);
});

test('every column is searched', () => {
  expect(found('jonas'), 'confirmed').toHaveLength(2);
  expect(found('6473805512'), 'Apple ID').toEqual(['Wetterfrosch website']);
  expect(found('densha-puzzle'), 'bundle ID').toEqual(['電車パズル 本番用']);
  expect(found('wetterfrosch_private.pem'), 'file of the private key').toEqual(['Wetterfrosch website']);
  expect(found('not checked'), 'private key').not.toHaveLength(0);
  expect(found('can’t be read'), 'an unreadable key').toEqual([null]);
});

test('all words have to be found, in whatever column', () => {
  expect(found('jonas wetterfrosch')).toEqual(['Wetterfrosch website']);
  expect(found('jonas kiosk')).toEqual([]);
});

test('IDs and fingerprints are found however they are written', () => {
  const [first] = keys;
  if (!first?.fingerprint) throw new Error('no key');
  expect(found(first.fingerprint.slice(0, 20))).toEqual([first.name]);
  expect(found(first.fingerprint.slice(0, 12).replace(/(.{4})/g, '$1 '))).toEqual([first.name]);
  expect(found(first.id.replaceAll('-', ''))).toEqual([first.name]);
});

test('rows without a name stand last, whichever way it is sorted', () => {
  const names = (down: boolean) => sorted(keys, { column: 'name', down }).map(({ name }) => name);
  expect(names(false).slice(0, 2)).toEqual(['Fahrgemeinschaft 2026', 'Fahrgemeinschaft 2027']);
  expect(names(false).slice(-2)).toEqual([null, null]);
  expect(names(true).slice(-2)).toEqual([null, null]);
});

test('numbers in names are sorted as numbers', () => {
  const [app] = apps;
  if (!app) throw new Error('no app');
  const rows = ['Key 10', 'Key 9'].map((name, index) => key(index, { name, usedFor: { is: 'app', app } }));
  expect(sorted(rows, { column: 'name', down: false }).map(({ name }) => name)).toEqual(['Key 9', 'Key 10']);
});
