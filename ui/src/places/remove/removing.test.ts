import { beforeEach, expect, test } from 'vitest';
import type { KeyRow } from '../../bindings/KeyRow';
import type { Problem } from '../../bindings/Problem';
import type { Removed } from '../../bindings/Removed';
import type { RemoveRequest } from '../../bindings/RemoveRequest';
import { FakeBackend } from '../../fake';
import { company, keys } from '../../fake/data';
import { offline, scenes } from '../../fake/scenes';
import { Session } from '../../session.svelte';
import { Removing } from './removing.svelte';

const key = keys[4] as KeyRow;
const right = key.id.slice(-6);

/** A backend whose answers can be held back, and whose sending the test gives. */
class ByHand extends FakeBackend {
  requests: RemoveRequest[] = [];
  committed: string[] = [];
  hold: Promise<void> | undefined;
  commit: ((typed: string) => Promise<Removed>) | undefined;

  override async prepareRemove(request: RemoveRequest) {
    this.requests.push(request);
    await this.hold;
    return super.prepareRemove(request);
  }

  override commitRemove(draft: string, typed: string) {
    this.committed.push(draft);
    return this.commit ? this.commit(typed) : super.commitRemove(draft, typed);
  }
}

let backend: ByHand;
let session: Session;
let removing: Removing;

function begin(scene: keyof typeof scenes = 'keys') {
  backend = new ByHand(scenes[scene], () => Promise.resolve());
  session = new Session(backend);
  session.accounts = [company];
  session.inventory(company).keys = [...keys];
  removing = new Removing(session, company, key);
}

beforeEach(() => begin());
const listed = () => session.inventory(company).keys.some(({ id }) => id === key.id);

test('what is asked is what was shown', async () => {
  await removing.prepare();
  const app = key.usedFor.is === 'app' ? key.usedFor.app.id : '';
  expect(backend.requests).toEqual([{ account: company.id, key: key.id, fingerprint: key.fingerprint, usedFor: { is: 'app', app }, work: null }]);
});

test('nothing is sent before Apple was read and six characters were typed', async () => {
  removing.typed = right;
  await removing.send();
  await removing.prepare();
  expect(removing.typed, 'what was typed before counts for nothing').toBe('');
  removing.typed = right.slice(1);
  await removing.send();
  expect(backend.committed).toEqual([]);
});

test('wrong characters are told beside the field, and the same draft can be sent with the right ones', async () => {
  await removing.prepare();
  removing.typed = 'zzzzzz';
  await removing.send();
  expect(removing.wrong).toBe(true);
  expect(removing.asking.trouble).toBeNull();
  expect(listed()).toBe(true);
  removing.typed = right;
  removing.typedAnew();
  await removing.send();
  expect(backend.committed).toEqual(['remove-1', 'remove-1']);
  expect(removing.outcome?.is).toBe('done');
  expect(listed(), 'its row is gone').toBe(false);
});

test('two sends at once are one', async () => {
  await removing.prepare();
  removing.typed = right;
  await Promise.all([removing.send(), removing.send()]);
  expect(backend.removing.sent).toHaveLength(1);
});

test('after a refusal Apple is read anew, and the characters are typed anew', async () => {
  await removing.prepare();
  backend.commit = () => Promise.reject(offline);
  removing.typed = right;
  await removing.send();
  expect(removing.asking.trouble?.problem).toEqual(offline);
  expect(removing.answered).toBe(false);
  removing.asking.trouble?.again();
  await expect.poll(() => removing.prepared?.id).toBe('remove-2');
  expect(removing.typed).toBe('');
  expect(listed()).toBe(true);
});

test('what was prepared before can’t be sent once preparing anew failed', async () => {
  await removing.prepare();
  backend.prepareRemove = () => Promise.reject(offline);
  await removing.prepare();
  removing.typed = right;
  await removing.send();
  expect(backend.committed).toEqual([]);
});

test('a difference is looked at before anything can be sent', async () => {
  begin('removeChanged');
  await removing.prepare();
  expect(removing.asking.trouble?.problem.code).toBe('keyChanged');
  expect(removing.prepared).toBeNull();
  await removing.showApples();
  expect(removing.prepared).not.toBeNull();
  expect(backend.requests.at(-1)?.usedFor, 'as Apple has it by now').toEqual({ is: 'unknown' });
});

test('a key that is gone at Apple goes here, too, and nothing is sent', async () => {
  begin('removeGone');
  await removing.prepare();
  await removing.showApples();
  expect(removing.outcome?.is).toBe('alreadyGone');
  expect(listed()).toBe(false);
  expect(backend.committed).toEqual([]);
});

test('a key that Apple’s list still shows keeps its row', async () => {
  begin('removeStillShown');
  await removing.prepare();
  removing.typed = right;
  await removing.send();
  expect(removing.outcome).toMatchObject({ is: 'done', readBack: { is: 'stillShown' } });
  expect(listed()).toBe(true);
});

test('an answer that comes after the dialog was closed changes nothing', async () => {
  let release = () => {};
  backend.hold = new Promise((resolve) => (release = resolve));
  const preparing = removing.prepare();
  removing.asking.leave();
  release();
  await preparing;
  expect(removing.prepared).toBeNull();
});

test('a lost answer is looked for, and the row stays until it is decided', async () => {
  begin('removeLost');
  await removing.prepare();
  removing.typed = right;
  await removing.send();
  expect(removing.outcome?.is).toBe('lost');
  expect(session.lost).toHaveLength(1);
  expect(listed()).toBe(true);
});

test('a removal that turns out to have arrived takes its row away', async () => {
  begin('removeLostGone');
  await removing.prepare();
  removing.typed = right;
  await removing.send();
  await expect.poll(() => session.lost[0]?.found.is).toBe('gone');
  expect(listed()).toBe(false);
});

test('a problem of another code never counts as wrong characters', async () => {
  await removing.prepare();
  backend.commit = () => Promise.reject({ code: 'keyChanged', at: 1 } satisfies Problem);
  removing.typed = right;
  await removing.send();
  expect(removing.wrong).toBe(false);
  expect(removing.asking.trouble?.problem.code).toBe('keyChanged');
});
