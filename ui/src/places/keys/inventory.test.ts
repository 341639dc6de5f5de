import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Tell } from '../../backend';
import type { InventoryEvent } from '../../bindings/InventoryEvent';
import { FakeBackend } from '../../fake';
import { appRows, apps, company, key, keys } from '../../fake/data';
import { scenes } from '../../fake/scenes';
import { Inventory } from './inventory.svelte';
import { Rows } from './rows.svelte';

/** A backend whose reading the test tells by hand. */
class ByHand extends FakeBackend {
  tell: Tell<InventoryEvent> = () => {};
  end: (problem?: unknown) => void = () => {};
  readings = 0;
  override inventory(_: string, __: string, tell: Tell<InventoryEvent>): Promise<void> {
    this.tell = tell;
    this.readings += 1;
    return new Promise((resolve, reject) => (this.end = (problem) => (problem ? reject(problem) : resolve())));
  }
}

const offline = scenes.offline.readingProblem;
let backend: ByHand;
let inventory: Inventory;

beforeEach(() => {
  vi.useFakeTimers();
  backend = new ByHand(scenes.keys, () => Promise.resolve());
  inventory = new Inventory(backend, company);
});
afterEach(() => void vi.useRealTimers());

test('remembered keys are shown until Apple answers, and stay when it doesn’t', async () => {
  const reading = inventory.read();
  backend.tell({ is: 'remembered', keys: [...keys], at: 1 });
  backend.end(offline);
  await reading;
  expect(inventory.reading).toEqual({ is: 'failed', problem: offline });
  expect(inventory.keys).toHaveLength(keys.length);
});

test('an event that arrives after the failure doesn’t hide it', async () => {
  const reading = inventory.read();
  backend.end(offline);
  await reading;
  backend.tell({ is: 'checked', done: 1, of: 2 });
  backend.tell({ is: 'finished', at: 2, stopped: false, allPlaced: true });
  expect(inventory.reading.is).toBe('failed');
});

test('that little is left of the hour’s requests is said while the reading goes on, and not after it', async () => {
  const quota = { remaining: 340, limit: 3600, at: 2, slow: true };
  const reading = inventory.read();
  backend.tell({ is: 'slow', quota });
  vi.runAllTimers();
  expect(inventory.slow).toEqual(quota);
  backend.tell({ is: 'finished', at: 2, stopped: false, allPlaced: true });
  expect(inventory.slow).toBeNull();
  backend.end();
  await reading;
  const again = inventory.read();
  backend.tell({ is: 'slow', quota });
  backend.end(offline);
  await again;
  expect(inventory.slow, 'after a failure').toBeNull();
  backend.tell({ is: 'slow', quota });
  vi.runAllTimers();
  expect(inventory.slow, 'told too late').toBeNull();
});

test('many events are taken in together', () => {
  void inventory.read();
  backend.tell({ is: 'keys', keys: [...keys], at: 2 });
  for (let done = 0; done < 900; done++) backend.tell({ is: 'checked', done, of: 900 });
  expect(inventory.reading, 'nothing moved yet').toEqual({ is: 'asking' });
  vi.runAllTimers();
  expect(inventory.reading).toEqual({ is: 'searching', done: 899, of: 900 });
});

test('a row stays where it is when its app becomes known, and is sorted in when all is read', () => {
  const rows = new Rows(inventory);
  rows.order = { column: 'usedFor', down: false };
  const [app] = apps;
  if (!app) throw new Error('no app');
  const unknown = key(1, { usedFor: { is: 'looking' } });
  const other = key(2, { usedFor: { is: 'app', app: { ...app, name: 'Middle' } } });
  const ids = () => (flushSync(), rows.shown.map(({ id }) => id));

  void inventory.read();
  backend.tell({ is: 'keys', keys: [other, unknown], at: 1 });
  vi.runAllTimers();
  expect(ids()).toEqual([unknown.id, other.id]);
  backend.tell({ is: 'key', key: { ...unknown, usedFor: { is: 'app', app: { ...app, name: 'Zebra' } } } });
  vi.runAllTimers();
  expect(ids(), 'still under the hand').toEqual([unknown.id, other.id]);
  backend.tell({ is: 'finished', at: 2, stopped: false, allPlaced: true });
  expect(ids(), 'settled').toEqual([other.id, unknown.id]);
});

test('apps of the reading before stay until the new one names them all', () => {
  void inventory.read();
  backend.tell({ is: 'apps', apps: [...appRows], complete: true });
  backend.tell({ is: 'finished', at: 1, stopped: false, allPlaced: true });
  void inventory.read();
  backend.tell({ is: 'apps', apps: appRows.slice(0, 2), complete: false });
  vi.runAllTimers();
  expect(inventory.apps).toHaveLength(appRows.length);
  backend.tell({ is: 'apps', apps: appRows.slice(2, 4), complete: true });
  vi.runAllTimers();
  backend.tell({ is: 'finished', at: 2, stopped: false, allPlaced: true });
  expect(inventory.apps).toHaveLength(4);
});

test('a second reading that was stopped early loses no app', () => {
  void inventory.read();
  backend.tell({ is: 'apps', apps: [...appRows], complete: true });
  backend.tell({ is: 'finished', at: 1, stopped: false, allPlaced: true });
  void inventory.read();
  backend.tell({ is: 'apps', apps: appRows.slice(0, 2), complete: false });
  backend.tell({ is: 'finished', at: 2, stopped: true, allPlaced: false });
  expect(inventory.apps).toHaveLength(appRows.length);
});

test('a key that was added while a search runs stays, until a listing names it', () => {
  const [row] = appRows.filter((one) => one.key.is === 'none');
  if (!row) throw new Error('no app without a key');
  const added = key(99, { usedFor: { is: 'app', app: row.app } });
  const shown = () => inventory.keys.some(({ id }) => id === added.id);
  void inventory.read();
  inventory.put(added);
  backend.tell({ is: 'keys', keys: [...keys], at: 1 });
  backend.tell({ is: 'apps', apps: [...appRows], complete: true });
  backend.tell({ is: 'app', app: row });
  backend.tell({ is: 'finished', at: 1, stopped: false, allPlaced: true });
  expect(shown(), 'Apple’s listing was made before').toBe(true);
  expect(inventory.apps.find(({ app }) => app.id === row.app.id)?.key).toEqual({ is: 'own', keys: [added.id] });

  void inventory.read();
  backend.tell({ is: 'keys', keys: [...keys, added], at: 2 });
  backend.tell({ is: 'finished', at: 2, stopped: false, allPlaced: true });
  void inventory.read();
  backend.tell({ is: 'keys', keys: [...keys], at: 3 });
  backend.tell({ is: 'finished', at: 3, stopped: false, allPlaced: true });
  expect(shown(), 'removed meanwhile').toBe(false);
});

test('a key whose app is not known yet is looked for once the reading before has ended', () => {
  void inventory.read();
  inventory.put(key(99, { usedFor: { is: 'looking' } }));
  backend.tell({ is: 'finished', at: 1, stopped: false, allPlaced: true });
  expect(inventory.reading.is).toBe('asking');
});

test('stopping ends with the reading, however it ends', async () => {
  const reading = inventory.read();
  await inventory.stop();
  backend.end(offline);
  await reading;
  expect(inventory.stopping).toBe(false);
  void inventory.read();
  await inventory.stop();
  backend.tell({ is: 'finished', at: 1, stopped: true, allPlaced: false });
  expect(inventory.stopping).toBe(false);
});

test('a key that was removed while a search runs is gone, until a new reading names it', () => {
  const [row] = appRows.filter((one) => one.key.is === 'own' && one.key.keys.length === 1);
  if (!row || row.key.is !== 'own') throw new Error('no app with one key');
  const id = row.key.keys[0] ?? '';
  const shown = () => inventory.keys.some((one) => one.id === id);
  void inventory.read();
  inventory.drop(id);
  backend.tell({ is: 'keys', keys: [...keys], at: 1 });
  backend.tell({ is: 'apps', apps: [...appRows], complete: true });
  backend.tell({ is: 'finished', at: 1, stopped: false, allPlaced: true });
  expect(shown(), 'Apple’s listing was made before').toBe(false);
  expect(inventory.apps.find(({ app }) => app.id === row.app.id)?.key).toEqual({ is: 'none' });

  void inventory.read();
  backend.tell({ is: 'keys', keys: [...keys], at: 2 });
  backend.tell({ is: 'finished', at: 2, stopped: false, allPlaced: true });
  expect(shown(), 'Apple has it after all').toBe(true);
});

test('news are told until the person knows them, or a listing has none', async () => {
  const [one] = keys;
  if (!one) throw new Error('no key');
  void inventory.read();
  backend.tell({ is: 'keys', keys: [...keys], at: 1 });
  backend.tell({ is: 'news', news: [{ kind: 'came', key: one, at: 7 }] });
  backend.tell({ is: 'finished', at: 1, stopped: false, allPlaced: true });
  expect(inventory.news).toHaveLength(1);
  const known: number[] = [];
  backend.knowNews = async (_?: string, upTo?: number) => void known.push(upTo ?? 0);
  await inventory.knowNews();
  expect(known).toEqual([7]);
  expect(inventory.news).toEqual([]);

  void inventory.read();
  backend.tell({ is: 'keys', keys: [...keys], at: 2 });
  backend.tell({ is: 'news', news: [{ kind: 'went', key: one, at: 8 }] });
  backend.tell({ is: 'finished', at: 2, stopped: false, allPlaced: true });
  void inventory.read();
  backend.tell({ is: 'keys', keys: [...keys], at: 3 });
  backend.tell({ is: 'finished', at: 3, stopped: false, allPlaced: true });
  expect(inventory.news).toEqual([]);
});

describe('a reading on its way', () => {
  const [first] = keys;
  if (!first) throw new Error('no key');
  const shown = () => inventory.keys.find(({ id }) => id === first.id);

  test('tells what a key is for, and leaves what was written about it meanwhile', () => {
    void inventory.read();
    backend.tell({ is: 'keys', keys: [...keys], at: 1 });
    vi.runAllTimers();
    inventory.change({ ...first, name: 'Another name', note: 'Renew in May.' });
    backend.tell({ is: 'key', key: { ...first, usedFor: { is: 'allApps' } } });
    vi.runAllTimers();
    expect(shown()).toMatchObject({ name: 'Another name', note: 'Renew in May.', usedFor: { is: 'allApps' } });
  });

  test('may list a key as it was before something was written about it; the next one knows', () => {
    void inventory.read();
    backend.tell({ is: 'remembered', keys: [...keys], at: 1 });
    vi.runAllTimers();
    inventory.change({ ...first, name: 'Another name' });
    backend.tell({ is: 'keys', keys: keys.map((row) => (row === first ? { ...row, usedFor: { is: 'allApps' } } : row)), at: 2 });
    backend.tell({ is: 'finished', at: 2, stopped: false, allPlaced: true });
    expect(shown()).toMatchObject({ name: 'Another name', usedFor: { is: 'allApps' } });

    void inventory.read();
    backend.tell({ is: 'keys', keys: keys.map((row) => (row === first ? { ...row, name: 'A third name' } : row)), at: 3 });
    backend.tell({ is: 'finished', at: 3, stopped: false, allPlaced: true });
    expect(shown()?.name).toBe('A third name');
  });

  test.each([undefined, offline])('is followed by the one that was asked for meanwhile, however it ends', async (problem) => {
    const reading = inventory.read();
    const { end } = backend;
    void inventory.readAnew();
    expect(backend.readings, 'one at a time').toBe(1);
    if (problem === undefined) backend.tell({ is: 'finished', at: 1, stopped: true, allPlaced: false });
    end(problem);
    await reading;
    expect(backend.readings).toBe(2);
    expect(inventory.reading.is).toBe('asking');
    backend.tell({ is: 'finished', at: 2, stopped: false, allPlaced: true });
    expect(backend.readings, 'once').toBe(2);
  });
});

test('an answer that doesn’t say what a key is for leaves what is known of it', () => {
  const unknown = key(3, { usedFor: { is: 'unknown', why: 'noAppShowsIt' } });
  inventory.keys = [unknown];
  inventory.change({ ...unknown, name: 'Kiosk', usedFor: { is: 'looking' } });
  expect(inventory.keys).toEqual([{ ...unknown, name: 'Kiosk' }]);
});
