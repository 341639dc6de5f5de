// How the fake backend removes a key.

import type { Account } from '../bindings/Account';
import type { KeyRow } from '../bindings/KeyRow';
import type { Pending } from '../bindings/Pending';
import type { Problem } from '../bindings/Problem';
import type { RemoveDraft } from '../bindings/RemoveDraft';
import type { Removed } from '../bindings/Removed';
import type { RemoveRequest } from '../bindings/RemoveRequest';
import type { Wait } from '../fake';
import { company, keys as rows, now } from './data';
import type { FakeKeys } from './keys';
import type { FakeReplacing } from './replacing';
import type { Scene } from './scenes';

export interface RemovingScene {
  /** What preparing answers, in turn; the last one stays. */
  readonly removable?: readonly (Problem | 'yes')[];
  readonly removed?: 'done' | 'stillShown' | 'alreadyGone' | 'unknown' | 'never' | Problem;
}

const lostRemoval = rows[4] as KeyRow;

/** A removal whose answer was lost. */
export function pendingRemoval(key: KeyRow = lostRemoval): Pending {
  const app = key.usedFor.is === 'app' ? key.usedFor.app : null;
  return {
    id: 'pending-removal',
    change: { is: 'remove', key: key.id },
    account: company.name,
    accountId: company.id,
    app: app?.id ?? null,
    appName: app?.name ?? null,
    fingerprint: key.fingerprint,
    name: key.name,
    sent: now - 30_000,
    decidedAfter: now + 120_000,
    work: null,
  };
}

export class FakeRemoving {
  /** What was sent. */
  readonly sent: RemoveRequest[] = [];
  #request: RemoveRequest | undefined;
  #turn = 0;

  constructor(
    private readonly scene: Scene,
    private readonly wait: Wait,
    private readonly keys: FakeKeys,
    private readonly replacing: FakeReplacing,
  ) {}

  async prepare(request: RemoveRequest, account: Account): Promise<RemoveDraft> {
    await this.wait(300);
    const answers = this.scene.removable ?? ['yes'];
    const answer = answers[Math.min(this.#turn++, answers.length - 1)];
    if (answer !== 'yes' && answer !== undefined) throw answer;
    this.#request = request;
    const key = this.keys.find(request.key);
    const { usedFor } = key;
    const others = this.keys.all.filter(
      (one) => one.id !== key.id && (one.usedFor.is === 'allApps' || (one.usedFor.is === 'app' && usedFor.is === 'app' && one.usedFor.app.id === usedFor.app.id)),
    );
    return { id: `remove-${this.#turn}`, account, key, readAt: Date.now(), others: others.map(({ id, name, usedFor }) => ({ id, name, usedFor })) };
  }

  /** The key of a lost removal is gone after all; without a request, of the one from the last time. */
  went(): KeyRow {
    const key = this.keys.find(this.#request?.key ?? lostRemoval.id);
    this.keys.remove(key.id);
    this.replacing.removed(this.#request?.work ?? null);
    return key;
  }

  async commit(typed: string): Promise<Removed> {
    const request = this.#request;
    if (request === undefined) throw { code: 'gone', at: Date.now() } satisfies Problem;
    if (!request.key.endsWith(typed.trim().toLowerCase())) throw { code: 'wrongLastSix', at: Date.now() } satisfies Problem;
    const key = this.keys.find(request.key);
    const { removed = 'done' } = this.scene;
    this.sent.push(request);
    if (removed === 'never') return new Promise(() => {});
    await this.wait(500);
    if (typeof removed === 'object') throw removed;
    const at = Date.now();
    if (removed === 'unknown') {
      const problem: Problem = { code: 'noAnswer', facts: { how: 'timeout', detail: 'no answer after 30 s', signer: null }, at };
      return { is: 'unknown', pending: { ...pendingRemoval(key), sent: at - 30_000, decidedAfter: at + 120_000, work: request.work }, problem };
    }
    this.keys.remove(key.id);
    this.replacing.removed(request.work);
    if (removed === 'alreadyGone') return { is: 'alreadyGone', key, at };
    return { is: 'done', key, at, readBack: { is: removed === 'stillShown' ? 'stillShown' : 'gone' } };
  }
}
