import { beforeEach, expect, test, vi } from 'vitest';
import type { KeyRow } from '../../bindings/KeyRow';
import { FakeBackend } from '../../fake';
import { company, keys, now, person } from '../../fake/data';
import { password } from '../../fake/files';
import { scenes } from '../../fake/scenes';
import { Session } from '../../session.svelte';
import type { Arrivals } from './arrivals.svelte';

const its = keys.find(({ name }) => name === 'Wetterfrosch website') as KeyRow;
let backend: FakeBackend;
let session: Session;

beforeEach(async () => {
  backend = new FakeBackend(scenes.keys, () => Promise.resolve());
  session = new Session(backend);
  await session.start();
});

async function arrive(...names: string[]): Promise<Arrivals> {
  backend.files.arrive(names);
  const arrivals = session.arrivals as Arrivals;
  await vi.waitFor(() => expect(arrivals.busy).toBe(false));
  return arrivals;
}

test('files that arrive are identified against the account that is shown, and nothing else happens', async () => {
  const arrivals = await arrive('marketplace_public.pem', 'id_server_2019.key');
  expect(arrivals.found).toMatchObject([
    { what: { is: 'publicKey', keys: [{ account: { id: company.id } }] } },
    { what: { is: 'unusable' } },
  ]);
  expect(session.additions.open).toBe(false);
  expect(backend.sent).toEqual([]);
});

test('keys of other accounts are compared on request only', async () => {
  const arrivals = await arrive('papierkram_public.pem');
  expect(arrivals.found[0]?.what).toMatchObject({ keys: [] });
  arrivals.compareEverywhere(true);
  await vi.waitFor(() => expect(arrivals.found[0]?.what).toMatchObject({ keys: [{ account: { id: person.id } }] }));
});

test('an answer to the old question does not replace the one to the new', async () => {
  const arrivals = await arrive('papierkram_public.pem');
  arrivals.compareEverywhere(true);
  arrivals.compareEverywhere(false);
  await vi.waitFor(() => expect(arrivals.busy).toBe(false));
  expect(arrivals.found[0]?.what).toMatchObject({ keys: [] });
});

test('a locked file is identified once it is open', async () => {
  const arrivals = await arrive('papierkram_locked.pem');
  expect(arrivals.found[0]?.what.is).toBe('locked');
  const [file] = arrivals.files;
  arrivals.unlocked(await backend.unlock(file?.id as string, password, 'run'));
  await vi.waitFor(() => expect(arrivals.found[0]?.what.is).toBe('privateKey'));
});

test('a private key is checked only when asked, and then noted with its key', async () => {
  const arrivals = await arrive('wetterfrosch_private.pem');
  expect(arrivals.proved).toEqual([]);
  session.inventory(company).keys = [its];
  await arrivals.check(arrivals.files[0]?.id as string, company, its.id);
  expect(arrivals.proved).toHaveLength(1);
  expect(session.inventory(company).keys).toMatchObject([{ id: its.id, privateKey: { is: 'inAFile', at: now } }]);
});

test('a private key that was proved starts no reading, whatever the key is for', async () => {
  const arrivals = await arrive('wetterfrosch_private.pem');
  const reading = vi.spyOn(backend, 'inventory');
  backend.checkPrivateKey = async () => ({ is: 'its', key: { ...its, usedFor: { is: 'looking' } } });
  await arrivals.check(arrivals.files[0]?.id as string, company, its.id);
  expect(arrivals.proved).toHaveLength(1);
  expect(reading).not.toHaveBeenCalled();
});

test('a private key that does not fit is told so', async () => {
  const arrivals = await arrive('papierkram_private.pem');
  const file = arrivals.files[0]?.id as string;
  await arrivals.check(file, company, its.id);
  expect(arrivals.proved).toEqual([]);
  expect(arrivals.isRefuted(file, company, its.id)).toBe(true);
  expect(arrivals.isRefuted(file, person, its.id)).toBe(false);
  arrivals.take([]);
  expect(arrivals.isRefuted(file, company, its.id)).toBe(false);
});

test('what a check has noted is shown, although its dialog was closed', async () => {
  const arrivals = await arrive('wetterfrosch_private.pem');
  session.inventory(company).keys = [its];
  const checking = arrivals.check(arrivals.files[0]?.id as string, company, its.id);
  arrivals.leaveFor(() => {});
  await checking;
  expect(session.inventory(company).keys).toMatchObject([{ privateKey: { is: 'inAFile', at: now } }]);
});

test('a check that failed says what it means for the key', async () => {
  const arrivals = await arrive('papierkram_locked.pem');
  await arrivals.check(arrivals.files[0]?.id as string, company, its.id);
  expect(arrivals.trouble?.where).toEqual({ is: 'checkingPrivateKey' });
});

test('files that come while another dialog is open are left alone', () => {
  session.dialogs = 1;
  backend.files.arrive(['papierkram_public.pem']);
  expect(session.arrivals).toBeNull();
  expect(session.announcer.news?.icon).toBe('info');
});

test('a dialog that takes files gets them, until it no longer does', () => {
  const taken: string[] = [];
  const stop = session.takeFiles((files) => taken.push(...files.map(({ id }) => id)));
  backend.files.arrive(['papierkram_public.pem']);
  expect(taken).toHaveLength(1);
  expect(session.arrivals).toBeNull();
  stop();
  backend.files.arrive(['papierkram_public.pem']);
  expect(session.arrivals).not.toBeNull();
});

test('closed, the core forgets the files; gone on with, it does not', async () => {
  const forget = vi.spyOn(backend, 'forgetFiles');
  (await arrive('papierkram_public.pem')).leaveFor(() => {});
  expect(forget).not.toHaveBeenCalled();
  (await arrive('papierkram_public.pem')).close();
  expect(forget).toHaveBeenCalledOnce();
});
