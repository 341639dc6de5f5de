import { beforeEach, expect, test } from 'vitest';
import type { FreshKey } from '../../bindings/FreshKey';
import type { KeyRow } from '../../bindings/KeyRow';
import { FakeBackend } from '../../fake';
import { company, keys } from '../../fake/data';
import { offline, scenes } from '../../fake/scenes';
import { groupsOf } from '../../fingerprint';
import { Session } from '../../session.svelte';
import { CheckingPrivateKey } from './checkingPrivateKey.svelte';
import { ConfirmingKey } from './confirmingKey.svelte';
import { OpenKey } from './openKey.svelte';

const key = keys[4] as KeyRow;

class ByHand extends FakeBackend {
  fresh: (() => Promise<FreshKey>) | undefined;
  described: [string | null, string | null][] = [];

  override readKey(account: string, id: string) {
    return this.fresh ? this.fresh() : super.readKey(account, id);
  }

  override describeKey(account: string, id: string, name: string | null, note: string | null) {
    this.described.push([name, note]);
    return super.describeKey(account, id, name, note);
  }
}

let backend: ByHand;
let session: Session;
let opened: OpenKey;

function begin(scene: keyof typeof scenes = 'keys', row = key) {
  backend = new ByHand(scenes[scene], () => Promise.resolve());
  session = new Session(backend);
  session.accounts = [company];
  const inventory = session.inventory(company);
  inventory.keys = [...keys];
  opened = new OpenKey(session, inventory, row);
}

beforeEach(() => begin());

test('what Apple has otherwise is told and shown', async () => {
  begin('keyOtherUse');
  await opened.read();
  expect(opened.fresh.is).toBe('differs');
  expect(opened.key.usedFor).toEqual({ is: 'unknown', why: 'otherThanRemembered' });
});

test('an app that becomes known is no difference', async () => {
  const looking: KeyRow = { ...key, usedFor: { is: 'looking' } };
  session.inventory(company).keys = [looking];
  await opened.read();
  expect(opened.fresh.is).toBe('same');
  expect(opened.key.usedFor.is).toBe('app');
});

test('a key that is gone at Apple stays to be seen', async () => {
  begin('keyGone');
  await opened.read();
  expect(opened.fresh.is).toBe('gone');
  expect(opened.key.id).toBe(key.id);
});

test('a key that can’t be read is shown as it was last seen', async () => {
  backend.fresh = () => Promise.reject(offline);
  await opened.read();
  expect(opened.fresh).toEqual({ is: 'notRead', problem: offline });
  expect(opened.key).toEqual(key);
});

test('a name is saved once, and an unchanged one not at all', async () => {
  opened.rename();
  await opened.saveName();
  expect(backend.described).toEqual([]);
  opened.rename();
  opened.name = '  Website 2027 ';
  await Promise.all([opened.saveName(), opened.saveName()]);
  expect(backend.described).toEqual([['Website 2027', key.note]]);
  expect(opened.key.name).toBe('Website 2027');
  expect(session.inventory(company).keys.find(({ id }) => id === key.id)?.name, 'in its row, too').toBe('Website 2027');
});

test('a name that could not be saved is still there', async () => {
  begin('notDescribed');
  opened.rename();
  opened.name = 'Website 2027';
  await opened.saveName();
  expect(opened.name).toBe('Website 2027');
  expect(opened.describing.trouble?.where).toEqual({ is: 'describing' });
});

test('a name and a note that are saved at once are both saved', async () => {
  opened.rename();
  opened.name = 'Website 2027';
  opened.note = 'Renew in May.';
  await Promise.all([opened.saveName(), opened.saveNote()]);
  expect(backend.described.at(-1)).toEqual(['Website 2027', 'Renew in May.']);
});

test('a note is saved with the name as it is, and Escape brings the old one back', async () => {
  opened.note = 'Renew in May.';
  await opened.saveNote();
  expect(backend.described).toEqual([[key.name, 'Renew in May.']]);
  opened.note = 'half a thought';
  opened.keepNote();
  expect(opened.note).toBe('Renew in May.');
});

test('is confirmed only by its own first five groups and a name', async () => {
  const confirming = new ConfirmingKey(opened);
  expect(confirming.groups.slice(0, 5)).toEqual([null, null, null, null, null]);
  confirming.typed = '0000 1111 2222 3333 4444';
  expect(confirming.answered, 'by nobody').toBe(false);
  confirming.by = 'Ada Nwosu';
  await confirming.compare();
  expect(confirming.differs).toBe(true);
  expect(opened.key.confirmed).toEqual(key.confirmed);
  confirming.typed = groupsOf(key.fingerprint ?? '').slice(0, 5).join(' ');
  confirming.typedAnew();
  await confirming.compare();
  expect(confirming.done).toBe(true);
  expect(opened.key.confirmed).toMatchObject({ is: 'byVoice', by: 'Ada Nwosu' });
});

test('a private key that fits is noted with it', async () => {
  begin('checkIts');
  const checking = new CheckingPrivateKey(opened);
  await checking.choose();
  expect(checking.answer?.is).toBe('its');
  expect(opened.key.privateKey).toMatchObject({ is: 'inAFile', name: 'wetterfrosch_private.pem' });
});

test('a private key under a password waits for it before it is checked', async () => {
  begin('checkLocked');
  const checking = new CheckingPrivateKey(opened);
  await checking.choose();
  expect(checking.file?.locked).toBe(true);
  expect(checking.asking.trouble, 'nothing went wrong').toBeNull();
  expect(checking.answer).toBeNull();
});

test('an answer to a dialog that was closed is dropped, but what was noted is shown', async () => {
  begin('checkIts');
  const checking = new CheckingPrivateKey(opened);
  const choosing = checking.choose();
  checking.leave();
  await choosing;
  expect(checking.answer).toBeNull();
});

test('a name that is saved while the key is read from Apple stays, and a note is saved with it', async () => {
  let answer = () => {};
  backend.fresh = () => new Promise((resolve) => (answer = () => resolve({ key: { ...key, usedFor: { is: 'allApps' } }, at: 1 })));
  const reading = opened.read();
  opened.rename();
  opened.name = 'Website 2027';
  await opened.saveName();
  answer();
  await reading;
  expect(opened.key).toMatchObject({ name: 'Website 2027', usedFor: { is: 'allApps' } });
  opened.note = 'Renew in May.';
  await opened.saveNote();
  expect(backend.described.at(-1)).toEqual(['Website 2027', 'Renew in May.']);
});

test('what is done with a key whose app can’t be told doesn’t look for that app', async () => {
  const unknown = keys[2] as KeyRow;
  begin('keys', unknown);
  opened.rename();
  opened.name = 'Kiosk';
  await opened.saveName();
  expect(opened.key).toMatchObject({ name: 'Kiosk', usedFor: unknown.usedFor });
  session.inventory(company).keys = [];
  opened.note = 'Not used any more.';
  await opened.saveNote();
  expect(opened.key, 'gone from the list, too').toMatchObject({ note: 'Not used any more.', usedFor: unknown.usedFor });
});
