// One diagnosis of the connection: its lines as they are found, and what they come to.

import type { Account } from '../../bindings/Account';
import type { Check } from '../../bindings/Check';
import type { DiagnosisEvent } from '../../bindings/DiagnosisEvent';
import type { DiagnosisLine } from '../../bindings/DiagnosisLine';
import type { Moment } from '../../bindings/Moment';
import type { Problem } from '../../bindings/Problem';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { words } from '../../words';
import type { Rich } from '../../words/rich';
import type { Around } from '../../words/en/diagnose';

const ofTheNetwork: readonly Check[] = ['proxy', 'name', 'server', 'signer', 'clock'];
const ofAnAccount: readonly Check[] = [...ofTheNetwork, 'keychain', 'keyForm', 'answer', 'role', 'agreements', 'quota'];

export type Stage =
  | { is: 'notYet' }
  | { is: 'running'; check: Check | null }
  | { is: 'stopping' }
  | { is: 'finished'; at: Moment; stopped: boolean }
  | { is: 'failed'; problem: Problem };

export type Tone = 'good' | 'odd' | 'bad' | 'open';

export class Diagnosis {
  /** `null`: there is none yet; then only the way to Apple is checked. */
  account = $state.raw<Account | null>(null);
  stage = $state.raw<Stage>({ is: 'notYet' });
  lines = $state.raw<ReadonlyMap<Check, DiagnosisLine>>(new Map());
  /** All of it as text, once it ended. */
  report = $state.raw<string | null>(null);
  /** Why it could not be stopped, while it goes on. */
  notStopped = $state.raw<Problem | null>(null);
  #run = '';

  constructor(
    readonly session: Session,
    account: Account | null,
  ) {
    this.account = account;
  }

  get checks(): readonly Check[] {
    return this.account === null ? ofTheNetwork : ofAnAccount;
  }

  readonly busy = $derived(this.stage.is === 'running' || this.stage.is === 'stopping');

  /** How many parts were really checked. */
  readonly done = $derived(this.checks.filter((check) => !this.#waits(check)).length);

  readonly around = $derived.by((): Around => {
    const proxy = this.lines.get('proxy')?.found.is;
    const stranger = this.lines.get('signer')?.found.is === 'signedByStranger';
    const notApple = this.lines.get('answer')?.found.is === 'notApple';
    return { proxied: proxy === 'systemProxy' || proxy === 'ownProxy', stranger, notApple, clock: this.lines.get('clock')?.state ?? 'notChecked' };
  });

  /** What was found of a part, as what was found of the others lets it be told; `undefined`: nothing yet. */
  line(check: Check): DiagnosisLine | undefined {
    const line = this.lines.get(check);
    // Something answers in its place.
    return line?.found.is === 'answered' && this.around.notApple ? { ...line, state: 'odd' } : line;
  }

  /** What all of it comes to, and how bad that is. */
  readonly sum = $derived.by((): { tone: Tone; text: Rich } => {
    const say = words.diagnose;
    const { stage } = this;
    const name = this.account?.name ?? null;
    if (stage.is === 'failed') return { tone: 'bad', text: say.failed };
    if (stage.is !== 'finished') return { tone: 'open', text: [say.running] };
    const found = this.checks.flatMap((check) => this.line(check) ?? []);
    const bad = found.filter(({ state }) => state === 'bad');
    const [first] = bad;
    if (first !== undefined) return { tone: 'bad', text: this.#inTheWay(first, bad) };
    if (stage.stopped) return { tone: 'open', text: say.stopped };
    const odd = found.filter(({ state }) => state === 'odd');
    if (odd.length === 0) return { tone: 'good', text: this.account?.sample ? say.worksHere : say.works(name) };
    if (odd.some((line) => line.found.is === 'signedByCompany')) return { tone: 'bad', text: say.readBy(name) };
    return { tone: 'odd', text: say.worksBut(name, odd.length) };
  });

  #inTheWay(first: DiagnosisLine, bad: readonly DiagnosisLine[]): Rich {
    const say = words.diagnose;
    const refused = bad.some(({ found }) => found.is === 'trouble' && found.problem.code === 'notAccepted');
    if (this.account !== null && refused) {
      if (first.check === 'clock') return say.refusedByClock(this.account.name);
      if (first.check === 'answer') return this.around.clock === 'odd' ? say.refusedMaybeByClock(this.account.name) : say.refused(this.account.name);
    }
    return say.inTheWay(first);
  }

  /** How far it is, beside what it comes to. */
  readonly progress = $derived.by((): string => {
    const say = words.diagnose;
    const { stage, done } = this;
    const of = this.checks.length;
    switch (stage.is) {
      case 'notYet':
      case 'failed':
        return '';
      case 'running':
        return say.checked(done, of);
      case 'stopping':
        return say.stopping;
      case 'finished':
        return done === of ? say.allChecked(of, stage.at) : this.sum.tone === 'bad' && !stage.stopped ? say.notAll(done, of, stage.at) : say.checkedSome(done, of, stage.at);
    }
  });

  async start(): Promise<void> {
    if (this.busy) return;
    const run = crypto.randomUUID();
    this.#run = run;
    this.lines = new Map();
    this.report = null;
    this.notStopped = null;
    this.stage = { is: 'running', check: null };
    try {
      await this.session.backend.diagnose(this.account?.id ?? null, run, (event) => this.#take(run, event));
    } catch (thrown) {
      if (this.#run === run) this.stage = { is: 'failed', problem: problemFrom(thrown) };
    }
  }

  async stop(): Promise<void> {
    const { stage } = this;
    if (stage.is !== 'running') return;
    const run = this.#run;
    this.stage = { is: 'stopping' };
    this.notStopped = null;
    try {
      await this.session.backend.stop(run);
    } catch (thrown) {
      if (this.#run !== run || this.stage.is !== 'stopping') return;
      this.stage = stage;
      this.notStopped = problemFrom(thrown);
    }
  }

  /** Another account, from the beginning. */
  async of(account: Account): Promise<void> {
    this.leave();
    this.account = account;
    await this.start();
  }

  /** Nobody looks at it any more: what is on its way is stopped, and changes nothing here. */
  leave(): void {
    const run = this.#run;
    const { busy } = this;
    this.#run = '';
    this.stage = { is: 'notYet' };
    if (busy) void this.session.backend.stop(run).catch(() => {});
  }

  #waits(check: Check): boolean {
    const found = this.lines.get(check)?.found.is;
    return found === undefined || found === 'nothing';
  }

  #take(run: string, event: DiagnosisEvent): void {
    if (this.#run !== run) return;
    switch (event.is) {
      case 'checking':
        if (this.stage.is === 'running') this.stage = { is: 'running', check: event.check };
        break;
      case 'checked':
        this.lines = new Map(this.lines).set(event.line.check, event.line);
        break;
      case 'finished':
        this.stage = { is: 'finished', at: event.at, stopped: event.stopped };
        this.report = event.report;
        this.notStopped = null;
        break;
    }
  }
}
