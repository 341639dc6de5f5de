// The replacements of the fake backend.

import type { Account } from '../bindings/Account';
import type { KeyRow } from '../bindings/KeyRow';
import type { Problem } from '../bindings/Problem';
import type { Step } from '../bindings/Step';
import type { TokenCheck } from '../bindings/TokenCheck';
import type { Work } from '../bindings/Work';
import type { WorkId } from '../bindings/WorkId';
import type { WorkKind } from '../bindings/WorkKind';
import type { Wait } from '../fake';
import { company, keys as rows, now } from './data';
import { installToken } from './tokens';
import type { FakeKeys } from './keys';
import type { Scene } from './scenes';

export interface ReplacingScene {
  readonly works?: readonly Work[];
}

const day = 86_400_000;

/** The step that comes next, from what is recorded. */
function stepOf(work: Work): Step {
  if (work.step === 'stopped') return 'stopped';
  const planned = work.kind === 'planned';
  if (!planned && work.oldRemoved === null) return 'removeOld';
  if (work.new === null) return 'addNew';
  if (work.handedOver === null) return 'handOver';
  if (planned && work.switched === null) return 'switch';
  return work.oldRemoved === null ? 'removeOld' : 'done';
}

/** A replacement of the first key, as far as is said. */
export function work(change: Partial<Work> = {}): Work {
  const old = rows[0] as KeyRow;
  const { usedFor } = old;
  const one: Work = {
    id: 'work-1',
    kind: 'planned',
    account: company,
    old: { id: old.id, name: old.name, usedFor },
    oldFingerprint: old.fingerprint,
    new: null,
    newFingerprint: null,
    newPrivateKey: null,
    app: usedFor.is === 'app' ? usedFor.app : null,
    step: 'addNew',
    begun: now - 12 * day,
    added: null,
    handedOver: null,
    switched: null,
    oldRemoved: null,
    pending: null,
    ...change,
  };
  return { ...one, step: stepOf(one) };
}

/** The second key, as the one that takes the place of the first. */
export function withNew(): Partial<Work> {
  const { id, name, usedFor, fingerprint, privateKey } = rows[1] as KeyRow;
  return { new: { id, name, usedFor }, newFingerprint: fingerprint, newPrivateKey: privateKey, added: now - 9 * day };
}

export class FakeReplacing {
  #works: Work[];

  constructor(
    private readonly scene: Scene,
    private readonly wait: Wait,
    private readonly keys: FakeKeys,
  ) {
    this.#works = [...(scene.works ?? [])];
  }

  get unfinished(): Work[] {
    return this.#works.filter(({ step }) => step !== 'done' && step !== 'stopped');
  }

  async begin(account: Account, key: KeyRow['id'], kind: WorkKind): Promise<Work> {
    await this.wait(100);
    const open = this.unfinished.find(({ old }) => old.id === key);
    if (open) return open;
    const { id, name, usedFor, fingerprint } = this.keys.find(key);
    const begun = work({
      id: `work-${this.#works.length + 1}`,
      kind,
      account,
      old: { id, name, usedFor },
      oldFingerprint: fingerprint,
      app: usedFor.is === 'app' ? usedFor.app : null,
      begun: Date.now(),
    });
    this.#works.push(begun);
    return begun;
  }

  async read(id: WorkId): Promise<Work> {
    await this.wait(30);
    return this.#find(id);
  }

  #find(id: WorkId): Work {
    const found = this.#works.find((one) => one.id === id);
    if (!found) throw { code: 'gone', at: Date.now() } satisfies Problem;
    return found;
  }

  async change(id: WorkId, change: Partial<Work>): Promise<Work> {
    await this.wait(30);
    return this.#record(id, change);
  }

  #record(id: WorkId, change: Partial<Work>): Work {
    const before = this.#find(id);
    const { step: _, ...rest } = before;
    const after = change.step === 'stopped' ? { ...before, ...change } : work({ ...rest, ...change });
    this.#works = this.#works.map((one) => (one.id === id ? after : one));
    return after;
  }

  added(id: WorkId | null, { id: key, name, usedFor, fingerprint, privateKey }: KeyRow): void {
    if (id === null) return;
    this.#record(id, { new: { id: key, name, usedFor }, newFingerprint: fingerprint, newPrivateKey: privateKey, added: Date.now() });
  }

  removed(id: WorkId | null): void {
    if (id !== null) this.#record(id, { oldRemoved: Date.now() });
  }

  /** The token in the clipboard. It is proof for a replacement whose new key signed it. */
  async token(id: WorkId | null): Promise<TokenCheck> {
    await this.wait(150);
    const { token = installToken } = this.scene;
    if ('code' in token) throw token;
    const before = this.#works.find((one) => one.id === id);
    if (before === undefined || before.new === null || token.signedBy?.id !== before.new.id) return token;
    return { ...token, work: await this.change(before.id, { switched: { is: 'byToken', at: Date.now() } }) };
  }
}
