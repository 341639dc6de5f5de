import { beforeEach, expect, test } from 'vitest';
import type { HeldFile } from '../../bindings/HeldFile';
import { FakeBackend } from '../../fake';
import { password } from '../../fake/files';
import { scenes, type SceneName } from '../../fake/scenes';
import { Session } from '../../session.svelte';
import { Unlocking } from './unlocking.svelte';

let opened: HeldFile[];
let unlocking: Unlocking;

async function choose(scene: SceneName) {
  const backend = new FakeBackend(scenes[scene], () => Promise.resolve());
  const file = (await backend.chooseFile()) as HeldFile;
  opened = [];
  unlocking = new Unlocking(new Session(backend), file, (file) => opened.push(file));
}

beforeEach(() => choose('lockedFile'));

test('the right password hands on the file, opened', async () => {
  await unlocking.open(password);
  expect(opened).toMatchObject([{ locked: false }]);
  expect(unlocking.told).toBeNull();
});

test('a wrong password is told beside the field, and another can be tried', async () => {
  await unlocking.open('no');
  expect(unlocking.told).toBe('wrong');
  expect(unlocking.trouble).toBeNull();
  await unlocking.open(password);
  expect(opened).toHaveLength(1);
});

test('without a password nothing is asked of the core', async () => {
  await unlocking.open('');
  expect(unlocking.told).toBe('empty');
  expect(unlocking.busy).toBe(false);
});

test('a file that asks for absurd work is told as a problem', async () => {
  await choose('absurdFile');
  await unlocking.open(password);
  expect(unlocking.trouble?.problem.code).toBe('tooExpensive');
});

test('stopped, the file stays locked and says so', async () => {
  await choose('slowFile');
  const work = unlocking.open(password);
  expect(unlocking.busy).toBe(true);
  unlocking.stop();
  await work;
  expect(unlocking.told).toBe('stopped');
  expect(opened).toEqual([]);
});

test('left, it is stopped, and what comes late is dropped', async () => {
  const work = unlocking.open(password);
  unlocking.leave();
  await work;
  expect(opened).toEqual([]);
});
