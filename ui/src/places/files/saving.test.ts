import { expect, test, vi } from 'vitest';
import type { SavedFile } from '../../bindings/SavedFile';
import { FakeBackend } from '../../fake';
import { scenes, type SceneName } from '../../fake/scenes';
import { Session } from '../../session.svelte';
import { PrivateKeySaving } from './saving.svelte';

async function start(scene: SceneName) {
  const backend = new FakeBackend(scenes[scene], () => Promise.resolve());
  const saving: PrivateKeySaving<SavedFile> = new PrivateKeySaving(new Session(backend), {
    get: () => backend.newPair(),
    save: ({ id }, how) => backend.savePrivateKey(id, how),
    name: 'private_key.pem',
  });
  await saving.get();
  return { backend, saving };
}

test('a private key is saved under a password and not kept, unless the person says otherwise', async () => {
  const { backend, saving } = await start('keys');
  await saving.save();
  expect(backend.pairs.saved).toEqual([{ protected: true, keep: false }]);
  expect(saving.saved?.place.name).toBe('private_key.pem');
});

test('an odd place is said before anything is written there', async () => {
  const { backend, saving } = await start('oddPlace');
  await saving.save();
  expect(saving.odd?.odd).toEqual({ is: 'synced', by: 'Dropbox' });
  expect(backend.pairs.saved).toEqual([]);
  await saving.saveThere();
  expect(backend.pairs.saved).toHaveLength(1);
});

test('another place can be chosen instead of an odd one', async () => {
  const { saving } = await start('oddPlace');
  await saving.save();
  await saving.save();
  expect(saving.odd).toBeNull();
  expect(saving.saved?.place.odd).toBeNull();
});

test('closing the file dialog changes nothing', async () => {
  const { backend, saving } = await start('placeNotChosen');
  await saving.save();
  expect(saving.saved).toBeNull();
  expect(saving.trouble).toBeNull();
  expect(backend.pairs.saved).toEqual([]);
});

test('a file that could not be written can be saved elsewhere', async () => {
  const { saving } = await start('notSaved');
  await saving.save();
  expect(saving.trouble?.problem.code).toBe('notSaved');
  expect(saving.saved).toBeNull();
  saving.trouble?.again();
  await vi.waitFor(() => expect(saving.saved).not.toBeNull());
});

test('a second click saves nothing a second time', async () => {
  const { backend, saving } = await start('keys');
  await Promise.all([saving.save(), saving.save()]);
  await saving.save();
  expect(backend.pairs.saved).toHaveLength(1);
});

test('the password is missing until it was seen or copied, and never where there is none', async () => {
  for (const note of ['showPassword', 'copyPassword'] as const) {
    const { saving } = await start('keys');
    await saving.save();
    expect(saving.passwordMissing).toBe(true);
    await saving[note]();
    expect(saving.passwordMissing, note).toBe(false);
  }
  const { saving } = await start('keys');
  saving.withPassword = false;
  await saving.save();
  expect(saving.passwordMissing).toBe(false);
});

test('left, the pair and its password are forgotten, once', async () => {
  const { backend, saving } = await start('keys');
  await saving.showPassword();
  saving.leave();
  saving.leave();
  expect(saving.password).toBeNull();
  expect(backend.pairs.forgotten).toBe(1);
});

test('a pair that comes after its dialog was left is forgotten', async () => {
  const backend = new FakeBackend(scenes.keys, () => Promise.resolve());
  const saving = new PrivateKeySaving(new Session(backend), { get: () => backend.newPair(), save: () => Promise.reject(), name: 'private_key.pem' });
  const work = saving.get();
  saving.leave();
  await work;
  expect(saving.pair).toBeNull();
  expect(backend.pairs.forgotten).toBe(1);
});

test('the window is kept out of captures exactly as long as the password is shown', async () => {
  const { backend, saving } = await start('keys');
  await saving.showPassword();
  expect(backend.pairs.shown).toBe(true);
  saving.hidePassword();
  expect(backend.pairs.shown).toBe(false);
  await saving.showPassword();
  saving.leave();
  expect(backend.pairs.shown, 'left').toBe(false);
});

test('a password that comes when it is no longer wanted is not shown, and the window is let go', async () => {
  for (const leave of ['hidePassword', 'leave'] as const) {
    const { backend, saving } = await start('keys');
    const coming = saving.showPassword();
    saving[leave]();
    await coming;
    expect(saving.password, leave).toBeNull();
    expect(backend.pairs.shown, leave).toBe(false);
  }
});
