import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Tell } from '../../backend';
import type { AppRow } from '../../bindings/AppRow';
import type { InventoryEvent } from '../../bindings/InventoryEvent';
import { FakeBackend } from '../../fake';
import { appRows, apps as named, company, key, keys } from '../../fake/data';
import { scenes } from '../../fake/scenes';
import { Inventory } from '../keys/inventory.svelte';
import { Apps } from './apps.svelte';

/** A backend whose reading the test tells by hand. */
class ByHand extends FakeBackend {
  tell: Tell<InventoryEvent> = () => {};
  override inventory(_: string, __: string, tell: Tell<InventoryEvent>): Promise<void> {
    this.tell = tell;
    return new Promise(() => {});
  }
}

let backend: ByHand;
let apps: Apps;

beforeEach(() => {
  vi.useFakeTimers();
  backend = new ByHand(scenes.keys, () => Promise.resolve());
  const inventory = new Inventory(backend, company);
  apps = new Apps(inventory);
  void inventory.read();
});
afterEach(() => void vi.useRealTimers());

function tell(...events: InventoryEvent[]): void {
  for (const event of events) backend.tell(event);
  vi.runAllTimers();
  flushSync();
}

const finished = (allPlaced: boolean): InventoryEvent => ({ is: 'finished', at: 2, stopped: !allPlaced, allPlaced });
const notAsked = named.slice(0, 3).map((app): AppRow => ({ app, key: { is: 'notAsked' } }));
const shown = () => apps.shown.map(({ row }) => row.app.id);
const statesShown = () => apps.shown.map(({ state }) => state);

test('an app without a key of its own has the key for all apps, where the account has one', () => {
  tell({ is: 'keys', keys: [...keys], at: 1 }, { is: 'apps', apps: [...appRows], complete: true }, finished(true));
  expect(apps.counts.get('onlyAll')).toBe(8);
  expect(apps.counts.has('none')).toBe(false);

  tell({ is: 'keys', keys: keys.filter(({ usedFor }) => usedFor.is !== 'allApps'), at: 3 });
  expect(apps.counts.get('none')).toBe(8);
});

test('an app that was not asked is looked for, and has none once every key has its app', () => {
  tell({ is: 'keys', keys: [], at: 1 }, { is: 'apps', apps: notAsked, complete: true });
  expect(statesShown()).toEqual(['looking', 'looking', 'looking']);
  tell(finished(true));
  expect(statesShown()).toEqual(['none', 'none', 'none']);
});

test('an app that was not asked because of Stop could not be read', () => {
  tell({ is: 'keys', keys: [], at: 1 }, { is: 'apps', apps: notAsked, complete: true }, finished(false));
  expect(statesShown()).toEqual(['notRead', 'notRead', 'notRead']);
});

test('search and filter find together, by app, key and state', () => {
  tell({ is: 'keys', keys: [...keys], at: 1 }, { is: 'apps', apps: [...appRows], complete: true }, finished(true));
  apps.search = 'wetterfrosch website';
  expect(shown(), 'by the name of its key').toEqual(['6473805512']);
  apps.filter = 'notRead';
  expect(shown()).toEqual([]);
  apps.search = 'uelzen';
  expect(shown()).toEqual(['6445120993']);
  apps.showAll();
  expect(shown()).toHaveLength(12);
});

test('a row stays where it is when its key becomes known, and is sorted in when all is read', () => {
  apps.sortBy('key');
  tell({ is: 'keys', keys: [], at: 1 }, { is: 'apps', apps: notAsked, complete: true });
  const [first, second, third] = shown();
  const own = key(9, { name: 'Own', usedFor: { is: 'allApps' } });
  tell({ is: 'app', app: { app: notAsked.find(({ app }) => app.id === third)?.app ?? named[0]!, key: { is: 'own', keys: [own.id] } } });
  expect(shown(), 'still under the hand').toEqual([first, second, third]);
  tell(finished(true));
  expect(shown(), 'settled').toEqual([third, first, second]);
});
