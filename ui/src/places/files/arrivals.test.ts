import { beforeEach, expect, test, vi } from 'vitest';
import { FakeBackend } from '../../fake';
import { company, keys, person } from '../../fake/data';
import { password } from '../../fake/files';
import { scenes } from '../../fake/scenes';
import { Session } from '../../session.svelte';
import type { Arrivals } from './arrivals.svelte';

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
  const its = keys.find(({ name }) => name === 'Wetterfrosch website');
  await arrivals.check(arrivals.files[0]?.id as string, company, its?.id as string);
  expect(arrivals.proved).toHaveLength(1);
  expect(session.inventory(company).keys).toMatchObject([{ id: its?.id, privateKey: { is: 'inAFile' } }]);
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
