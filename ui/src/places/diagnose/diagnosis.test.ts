import { describe, expect, test } from 'vitest';
import type { Tell } from '../../backend';
import type { DiagnosisEvent } from '../../bindings/DiagnosisEvent';
import { FakeBackend } from '../../fake';
import { diagnoses } from '../../fake/connection';
import { company, person, sample } from '../../fake/data';
import { scenes, type Scene } from '../../fake/scenes';
import { Session } from '../../session.svelte';
import { plain } from '../../words/rich';
import { Diagnosis } from './diagnosis.svelte';

const settled = () => new Promise((done) => setTimeout(done));

/** A backend whose diagnoses are told by hand. */
class ByHand extends FakeBackend {
  readonly tells: Tell<DiagnosisEvent>[] = [];
  readonly stopped: string[] = [];
  stopProblem: Error | null = null;
  override async diagnose(_: string | null, __: string, tell: Tell<DiagnosisEvent>): Promise<void> {
    this.tells.push(tell);
    await new Promise(() => {});
  }
  override async stop(run: string): Promise<void> {
    this.stopped.push(run);
    if (this.stopProblem) throw this.stopProblem;
  }
}

const of = (scene: Scene, account: typeof company | null = company) => new Diagnosis(new Session(new FakeBackend(scene, () => Promise.resolve())), account);

async function sumOf(lines: Scene['diagnosis']['lines'], account: typeof company | null = company): Promise<[string, string, string]> {
  const diagnosis = of({ ...scenes.keys, diagnosis: { lines, going: false } }, account);
  await diagnosis.start();
  return [diagnosis.sum.tone, plain(diagnosis.sum.text), diagnosis.progress.replace(/ at \d\d:\d\d/, '')];
}

describe('what a diagnosis comes to', () => {
  test('is that everything works, if everything does', async () => {
    expect(await sumOf(diagnoses.good)).toEqual(['good', 'Everything works: Apple accepts Lindqvist & Haas.', 'Checked all 11.']);
    expect(await sumOf(diagnoses.good, null), 'without an account').toEqual(['good', 'A server answers; whether it is Apple’s shows only with an account.', 'Checked all 5.']);
  });

  test('is the clock, if that is why Apple refuses', async () => {
    expect(await sumOf(diagnoses.clock)).toEqual([
      'bad',
      'Apple refuses Lindqvist & Haas because this computer’s clock is wrong.',
      'Checked 8 of 11. The other 3 have to wait until that is settled.',
    ]);
  });

  test('is a refusal, with the clock as what may be why, if that is off a little', async () => {
    const lines = diagnoses.clock.map((line) => (line.check === 'clock' ? { ...line, state: 'odd' as const } : line));
    expect((await sumOf(lines))[1]).toBe('Apple refuses Lindqvist & Haas; this computer’s clock may be why.');
  });

  test('is a refusal, if the clock is right', async () => {
    const lines = diagnoses.clock.map((line) => (line.check === 'clock' ? { ...line, state: 'good' as const } : line));
    expect((await sumOf(lines))[1]).toBe('Apple refuses Lindqvist & Haas.');
  });

  test('is who can read the connection, though it works', async () => {
    expect((await sumOf(diagnoses.company))[1]).toBe('Apple accepts Lindqvist & Haas, but your company can read the connection.');
  });

  test('is that the connection is not secure, if a stranger signed it', async () => {
    const [tone, text] = await sumOf(diagnoses.stranger);
    expect([tone, text]).toEqual(['bad', 'The connection to Apple is not secure, so Latchkey doesn’t use it.']);
  });

  test('is the first part that stands in the way', async () => {
    expect((await sumOf(diagnoses.offline))[1]).toBe('The way to Apple can’t be found from here.');
    expect((await sumOf(diagnoses.keychain))[1]).toBe('The keychain stayed locked.');
    expect((await sumOf(diagnoses.captive))[1]).toBe('Something other than Apple’s server answers.');
    expect(await sumOf(diagnoses.agreements)).toEqual(['bad', 'Apple waits for an agreement to be accepted.', 'Checked 10 of 11. The other one has to wait until that is settled.']);
  });

  test('of the sample account names no Apple, and counts what needs no check as checked', async () => {
    expect(await sumOf(diagnoses.here, sample)).toEqual(['good', 'Everything works. This is the sample account: nothing reached Apple.', 'Checked all 11.']);
  });

  test('leaves in order no server that turns out to be none of Apple’s', async () => {
    const diagnosis = of({ ...scenes.keys, diagnosis: { lines: diagnoses.captive, going: false } });
    await diagnosis.start();
    expect(diagnosis.line('server')?.state).toBe('odd');
    expect(diagnosis.line('name')?.state).toBe('good');
  });

  test('counts what there is to know', async () => {
    expect(await sumOf(diagnoses.odd)).toEqual(['odd', 'Apple accepts Lindqvist & Haas, with 3 things to know.', 'Checked all 11.']);
  });
});

describe('a diagnosis', () => {
  function byHand() {
    const backend = new ByHand(scenes.keys, () => Promise.resolve());
    const session = new Session(backend);
    session.accounts = [company, person];
    const diagnosis = new Diagnosis(session, company);
    return { backend, diagnosis };
  }

  test('shows each line as it comes, and which part is being checked', () => {
    const { backend, diagnosis } = byHand();
    void diagnosis.start();
    const [tell] = backend.tells;
    tell?.({ is: 'checking', check: 'proxy' });
    expect(diagnosis.stage).toEqual({ is: 'running', check: 'proxy' });
    expect(diagnosis.progress).toBe('Checked 0 of 11…');
    tell?.({ is: 'checked', line: { check: 'proxy', state: 'good', found: { is: 'noProxy' } } });
    expect(diagnosis.lines.get('proxy')?.found).toEqual({ is: 'noProxy' });
    expect(diagnosis.progress).toBe('Checked 1 of 11…');
  });

  test('has a report only once it ended', async () => {
    const diagnosis = of(scenes.keys);
    const running = diagnosis.start();
    expect(diagnosis.report).toBeNull();
    await running;
    expect(diagnosis.report).toContain('Latchkey');
  });

  test('is stopped once, and keeps what it found', async () => {
    const { backend, diagnosis } = byHand();
    void diagnosis.start();
    backend.tells[0]?.({ is: 'checked', line: { check: 'proxy', state: 'good', found: { is: 'noProxy' } } });
    await Promise.all([diagnosis.stop(), diagnosis.stop()]);
    expect(backend.stopped).toHaveLength(1);
    backend.tells[0]?.({ is: 'finished', at: Date.now(), stopped: true, report: 'R' });
    expect(plain(diagnosis.sum.text)).toBe('Stopped before the end.');
    expect(diagnosis.lines.size).toBe(1);
  });

  test('that could not be stopped goes on, and says so', async () => {
    const { backend, diagnosis } = byHand();
    backend.stopProblem = new Error('no');
    void diagnosis.start();
    await diagnosis.stop();
    expect(diagnosis.stage.is).toBe('running');
    expect(diagnosis.notStopped).toMatchObject({ code: 'unexpected' });
    backend.stopProblem = null;
    await diagnosis.stop();
    expect(diagnosis.notStopped, 'it is being stopped now').toBeNull();
  });

  test('runs once at a time', () => {
    const { backend, diagnosis } = byHand();
    void diagnosis.start();
    void diagnosis.start();
    expect(backend.tells).toHaveLength(1);
  });

  test('that nobody looks at any more is stopped, and what it tells then changes nothing', async () => {
    const { backend, diagnosis } = byHand();
    void diagnosis.start();
    diagnosis.leave();
    expect(backend.stopped).toHaveLength(1);
    backend.tells[0]?.({ is: 'finished', at: Date.now(), stopped: true, report: 'late' });
    await settled();
    expect(diagnosis.stage.is).toBe('notYet');
    expect(diagnosis.report).toBeNull();
  });

  test('of another account starts from the beginning', () => {
    const { backend, diagnosis } = byHand();
    void diagnosis.start();
    backend.tells[0]?.({ is: 'checked', line: { check: 'proxy', state: 'good', found: { is: 'noProxy' } } });
    void diagnosis.of(person);
    expect(diagnosis.account).toEqual(person);
    expect(diagnosis.lines.size).toBe(0);
    backend.tells[0]?.({ is: 'checked', line: { check: 'proxy', state: 'good', found: { is: 'noProxy' } } });
    expect(diagnosis.lines.size, 'told by the one before').toBe(0);
  });

  test('that can’t be begun says why', async () => {
    const backend = new FakeBackend(scenes.keys, () => Promise.resolve());
    backend.diagnose = () => Promise.reject({ code: 'noSuchAccount', at: Date.now() });
    const diagnosis = new Diagnosis(new Session(backend), company);
    await diagnosis.start();
    expect(diagnosis.stage).toMatchObject({ is: 'failed', problem: { code: 'noSuchAccount' } });
    expect(diagnosis.busy).toBe(false);
  });
});
