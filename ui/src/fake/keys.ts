// What the fake backend knows about single keys: as Apple has them, described and confirmed here, and whose token it is.

import type { KeyRow } from '../bindings/KeyRow';
import type { News } from '../bindings/News';
import type { Problem } from '../bindings/Problem';
import type { TokenCheck } from '../bindings/TokenCheck';
import type { Wait } from '../fake';
import { digitsIn, spokenGroups } from '../fingerprint';
import type { Scene } from './scenes';

export interface KeysScene {
  /** What reading one key from Apple finds. */
  readonly fresh?: 'gone' | 'otherUse' | 'never' | Problem;
  readonly news?: readonly News[];
  readonly token?: TokenCheck | Problem;
  /** Writing names and notes fails. */
  readonly describeProblem?: Problem;
}

/** As the core answers about a key without reading it: the app of one whose app is not known is left open. */
export function unread(key: KeyRow): KeyRow {
  return key.usedFor.is === 'unknown' ? { ...key, usedFor: { is: 'looking' } } : key;
}

export class FakeKeys {
  readonly #changed = new Map<KeyRow['id'], Partial<KeyRow>>();
  readonly #removed = new Set<KeyRow['id']>();
  readonly #added: KeyRow[] = [];
  #newsKnown = false;

  constructor(
    private readonly scene: Scene,
    private readonly wait: Wait,
  ) {}

  /** Every key, as Apple has it. */
  get all(): KeyRow[] {
    return [...this.scene.keys, ...this.#added].filter(({ id }) => !this.#removed.has(id)).map((key) => ({ ...key, ...this.#changed.get(key.id) }));
  }

  get news(): News[] {
    return this.#newsKnown ? [] : [...(this.scene.news ?? [])];
  }

  add(key: KeyRow): void {
    this.#added.push(key);
  }

  remove(id: KeyRow['id']): void {
    this.#removed.add(id);
  }

  know(): void {
    this.#newsKnown = true;
  }

  find(id: KeyRow['id']): KeyRow {
    const key = this.all.find((one) => one.id === id);
    if (!key) throw { code: 'keyGone', at: Date.now() } satisfies Problem;
    return key;
  }

  #change(id: KeyRow['id'], change: Partial<KeyRow>): KeyRow {
    this.#changed.set(id, { ...this.#changed.get(id), ...change });
    return this.find(id);
  }

  async read(id: KeyRow['id']): Promise<{ key: KeyRow | null; at: number }> {
    await this.wait(250);
    const { fresh } = this.scene;
    const at = Date.now();
    if (fresh === 'never') return new Promise(() => {});
    if (fresh === 'gone' || this.#removed.has(id)) {
      this.#removed.add(id);
      return { key: null, at };
    }
    if (fresh === 'otherUse') return { key: this.#change(id, { usedFor: { is: 'unknown', why: 'otherThanRemembered' } }), at };
    if (fresh !== undefined) throw fresh;
    return { key: this.find(id), at };
  }

  async describe(id: KeyRow['id'], name: string | null, note: string | null): Promise<KeyRow> {
    await this.wait(50);
    if (this.scene.describeProblem) throw this.scene.describeProblem;
    return unread(this.#change(id, { name: name?.trim() || null, note: note?.trim() || null }));
  }

  async confirm(id: KeyRow['id'], typed: string, by: string): Promise<{ key: KeyRow | null }> {
    await this.wait(20);
    const digits = digitsIn(typed);
    const matches = digits.length >= spokenGroups * 4 && (this.find(id).fingerprint ?? '').startsWith(digits);
    return { key: matches ? unread(this.#change(id, { confirmed: { is: 'byVoice', by, at: Date.now() } })) : null };
  }
}
