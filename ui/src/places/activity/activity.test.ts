import { beforeEach, expect, test } from 'vitest';
import type { ActivityEntry } from '../../bindings/ActivityEntry';
import type { ActivityPage } from '../../bindings/ActivityPage';
import type { ActivityRequest } from '../../bindings/ActivityRequest';
import { FakeBackend } from '../../fake';
import { entries, manyEntries } from '../../fake/activity';
import { company, person } from '../../fake/data';
import { offline, scenes } from '../../fake/scenes';
import { Session } from '../../session.svelte';
import { Activity } from './activity.svelte';
import { fieldsOf } from './fields';

/** A backend whose pages the test hands out. */
class ByHand extends FakeBackend {
  asked: { request: ActivityRequest; answer: (page: ActivityPage) => void; fail: (problem: unknown) => void }[] = [];
  override activity(request: ActivityRequest): Promise<ActivityPage> {
    return new Promise((answer, fail) => this.asked.push({ request, answer, fail }));
  }
}

let backend: ByHand;
let session: Session;
let activity: Activity;

beforeEach(() => {
  backend = new ByHand(scenes.keys, () => Promise.resolve());
  session = new Session(backend);
  session.accounts = [company, person];
  activity = new Activity(session, company);
});

const page = (from: number, to: number, total = 100): ActivityPage => ({ entries: manyEntries.slice(from, to), total });
const numbers = () => activity.entries?.map(({ number }) => number);
const settled = () => new Promise((done) => setTimeout(done));

async function read(): Promise<void> {
  const reading = activity.read();
  backend.asked.at(-1)?.answer(page(10, 60));
  await reading;
}

test('only this account is asked for, until all are', async () => {
  await read();
  expect(backend.asked[0]?.request).toEqual({ account: company.id, search: '', before: null });
  activity.everyone = true;
  expect(backend.asked[1]?.request.account).toBeNull();
});

test('the answer to what was searched for before changes nothing', async () => {
  activity.search = 'a';
  activity.search = 'ab';
  const [first, second] = backend.asked;
  second?.answer(page(0, 3, 3));
  await settled();
  first?.answer(page(0, 50));
  await settled();
  expect(activity.entries).toHaveLength(3);
  expect(activity.found).toBe('ab');
});

test('older entries come after those that are shown, and stay when the newest are read anew', async () => {
  await read();
  const older = activity.older();
  expect(backend.asked.at(-1)?.request.before).toBe(manyEntries[59]?.number);
  backend.asked.at(-1)?.answer(page(60, 100));
  await older;
  expect(activity.entries).toHaveLength(90);

  const again = activity.read();
  backend.asked.at(-1)?.answer(page(5, 55));
  await again;
  expect(numbers()).toEqual(manyEntries.slice(5, 100).map(({ number }) => number));
});

test('when so much is new that a gap would be left, only the newest are shown', async () => {
  const reading = activity.read();
  backend.asked.at(-1)?.answer(page(60, 100));
  await reading;
  const again = activity.read();
  backend.asked.at(-1)?.answer(page(0, 50));
  await again;
  expect(numbers()).toEqual(manyEntries.slice(0, 50).map(({ number }) => number));
});

test('what could not be read leaves what is shown, and is asked for again', async () => {
  await read();
  const again = activity.read();
  backend.asked.at(-1)?.fail(offline);
  await again;
  expect(activity.entries).toHaveLength(50);
  expect(activity.trouble?.where).toEqual({ is: 'readingActivity' });
  activity.trouble?.again();
  backend.asked.at(-1)?.answer(page(0, 50));
  await settled();
  expect(activity.trouble).toBeNull();
});

test('an export holds everything that the search finds', async () => {
  activity.search = ' wetter ';
  backend.asked.at(-1)?.answer(page(0, 1, 1));
  await settled();
  await activity.export('csv');
  expect(backend.activities.exported).toMatchObject([{ request: { account: company.id, search: 'wetter', before: null }, form: 'csv' }]);
  expect(backend.activities.exported[0]?.name).toMatch(/^latchkey_activity_\d{4}-\d\d-\d\d\.csv$/);
});

test('a removed key is added again to its own account, for the app it was for', async () => {
  const removed = entries.find(({ canAddAgain, account }) => canAddAgain && account === company.id) as ActivityEntry;
  await session.inventory(company).read();
  await activity.addAgain(removed);
  expect(session.additions.adding?.account.id).toBe(company.id);
  expect(session.additions.adding?.file?.source).toEqual({ from: 'activity' });
  expect(session.additions.adding?.app?.app.id).toBe(removed.app?.id);
});

test('an entry says all of its fields, and each of them once', () => {
  for (const entry of entries) {
    const labels = fieldsOf(entry).map(({ label }) => label);
    expect(new Set(labels).size, entry.did).toBe(labels.length);
    for (const value of [entry.key, entry.requestId, entry.user, entry.version, entry.accountName]) {
      if (value) expect(fieldsOf(entry).map((field) => field.value), entry.did).toContain(value);
    }
  }
});
