import { describe, expect, test } from 'vitest';
import type { Connection as Way } from '../../bindings/Connection';
import type { Problem } from '../../bindings/Problem';
import { FakeBackend } from '../../fake';
import { company } from '../../fake/data';
import { scenes, type SceneName } from '../../fake/scenes';
import { Session } from '../../session.svelte';
import { Connection } from './connection.svelte';
import { words } from '../../words';
import type { Where } from '../../words/en/problems';
import { plain } from '../../words/rich';
import { OneAccount } from './one.svelte';

function start(scene: SceneName) {
  const backend = new FakeBackend(scenes[scene], () => Promise.resolve());
  const session = new Session(backend);
  return { backend, session, connection: new Connection(session) };
}

describe('the proxy', () => {
  test('that the person gave stands in the field', async () => {
    const { connection } = start('ownProxy');
    await connection.read();
    expect(connection.typed).toBe('10.20.30.40:3128');
  });

  test('is used once it is saved, and taken back with an empty field', async () => {
    const { backend, session, connection } = start('systemProxy');
    await connection.read();
    connection.typed = ' proxy.example.com:8080 ';
    await connection.save();
    expect(await backend.connection()).toMatchObject({ ownProxy: 'proxy.example.com:8080' });
    expect(connection.typed, 'as it is used').toBe('proxy.example.com:8080');
    expect(session.announcer.news?.text).toBe('Saved for all accounts');
    await connection.useSystem();
    expect(await backend.connection()).toEqual({ ownProxy: null, systemProxy: 'proxy.lindqvist-haas.example:8080' });
    expect(connection.typed).toBe('');
  });

  test.each([
    ['proxy', 'noAddress'],
    ['socks5://proxy.example.com:1080', 'otherKind'],
  ])('%s is not used: %s', async (typed, why) => {
    const { connection } = start('ownProxy');
    await connection.read();
    connection.typed = typed;
    await connection.save();
    expect(connection.unusable).toBe(why);
    expect(connection.asking.trouble, 'it is told beside the field').toBeNull();
    expect(connection.typed, 'what was typed stays').toBe(typed);
    expect(connection.way?.ownProxy).toBe('10.20.30.40:3128');
  });

  test.each(['me:secret@proxy.example.com:8080', 'http://me:sec@ret@proxy.example.com:8080'])('%s is refused, and its login leaves the field', async (typed) => {
    const { connection } = start('keys');
    await connection.read();
    connection.typed = typed;
    await connection.save();
    expect(connection.unusable).toBe('login');
    expect(connection.typed).toBe('proxy.example.com:8080');
    expect(words.connection.unusable.login).toContain('was taken out of the field');
  });

  test('that holds a login, and was not saved, leaves the field with the place; any other stays', () => {
    const { connection } = start('keys');
    connection.typed = 'me:secret@proxy.example.com:8080';
    connection.leave();
    expect(connection.typed).toBe('');
    connection.typed = 'proxy.exam';
    connection.leave();
    expect(connection.typed).toBe('proxy.exam');
  });

  test('that is being typed is not overwritten by the one in use when that is known', async () => {
    const { backend, connection } = start('keys');
    let answer: (way: Way) => void = () => {};
    backend.connection = () => new Promise((resolve) => (answer = resolve));
    const reading = connection.read();
    connection.typed = 'proxy.exam';
    answer({ ownProxy: '10.20.30.40:3128', systemProxy: null });
    await reading;
    expect(connection.way?.ownProxy).toBe('10.20.30.40:3128');
    expect(connection.typed).toBe('proxy.exam');
  });

  test('that can’t be taken back leaves what is typed, and says nothing of it', async () => {
    const { backend, connection } = start('ownProxy');
    await connection.read();
    connection.typed = 'proxy.exam';
    backend.useProxy = () => Promise.reject({ code: 'records', facts: { detail: 'disk I/O error' }, at: 0 });
    await connection.useSystem();
    expect(connection.typed).toBe('proxy.exam');
    const trouble = connection.asking.trouble;
    expect(trouble?.where).toEqual({ is: 'usingSystemProxy' });
    const { means } = words.problems.tell(trouble?.problem as Problem, trouble?.where as Where);
    expect(means.map(plain).join(' ')).not.toContain('typed');
  });

  test('that the person gave is told without the system’s, which is of no matter', async () => {
    expect(await start('ownProxy').backend.connection()).toEqual({ ownProxy: '10.20.30.40:3128', systemProxy: null });
  });

  test('that could not be saved stays in the field', async () => {
    const { connection } = start('proxyNotSaved');
    connection.typed = 'proxy.example.com:8080';
    await connection.save();
    expect(connection.asking.trouble).toMatchObject({ problem: { code: 'records' }, where: { is: 'savingProxy' } });
    expect(connection.typed).toBe('proxy.example.com:8080');
  });

  test('that is saved while the one in use is still looked up is not overwritten by it', async () => {
    const { backend, connection } = start('keys');
    let answer: (way: Way) => void = () => {};
    backend.connection = () => new Promise((resolve) => (answer = resolve));
    const reading = connection.read();
    connection.typed = 'proxy.example.com:8080';
    await connection.save();
    answer({ ownProxy: null, systemProxy: null });
    await reading;
    expect(connection.way?.ownProxy).toBe('proxy.example.com:8080');
  });
});

describe('what is left of the hour’s requests', () => {
  test('is shown as Apple last told it', async () => {
    const one = new OneAccount(start('keys').session, company);
    await one.readQuota();
    expect(one.quota).toMatchObject({ remaining: 3412, limit: 3600 });
  });

  test('is known anew after a check', async () => {
    const one = new OneAccount(start('littleLeft').session, company);
    await one.check();
    expect(one.quota).toMatchObject({ remaining: 340, slow: true });
  });

  test('is not shown once it is more than an hour old, and not of an API key that was replaced', async () => {
    const { backend, session } = start('keys');
    const one = new OneAccount(session, company);
    await one.readQuota();
    one.changedApiKey();
    expect(one.quota).toBeNull();
    backend.quota = async () => ({ remaining: 10, limit: 3600, at: Date.now() - 3_600_001, slow: true });
    await one.readQuota();
    expect(one.quota).toBeNull();
  });

  test('and a check of an API key that was replaced meanwhile come too late', async () => {
    const { backend, session } = start('keys');
    const one = new OneAccount(session, company);
    let refuse: (why: unknown) => void = () => {};
    backend.checkAccount = () => new Promise((_, reject) => (refuse = reject));
    const checking = one.check();
    const reading = one.readQuota();
    one.changedApiKey();
    refuse({ code: 'roleTooLow', at: 0 });
    await Promise.all([checking, reading]);
    expect(one.checked).toEqual({ is: 'notYet' });
    expect(one.trouble).toBeNull();
    expect(one.quota).toBeNull();
  });

  test('that can’t be told bothers nobody', async () => {
    const { backend, session } = start('keys');
    backend.quota = () => Promise.reject(new Error('gone'));
    const one = new OneAccount(session, company);
    await one.readQuota();
    expect(one.quota).toBeNull();
    expect(one.trouble).toBeNull();
  });
});

describe('who reads the connection', () => {
  const started = async (scene: SceneName) => {
    const { backend, session } = start(scene);
    await session.start();
    return { backend, session };
  };

  test('is known from the start, and closed until it is somebody else', async () => {
    const { backend, session } = await started('readBy');
    expect(session.readBy).toContain('Northwind');
    session.readByClosed = true;
    backend.happen({ is: 'readBy', by: session.readBy });
    expect(session.readByClosed, 'it is the same').toBe(true);
    backend.happen({ is: 'readBy', by: 'Contoso Proxy CA' });
    expect(session.readByClosed).toBe(false);
    backend.happen({ is: 'readBy', by: null });
    expect(session.readBy).toBeNull();
  });

  test('and when Apple lets something go on, are told as they happen', async () => {
    const { backend, session } = await started('keys');
    backend.happen({ is: 'appleWaits', until: 1234 });
    expect(session.appleWaits).toBe(1234);
    backend.happen({ is: 'appleWaits', until: null });
    expect(session.appleWaits).toBeNull();
  });
});
