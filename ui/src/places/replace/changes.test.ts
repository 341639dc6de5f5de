import { beforeEach, expect, test } from 'vitest';
import type { KeyRow } from '../../bindings/KeyRow';
import { FakeBackend } from '../../fake';
import { company, keys, person, sample } from '../../fake/data';
import { scenes } from '../../fake/scenes';
import { Session } from '../../session.svelte';
import { numberOf, stepsOf, waitsSince } from './progress';
import { withNew, work } from '../../fake/replacing';
import { CheckingToken } from './checkingToken.svelte';

const old = keys[0] as KeyRow;
let backend: FakeBackend;
let session: Session;

async function begin(scene: keyof typeof scenes) {
  backend = new FakeBackend(scenes[scene], () => Promise.resolve());
  session = new Session(backend);
  await session.start();
  session.inventory(company).keys = [...keys];
}

beforeEach(() => begin('keys'));
const replacing = () => {
  const { replacing } = session.changes;
  if (!replacing) throw new Error('Replace is not open');
  return replacing;
};
const step = () => replacing().work?.step;

test('a planned change goes from adding to the server, and removes the old key last', async () => {
  session.changes.replace(company, old.id);
  await replacing().begin();
  expect(step(), 'nothing begins before the first question is answered').toBeUndefined();
  replacing().kind = 'planned';
  await replacing().begin();
  expect(step()).toBe('addNew');
  expect(session.changes.of(company.id), 'it waits').toHaveLength(1);
});

test('a replacement that is under way is opened where it stands', async () => {
  await begin('replaceSwitch');
  session.changes.replace(company, old.id);
  expect(step()).toBe('switch');
  await expect.poll(() => replacing().asking.busy).toBeNull();
  await replacing().switchedByWord();
  expect(step()).toBe('removeOld');
  expect(replacing().work?.switched).toMatchObject({ is: 'byWord' });
});

test('adding takes the place of the dialog, which comes back with what was added', async () => {
  await begin('replaceAdd');
  session.changes.replace(company, old.id);
  await expect.poll(() => replacing().asking.busy).toBeNull();
  replacing().add();
  expect(session.changes.replacing).toBeNull();
  expect(session.additions.open).toBe(true);
  const { from } = session.additions.adding ?? {};
  expect(from?.work?.id).toBe('work-1');
  backend.replacing.added('work-1', keys[1] as KeyRow);
  session.additions.open = false;
  from?.onadded?.(keys[1] as KeyRow);
  await expect.poll(step).toBe('handOver');
});

test('where Apple takes no second key, the old one goes first', async () => {
  await begin('replaceAdd');
  session.changes.replace(company, old.id);
  await expect.poll(() => replacing().asking.busy).toBeNull();
  replacing().add();
  session.additions.adding?.from.onremovefirst?.();
  await expect.poll(step).toBe('removeOld');
  expect(replacing().work?.kind).toBe('removeFirst');
});

test('removing within a replacement names it, and comes back with the next step', async () => {
  await begin('replaceEmergency');
  session.changes.replace(company, old.id);
  await expect.poll(() => replacing().asking.busy).toBeNull();
  replacing().remove();
  const { removing } = session.changes;
  await expect.poll(() => removing?.prepared).not.toBeNull();
  if (!removing) throw new Error('Remove is not open');
  removing.typed = old.id.slice(-6);
  await removing.send();
  session.changes.removed(removing);
  expect(backend.removing.sent[0]?.work).toBe('work-1');
  await expect.poll(step).toBe('addNew');
});

test('stopped and finished replacements no longer wait', async () => {
  await begin('replaceSwitch');
  const [one] = session.changes.works;
  if (!one) throw new Error('nothing waits');
  session.changes.put(await backend.stopReplace(one.id));
  expect(session.changes.works).toEqual([]);
});

test('a lost removal that arrived brings the replacement on', async () => {
  await begin('replaceEmergency');
  const pending = (await backend.readWork('work-1')).pending;
  expect(pending).toBeNull();
  backend = new FakeBackend({ ...scenes.removeLostGone, works: [work({ kind: 'emergency' })] }, () => Promise.resolve());
  session = new Session(backend);
  await session.start();
  session.inventory(company).keys = [...keys];
  const [one] = session.changes.works;
  if (!one) throw new Error('nothing waits');
  session.changes.removeOld(one);
  const { removing } = session.changes;
  await expect.poll(() => removing?.prepared).not.toBeNull();
  if (!removing) throw new Error('Remove is not open');
  removing.typed = old.id.slice(-6);
  await removing.send();
  session.changes.removed(removing);
  expect(session.additions.lost, 'looking comes first').not.toBeNull();
  await expect.poll(() => session.changes.works[0]?.step).toBe('addNew');
});

test('nothing of a disconnected account waits', async () => {
  await begin('replaceSwitch');
  await session.disconnect(company);
  expect(session.changes.works).toEqual([]);
});

test('a token is proof only if the core says so', async () => {
  await begin('replaceSwitchOld');
  const [one] = session.changes.works;
  if (!one) throw new Error('nothing waits');
  let proofs = 0;
  const checking = new CheckingToken(session, company, one, () => (proofs += 1));
  await checking.paste();
  expect(checking.meaning).toBe('stillOld');
  expect(proofs).toBe(0);
});

test('steps are counted in the order of their kind', () => {
  expect(stepsOf({ kind: 'planned' })).toHaveLength(4);
  expect(numberOf(work(withNew()))).toBe(2);
  expect(numberOf(work({ kind: 'emergency' }))).toBe(1);
  expect(numberOf(work({ kind: 'removeFirst', oldRemoved: 5 }))).toBe(2);
});

test('a step waits since the one before was done', () => {
  const begun = 1000;
  expect(waitsSince(work({ begun }))).toBe(begun);
  expect(waitsSince(work({ ...withNew(), begun, added: 2000 }))).toBe(2000);
  expect(waitsSince(work({ ...withNew(), begun, added: 2000, handedOver: 3000 }))).toBe(3000);
  expect(waitsSince(work({ kind: 'emergency', begun, oldRemoved: 4000 }))).toBe(4000);
  expect(waitsSince(work({ ...withNew(), kind: 'emergency', begun, added: 3000, oldRemoved: 4000 }))).toBe(4000);
});

test('a step that was recorded after its dialog was left is shown where the replacement waits', async () => {
  await begin('replaceHandOver');
  session.changes.replace(company, old.id);
  await expect.poll(() => replacing().asking.busy).toBeNull();
  const left = replacing();
  const recording = left.handOver();
  left.asking.leave();
  session.changes.replacing = null;
  await recording;
  expect(session.changes.works[0]?.step).toBe('switch');
  expect(left.work?.step, 'nobody waits for it there').toBe('handOver');
});

test('a replacement carries the new name of its account', async () => {
  await begin('replaceHandOver');
  session.changed({ ...company, name: 'Haas & Lindqvist' });
  expect(session.changes.works.map(({ account }) => account.name)).toEqual(['Haas & Lindqvist']);
});

test('what waits in other accounts is counted by account, and the sample account never mixes with them', async () => {
  await begin('replaceElsewhere');
  expect(session.changes.elsewhere(company)).toEqual([{ account: person, count: 2 }]);
  expect(session.changes.elsewhere(person)).toEqual([{ account: company, count: 1 }]);
  expect(session.changes.elsewhere(sample)).toEqual([]);
  session.changes.works = [work({ account: sample })];
  expect(session.changes.elsewhere(company)).toEqual([]);
});
