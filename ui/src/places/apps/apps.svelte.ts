// Which apps are shown, with which key state, and in which order.

import type { AppId } from '../../bindings/AppId';
import type { AppRow } from '../../bindings/AppRow';
import { words } from '../../words';
import { matches } from '../keys/find';
import type { Inventory } from '../keys/inventory.svelte';

export const states = ['own', 'onlyAll', 'none', 'notRead', 'looking'] as const;
/** `onlyAll`: it has no key of its own, but the account has one for all apps. */
export type State = (typeof states)[number];

export const columns = ['name', 'id', 'key'] as const;
export type Column = (typeof columns)[number];

export interface Shown {
  readonly row: AppRow;
  readonly state: State;
  /** Its own keys, with their names. */
  readonly keys: readonly { id: string; name: string | null }[];
}

const collator = new Intl.Collator(words.language, { numeric: true, sensitivity: 'base' });

export class Apps {
  search = $state('');
  /** `null`: whatever their key state is. */
  filter = $state<State | null>(null);
  order = $state.raw<{ column: Column; down: boolean }>({ column: 'name', down: false });

  constructor(readonly inventory: Inventory) {}

  readonly #hasKeyForAll = $derived.by(() => this.inventory.keys.some(({ usedFor }) => usedFor.is === 'allApps'));

  readonly all: readonly Shown[] = $derived.by(() => {
    const names = new Map(this.inventory.keys.map(({ id, name }) => [id, name]));
    return this.inventory.apps.map((row) => ({
      row,
      state: this.#stateOf(row),
      keys: row.key.is === 'own' ? row.key.keys.map((id) => ({ id, name: names.get(id) ?? null })) : [],
    }));
  });

  readonly counts: ReadonlyMap<State, number> = $derived.by(() => {
    const counts = new Map<State, number>();
    for (const { state } of this.all) counts.set(state, (counts.get(state) ?? 0) + 1);
    return counts;
  });

  readonly #found: readonly Shown[] = $derived(
    this.all.filter(
      ({ row, state, keys }) =>
        (this.filter === null || state === this.filter) &&
        (this.search.trim() === '' ||
          matches(this.search, [row.app.name, row.app.bundleId, row.app.id, row.app.sku ?? '', words.apps.states[state], ...keys.flatMap(({ id, name }) => [id, name ?? ''])])),
    ),
  );

  /** Places are given anew when apps come or go, when the person sorts, and when a reading ends: a row never moves
      away from under the hand only because its key became known. */
  readonly #places = $derived.by(() => {
    const { column, down } = this.order;
    const what = `${this.all.map(({ row }) => row.app.id).join()} ${column} ${down} ${this.inventory.busy}`;
    if (what !== this.#placedFor) {
      this.#placedFor = what;
      const way = down ? -1 : 1;
      const sorted = [...this.all].sort((a, b) => way * compare(a, b, column) || compare(a, b, 'name') || compare(a, b, 'id'));
      this.#placed = new Map(sorted.map(({ row }, place) => [row.app.id, place]));
    }
    return this.#placed;
  });
  #placedFor = '';
  #placed = new Map<AppId, number>();

  readonly shown: readonly Shown[] = $derived.by(() => {
    const places = this.#places;
    return [...this.#found].sort((a, b) => (places.get(a.row.app.id) ?? 0) - (places.get(b.row.app.id) ?? 0));
  });

  sortBy(column: Column): void {
    this.order = { column, down: this.order.column === column && !this.order.down };
  }

  showAll(): void {
    this.search = '';
    this.filter = null;
  }

  #stateOf({ key }: AppRow): State {
    switch (key.is) {
      case 'own':
        return 'own';
      case 'none':
        return this.#without();
      case 'notRead':
        return 'notRead';
      case 'notAsked':
        // Once every key has its app, an app that was not asked has none of its own.
        if (this.inventory.allPlaced) return this.#without();
        return this.inventory.busy ? 'looking' : 'notRead';
    }
  }

  #without(): State {
    return this.#hasKeyForAll ? 'onlyAll' : 'none';
  }
}

function compare(a: Shown, b: Shown, column: Column): number {
  switch (column) {
    case 'name':
      return collator.compare(a.row.app.name, b.row.app.name);
    case 'id':
      return collator.compare(a.row.app.id, b.row.app.id);
    case 'key':
      return states.indexOf(a.state) - states.indexOf(b.state) || collator.compare(a.keys[0]?.name ?? '', b.keys[0]?.name ?? '');
  }
}
