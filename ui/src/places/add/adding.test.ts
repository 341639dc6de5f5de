import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Added } from '../../bindings/Added';
import type { AddDraft } from '../../bindings/AddDraft';
import type { AddRequest } from '../../bindings/AddRequest';
import type { KeyRow } from '../../bindings/KeyRow';
import type { Work } from '../../bindings/Work';
import { FakeBackend } from '../../fake';
import { appRows, apps, company, keys } from '../../fake/data';
import { password } from '../../fake/files';
import { offline, scenes, type SceneName } from '../../fake/scenes';
import { problemFrom } from '../../problem';
import { Session } from '../../session.svelte';
import { Adding, type AddFrom } from './adding.svelte';

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

function start(scene: SceneName, from: AddFrom = {}): Adding {
  const session = new Session(new FakeBackend(scenes[scene], () => Promise.resolve()));
  session.accounts = [company];
  return new Adding(session, session.inventory(company), from);
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

describe('a file with a password', () => {
  test('asks for it in place, and is taken once it is open', async () => {
    const adding = start('lockedFile');
    await adding.choose();
    expect(adding.file).toBeNull();
    expect(adding.answered).toBe(false);
    const opened = await adding.session.backend.unlock(adding.locked?.id as string, password, 'run');
    await adding.take(opened);
    expect(adding.locked).toBeNull();
    expect(adding.file?.holds).toBe('privateKey');
  });
});

describe('a pair made here', () => {
  async function saved(scene: SceneName = 'keys', from: AddFrom = {}) {
    const adding = start(scene, from);
    await adding.makePair();
    await adding.next();
    return adding;
  }

  test('is saved before anything else, and needs nobody to confirm it', async () => {
    const adding = await saved();
    expect(adding.made).toEqual({ name: 'private_key.pem', folder: 'documents', protected: true, kept: false });
    expect(adding.step).toBe('key');
    await adding.pair?.copyPassword();
    await adding.next();
    expect(adding.step).toBe('useFor');
  });

  test('goes on only when its password was seen or copied', async () => {
    const adding = await saved();
    expect(adding.answered).toBe(false);
    await adding.pair?.showPassword();
    expect(adding.answered).toBe(true);
  });

  test('stays chosen when the dialog is closed, and its password is forgotten', async () => {
    const adding = await saved();
    const { pair } = adding;
    await pair?.showPassword();
    adding.leave();
    expect(pair?.password).toBeNull();
    expect(adding.pair).toBeNull();
    expect(adding.file?.source.from).toBe('madeHere');
    expect(adding.answered).toBe(true);
  });

  test('is let go of with Back before it is saved', async () => {
    const adding = start('keys');
    await adding.makePair();
    adding.leavePair();
    expect(adding.pair).toBeNull();
    expect(adding.file).toBeNull();
  });

  test('tells a failure after saving where the file is', async () => {
    const adding = await saved('pairThenOffline');
    await adding.pair?.copyPassword();
    await adding.next();
    adding.scope = 'allApps';
    await adding.next();
    await adding.next();
    expect(adding.trouble?.where).toMatchObject({ is: 'adding', saved: { name: 'private_key.pem', folder: 'documents' } });
  });

  test('that the keychain did not take is not called kept', async () => {
    const adding = start('notKept');
    await adding.makePair();
    if (adding.pair) adding.pair.keep = true;
    await adding.next();
    expect(adding.made?.kept).toBe(false);
  });
});

test('a removed key is added again from the second step on', async () => {
  const adding = start('keys', { key: await new FakeBackend(scenes.keys, () => Promise.resolve()).addAgain() });
  expect(adding.step).toBe('useFor');
});

test('an app that was chosen beforehand stays chosen', async () => {
  const [row] = appRows;
  expect(start('keys', row ? { app: row } : {}).app).toBe(row);
});

describe('a replacement’s new key', () => {
  const old = keys[0] as KeyRow;
  const work = { id: 'work-1', app: apps[0], old: { id: old.id, name: old.name, usedFor: old.usedFor } } as Work;

  async function toCheck(scene: SceneName, from: AddFrom) {
    const adding = start(scene, from);
    await adding.choose();
    await adding.withoutConfirming();
    await adding.next();
    return adding;
  }

  test('is for what the old one is for, and is sent as part of the replacement', async () => {
    const adding = await toCheck('keys', { work });
    const { backend } = adding.session;
    const { id } = await backend.beginReplace(company.id, old.id, 'planned');
    expect(id).toBe(work.id);
    await adding.next();
    expect((backend as FakeBackend).sent).toMatchObject([{ work: id, scope: { for: 'oneApp', app: apps[0]?.id } }]);
  });

  test('may be registered already, and is then gone on with', async () => {
    const adding = await toCheck('already', { work });
    expect(adding.answered).toBe(true);
  });

  test('is not the old one', async () => {
    const { already } = (await toCheck('already', { work })).prepared as AddDraft;
    const adding = await toCheck('already', { work: { ...work, old: { ...work.old, id: already as string } } });
    expect(adding.same).toBe(true);
    expect(adding.answered).toBe(false);
  });

  test('leaves the choice where it can’t be told what the old one is for', () => {
    const unknown = { ...work, app: null, old: { ...work.old, usedFor: { is: 'unknown', why: 'stopped' } } } as Work;
    expect(start('keys', { work: unknown }).fixed).toBeNull();
    expect(start('keys', { work: { ...unknown, old: { ...work.old, usedFor: { is: 'allApps' } } } }).fixed).toEqual({ for: 'allApps' });
  });
});

test('whoever asked to be told of the key is told instead of the person', async () => {
  const session = new Session(new FakeBackend(scenes.keys, () => Promise.resolve()));
  const onadded = vi.fn();
  const onclose = vi.fn();
  session.add(company, { onadded, onclose });
  const { adding } = session.additions;
  await adding?.choose();
  await adding?.withoutConfirming();
  if (adding) adding.scope = 'allApps';
  await adding?.next();
  await adding?.next();
  session.additions.close();
  expect(onadded).toHaveBeenCalledOnce();
  expect(onclose).not.toHaveBeenCalled();
  session.add(company, { onadded, onclose });
  session.additions.close();
  expect(onclose).toHaveBeenCalledOnce();
});

test('whoever removes the old key first is not told that the dialog was closed', () => {
  const session = new Session(new FakeBackend(scenes.keys, () => Promise.resolve()));
  const onclose = vi.fn();
  const act = vi.fn();
  session.add(company, { onclose });
  session.additions.leaveFor(act);
  expect(act).toHaveBeenCalledOnce();
  expect(onclose).not.toHaveBeenCalled();
  expect(session.additions.open).toBe(false);
});
