import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Tell } from '../../backend';
import type { ConnectForm } from '../../bindings/ConnectForm';
import type { FoundKey } from '../../bindings/FoundKey';
import type { InventoryEvent } from '../../bindings/InventoryEvent';
import type { NewApiKeyDraft } from '../../bindings/NewApiKeyDraft';
import { FakeBackend } from '../../fake';
import { company, key, person } from '../../fake/data';
import { scenes, type SceneName } from '../../fake/scenes';
import { Session } from '../../session.svelte';
import { Copies } from './copies.svelte';
import { Everywhere } from './everywhere.svelte';
import { NewApiKey } from './newApiKey.svelte';
import { OneAccount } from './one.svelte';

const settled = () => new Promise((done) => setTimeout(done));

function start(scene: SceneName): { backend: FakeBackend; session: Session } {
  const backend = new FakeBackend(scenes[scene], () => Promise.resolve());
  const session = new Session(backend);
  session.accounts = [company, person];
  session.shown = { is: 'account', account: company };
  return { backend, session };
}

describe('an account', () => {
  test('is renamed wherever it is shown', async () => {
    const { backend, session } = start('keys');
    const one = new OneAccount(session, company);
    one.startRenaming();
    one.name = 'Haas & Lindqvist';
    expect(await one.rename()).toBe(true);
    expect(backend.settings.renamed).toEqual(['Haas & Lindqvist']);
    expect(session.accounts[0]?.name).toBe('Haas & Lindqvist');
    expect(session.shown).toMatchObject({ account: { name: 'Haas & Lindqvist' } });
    expect(session.inventory(company).account.name, 'in the dialogs that add to it').toBe('Haas & Lindqvist');
  });

  test('keeps what was typed when the name is taken', async () => {
    const { session } = start('nameTaken');
    const one = new OneAccount(session, company);
    one.startRenaming();
    one.name = person.name;
    expect(await one.rename()).toBe(false);
    expect(one.name).toBe(person.name);
    expect(one.odd).toBe('taken');
    expect(session.accounts[0]?.name).toBe(company.name);
  });

  test('that keeps its name is not sent', async () => {
    const { backend, session } = start('keys');
    const one = new OneAccount(session, company);
    one.startRenaming();
    expect(await one.rename()).toBe(true);
    expect(backend.settings.renamed).toEqual([]);
  });

  test('that was checked says what its API key sees, or why not', async () => {
    const works = new OneAccount(start('keys').session, company);
    await works.check();
    expect(works.checked).toMatchObject({ is: 'works', check: { apps: 12, keys: 8 } });
    const refused = new OneAccount(start('checkRefused').session, company);
    await refused.check();
    expect(refused.checked).toEqual({ is: 'failed' });
    expect(refused.trouble?.problem.code).toBe('notAccepted');
  });
});

describe('a new API key', () => {
  /** A backend that answers when the test says so. */
  class ByHand extends FakeBackend {
    answer: () => void = () => {};
    override async prepareApiKey(account: string, form: ConnectForm): Promise<NewApiKeyDraft> {
      await new Promise<void>((answer) => (this.answer = answer));
      return super.prepareApiKey(account, form);
    }
  }

  let backend: ByHand;
  let session: Session;
  let change: NewApiKey;

  beforeEach(() => {
    backend = new ByHand(scenes.keys, () => Promise.resolve());
    session = new Session(backend);
    session.accounts = [company];
    change = new NewApiKey(session, company);
    change.form.apiKeyId = 'P3R9YB6KQ1';
  });

  async function tried(): Promise<void> {
    const asking = change.ask();
    backend.answer();
    await asking;
  }

  test('starts with what the team’s API keys share', () => {
    expect(change.form.issuerId).toBe(company.issuerId);
  });

  test('is stored only after the person has seen what it sees', async () => {
    await tried();
    expect(change.seen).toMatchObject({ keysSeen: 8, keysKnown: 8 });
    expect(backend.settings.used).toEqual([]);
    await Promise.all([change.use(), change.use()]);
    expect(backend.settings.used, 'once').toEqual(['new-api-key-1']);
    expect(session.accounts[0]?.apiKeyId).toBe('P3R9YB6KQ1');
  });

  test('that is answered after the dialog was closed shows and stores nothing', async () => {
    const asking = change.ask();
    change.leave();
    backend.answer();
    await asking;
    expect(change.seen).toBeNull();
    expect(backend.settings.used).toEqual([]);
  });

  test('that was chosen is held no longer once the dialog is closed, however late it arrives', async () => {
    const forget = vi.spyOn(backend, 'forgetFiles');
    const draft = { id: 'api-key', source: { from: 'pasted' }, proposedId: null } as const;
    vi.spyOn(backend, 'takeApiKey').mockResolvedValue(draft);
    const file = { id: 'file', source: { from: 'pasted' }, locked: false } as const;
    await change.form.takeFiles([file]);
    expect(change.form.draft).toEqual(draft);
    change.leave();
    expect(forget).toHaveBeenCalledTimes(1);
    const late = new NewApiKey(session, company);
    const taking = late.form.takeFiles([file]);
    late.leave();
    await taking;
    expect(late.form.draft).toBeNull();
    expect(forget).toHaveBeenCalledTimes(2);
  });

  test('is tried anew after Back', async () => {
    await tried();
    change.back();
    expect(change.seen).toBeNull();
    await tried();
    expect(backend.settings.tried).toHaveLength(2);
  });

  test('that sees fewer keys than the account had is marked', async () => {
    const { session } = start('lesserApiKey');
    const lesser = new NewApiKey(session, company);
    await lesser.ask();
    expect(lesser.fewer).toBe(true);
  });

  test('has to be tried once more when it is no longer held', async () => {
    await tried();
    backend.useNewApiKey = () => Promise.reject({ code: 'gone', at: 0 });
    await change.use();
    expect(change.seen).toBeNull();
    expect(change.form.trouble?.problem.code).toBe('gone');
  });
});

describe('all accounts', () => {
  test('the keys of a search before are not shown for the one after', async () => {
    const { backend, session } = start('keys');
    const answers: ((found: FoundKey[]) => void)[] = [];
    backend.findEverywhere = () => new Promise((answer) => answers.push(answer));
    const everywhere = new Everywhere(session);
    everywhere.search = 'a';
    everywhere.search = 'ab';
    answers[1]?.([]);
    await settled();
    answers[0]?.([{ account: company, key: key(1, { usedFor: { is: 'allApps' } }) }]);
    await settled();
    expect(everywhere.found).toEqual([]);
    everywhere.search = '  ';
    expect(everywhere.found).toBeNull();
  });

  test('are looked at one by one, and the look can be stopped', async () => {
    const { session } = start('everywhereGoing');
    const everywhere = new Everywhere(session);
    const looking = everywhere.look();
    await settled();
    expect(everywhere.looked).toHaveLength(1);
    expect(everywhere.of).toBe(2);
    await everywhere.stop();
    await looking;
    expect(everywhere).toMatchObject({ looking: false, stopping: false, stopped: true });
  });
});

describe('a copy', () => {
  test('is brought in once, after it was shown', async () => {
    const { backend, session } = start('keys');
    const copies = new Copies(session);
    await copies.choose();
    expect(copies.isNew).toBe(true);
    expect(backend.settings.broughtIn).toEqual([]);
    await Promise.all([copies.bringIn(), copies.bringIn()]);
    expect(backend.settings.broughtIn).toEqual(['copy-1']);
    expect(copies.chosen).toBeNull();
  });

  test('with nothing new has nothing to bring in', async () => {
    const copies = new Copies(start('oldCopy').session);
    await copies.choose();
    expect(copies.isNew).toBe(false);
  });

  test('that is none is told, and what was saved before stays said', async () => {
    const copies = new Copies(start('notACopy').session);
    await copies.save();
    await copies.choose();
    expect(copies.chosen).toBeNull();
    expect(copies.trouble).toMatchObject({ problem: { code: 'copyNotRead' }, where: { is: 'choosingCopy' } });
    expect(copies.saved?.name).toMatch(/^latchkey_names_and_history_/);
  });
});

describe('keys that are being read', () => {
  /** A backend whose readings the test ends by hand, and which knows the ones that were stopped. */
  class Reading extends FakeBackend {
    readings: Tell<InventoryEvent>[] = [];
    stopped: string[] = [];
    override inventory(_: string, __: string, tell: Tell<InventoryEvent>): Promise<void> {
      this.readings.push(tell);
      return new Promise(() => {});
    }
    override async stop(run: string): Promise<void> {
      this.stopped.push(run);
    }
  }

  let backend: Reading;
  let session: Session;

  beforeEach(() => {
    backend = new Reading(scenes.keys, () => Promise.resolve());
    session = new Session(backend);
    session.accounts = [company, person];
    session.shown = { is: 'account', account: company };
    void session.inventory(company).read();
  });

  function readAgain(): boolean {
    backend.readings[0]?.({ is: 'finished', at: 1, stopped: true, allPlaced: false });
    return backend.readings.length === 2;
  }

  test('with the API key before are stopped, and read with the new one', async () => {
    const change = new NewApiKey(session, company);
    change.form.apiKeyId = 'P3R9YB6KQ1';
    await change.ask();
    await change.use();
    expect(backend.stopped).toHaveLength(1);
    expect(readAgain()).toBe(true);
  });

  test('are read again for the names of a copy', async () => {
    const copies = new Copies(session);
    await copies.choose();
    await copies.bringIn();
    expect(readAgain()).toBe(true);
    expect(backend.stopped).toEqual([]);
  });

  test.each([company, person])('are read again to show what changed in an account', (account) => {
    session.shown = { is: 'account', account: company };
    if (account === person) {
      backend.readings = [];
      void session.inventory(person).read();
    }
    new Everywhere(session).show(account);
    expect(readAgain()).toBe(true);
  });
});
