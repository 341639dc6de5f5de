import { beforeEach, expect, test, vi } from 'vitest';
import type { Added } from '../../bindings/Added';
import type { AddDraft } from '../../bindings/AddDraft';
import type { AddRequest } from '../../bindings/AddRequest';
import { FakeBackend } from '../../fake';
import { appRows, company } from '../../fake/data';
import { offline, scenes } from '../../fake/scenes';
import { problemFrom } from '../../problem';
import { Session } from '../../session.svelte';
import { Adding } from './adding.svelte';

/** A backend whose summaries and answers the test gives. */
class ByHand extends FakeBackend {
  summary: Partial<AddDraft> = {};
  prepared = 0;
  committed: string[] = [];
  held: (() => void) | undefined;
  hold = false;
  commit: () => Promise<Added> = () => Promise.reject(offline);

  override async prepareAdd(request: AddRequest) {
    if (this.hold) await new Promise<void>((release) => (this.held = release));
    this.prepared += 1;
    return { ...(await super.prepareAdd(request)), ...this.summary, id: `add-${this.prepared}` };
  }

  override commitAdd(draft: string) {
    this.committed.push(draft);
    return this.commit();
  }
}

let backend: ByHand;
let adding: Adding;

beforeEach(async () => {
  backend = new ByHand(scenes.keys, () => Promise.resolve());
  const session = new Session(backend);
  session.accounts = [company];
  adding = new Adding(session, session.inventory(company));
  await adding.choose();
  await adding.withoutConfirming();
  adding.app = appRows[3] ?? null;
});
const next = () => adding.next();

test('a summary that arrives after Back or another choice is dropped', async () => {
  const leaving: [string, () => void][] = [
    ['back', () => adding.back()],
    ['scope', () => (adding.scope = 'allApps')],
    ['app', () => (adding.app = appRows[4] ?? null)],
    ['closed', () => adding.leave()],
  ];
  backend.hold = true;
  for (const [how, leave] of leaving) {
    adding.step = 'useFor';
    adding.scope = 'oneApp';
    adding.app = appRows[3] ?? null;
    const work = next();
    leave();
    backend.held?.();
    await work;
    expect(adding.step, how).not.toBe('check');
    expect(adding.prepared, how).toBeNull();
    expect(adding.busy, how).toBeNull();
  }
});

test('after a failed send, Add key prepares anew and sends what says the same', async () => {
  await next();
  await next();
  expect(adding.trouble?.problem).toEqual(offline);
  await next();
  expect(backend.committed).toEqual(['add-1', 'add-2']);
});

test('after a failed send, a summary that says something else is shown and not sent', async () => {
  await next();
  await next();
  const before = adding.summary;
  backend.summary = { already: 'there-by-now' };
  adding.trouble?.again();
  await vi.waitFor(() => expect(adding.prepared?.already).toBe('there-by-now'));
  expect(adding.summary).not.toBe(before);
  expect(adding.trouble).toBeNull();
  expect(backend.committed).toEqual(['add-1']);
});

test('what may have been sent is never sent again without being agreed to once more', async () => {
  backend.commit = () => Promise.reject(problemFrom(new Error('the window lost its other half')));
  await next();
  await next();
  await next();
  expect(backend.prepared).toBe(2);
  expect(backend.committed).toEqual(['add-1']);
  await next();
  expect(backend.committed).toEqual(['add-1', 'add-2']);
});

test('a file that is no longer held is let go, and asked for again', async () => {
  backend.prepareAdd = () => Promise.reject({ code: 'gone', at: 1 });
  await next();
  expect(adding.step).toBe('key');
  expect(adding.file).toBeNull();
  expect(adding.trouble?.problem.code).toBe('gone');
});

test('a confirmation that was skipped can be made after all, with its groups hidden again', async () => {
  adding.back();
  adding.confirmAfterAll();
  expect(adding.groups.slice(0, 5)).toEqual([null, null, null, null, null]);
  expect(adding.answered).toBe(false);
});
