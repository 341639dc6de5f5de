import { beforeEach, describe, expect, test } from 'vitest';
import type { KeptPrivateKey } from '../../bindings/KeptPrivateKey';
import { FakeBackend } from '../../fake';
import { scenes, type SceneName } from '../../fake/scenes';
import { Session } from '../../session.svelte';
import { RemovingEverything } from './removeEverything.svelte';

let backend: FakeBackend;
let session: Session;
let removing: RemovingEverything;

async function start(scene: SceneName) {
  backend = new FakeBackend(scenes[scene], () => Promise.resolve());
  session = new Session(backend);
  await session.start();
  removing = new RemovingEverything(session);
  await removing.look();
}

const file = { name: 'private_key_1b93ec38.pem', folder: 'documents' } as const;

/** Saves a private key under a password, which is then copied or not. */
async function save(key: KeptPrivateKey, { noted }: { noted: boolean }) {
  const pair = await backend.keptPrivateKey(removing.list?.id ?? '', key.fingerprint);
  await backend.choosePlace('', file.name);
  await backend.savePrivateKey(pair.id, { protected: true, keep: false });
  if (noted) await backend.copyPairPassword(pair.id);
  await removing.afterSaving(key, noted ? file : null);
}

function giveAllUp() {
  for (const { key } of removing.keys) removing.giveUp(key, true);
}

async function toLastLook() {
  removing.next();
  giveAllUp();
  removing.next();
}

describe('with private keys that are only here', () => {
  beforeEach(() => start('keys'));

  test('nothing goes on until each is saved or given up', async () => {
    const [first, ...others] = removing.keys.map(({ key }) => key);
    removing.next();
    expect(removing.step).toBe('keys');
    removing.next();
    expect(removing.step, 'all are unsettled').toBe('keys');
    if (first) await save(first, { noted: true });
    for (const key of others.slice(1)) removing.giveUp(key, true);
    removing.next();
    expect(removing.step, 'one is unsettled').toBe('keys');
    expect(removing.unsettled).toHaveLength(1);
    giveAllUp();
    removing.next();
    expect(removing.step).toBe('check');
  });

  test('one that is saved is not given up, however it was ticked before', async () => {
    const key = removing.keys[0]?.key;
    if (!key) throw new Error('no key');
    removing.giveUp(key, true);
    await save(key, { noted: true });
    expect(removing.keys[0]?.settled).toEqual(file);
    expect(removing.givenUp).toEqual([]);
  });

  test('giving up can be taken back', () => {
    giveAllUp();
    const key = removing.keys[1]?.key;
    if (key) removing.giveUp(key, false);
    expect(removing.unsettled).toEqual([key]);
  });

  test('only those that were given up by name are sent as given up', async () => {
    const key = removing.keys[0]?.key;
    if (key) await save(key, { noted: true });
    const rest = removing.keys.slice(1).map(({ key: { fingerprint } }) => fingerprint);
    for (const one of removing.keys.slice(1)) removing.giveUp(one.key, true);
    await removing.remove();
    expect(backend.everythingHere.removed).toEqual([rest]);
  });

  test('one that the core no longer counts as saved has to be decided about again, whatever was known here', async () => {
    const key = removing.keys[0]?.key;
    if (!key) throw new Error('no key');
    await save(key, { noted: true });
    const list = backend.everything.bind(backend);
    backend.everything = async () => {
      const now = await list();
      return { ...now, privateKeys: now.privateKeys.map((one) => ({ ...one, saved: false })) };
    };
    await removing.look();
    expect(removing.keys[0]?.settled, 'its file is gone').toBeNull();
  });

  test('what came while a private key was saved is shown before it is gone on', async () => {
    const key = removing.keys[0]?.key;
    if (!key) throw new Error('no key');
    removing.next();
    const list = backend.everything.bind(backend);
    backend.everything = async () => ({ ...(await list()), undecided: 1 });
    await save(key, { noted: true });
    expect([removing.step, removing.asking.trouble?.problem.code]).toEqual(['list', 'everythingChanged']);
    expect(removing.list?.undecided).toBe(1);
  });

  test('nothing is removed while one is unsettled', async () => {
    await removing.remove();
    expect(backend.everythingHere.removed).toEqual([]);
  });

  test('a double click removes once', async () => {
    await toLastLook();
    await Promise.all([removing.remove(), removing.remove()]);
    expect(backend.everythingHere.removed).toHaveLength(1);
  });

  test('what was saved before the window was loaded anew counts as saved, but not under a password that nobody has', async () => {
    const [first, second] = removing.keys.map(({ key }) => key);
    if (first) await save(first, { noted: true });
    if (second) await save(second, { noted: false });
    expect(removing.keys.map(({ settled }) => settled)).toEqual([file, null, null]);
    const anew = new RemovingEverything(session);
    await anew.look();
    expect(anew.keys.map(({ settled }) => settled)).toEqual(['saved', null, null]);
  });

  test('nothing is left to be shown afterwards but the API keys that still work', async () => {
    const accounts = session.accounts;
    await toLastLook();
    await removing.remove();
    expect(session.shown).toEqual({ is: 'ended', accounts });
    expect([session.accounts, session.lost, session.changes.works]).toEqual([[], [], []]);
  });

  test('what was told of the connection, and of what failed, goes with it', async () => {
    backend.happen({ is: 'readBy', by: 'Contoso CA' });
    backend.happen({ is: 'appleWaits', until: 0 });
    session.diagnose(null);
    session.notice = { problem: { code: 'notCopied', facts: { detail: '' }, at: 0 }, where: { is: 'copying' }, sample: false, again: () => {} };
    await toLastLook();
    await removing.remove();
    expect([session.readBy, session.appleWaits, session.diagnosing, session.notice]).toEqual([null, null, null, null]);
  });
});

test('without private keys there is no question about them', async () => {
  await start('littleHere');
  expect(removing.steps).toEqual(['list', 'check']);
  removing.next();
  expect(removing.step).toBe('check');
  removing.back();
  expect(removing.step).toBe('list');
});

test('a failure in the middle leaves no way back, and goes on where it stopped', async () => {
  await start('removedPartly');
  await toLastLook();
  await removing.remove();
  expect(removing.failed).toBe('begun');
  expect(removing.asking.trouble?.problem.code).toBe('keychainRefused');
  expect(session.shown.is).toBe('account');
  await removing.remove();
  expect(session.shown.is).toBe('ended');
});

test('a failure before anything was removed shows the list again, and what was given up stays so', async () => {
  await start('nothingRemoved');
  await toLastLook();
  await removing.remove();
  expect([removing.failed, removing.step]).toEqual(['untouched', 'list']);
  expect(removing.unsettled).toEqual([]);
  removing.next();
  expect(removing.asking.trouble, 'it was read').toBeNull();
});

test('what came meanwhile is shown before anything is removed', async () => {
  await start('changedMeanwhile');
  await toLastLook();
  await removing.remove();
  expect(removing.list?.accounts).toContain('Kolibri Audio');
  expect([removing.step, backend.everythingHere.removed]).toEqual(['list', []]);
});

test('a list that could not be had can be asked for again', async () => {
  await start('notListed');
  expect(removing.list).toBeNull();
  expect(removing.answered).toBe(false);
  await removing.look();
  expect(removing.list?.accounts).toHaveLength(2);
});

test('damaged records are told of until the person knows it', async () => {
  await start('setAside');
  expect(session.setAside?.file).toBe('latchkey-damaged-2026-11-23.db');
  await session.knowSetAside();
  expect(session.setAside).toBeNull();
  expect(backend.everythingHere.knows).toBe(true);
});
