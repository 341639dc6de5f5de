// Which rows of Keys are shown, and in which order.

import type { KeyRow } from '../../bindings/KeyRow';
import { matches, rowTexts, sorted, type Column, type Order } from './find';
import type { Inventory } from './inventory.svelte';

export class Rows {
  search = $state('');
  order = $state.raw<Order>({ column: 'name', down: false });

  /** Places are given anew when keys come or go, when the person sorts, and when a reading ends: a row never
      moves away from under the hand only because its app became known. */
  readonly #places = $derived.by(() => {
    const { keys } = this.inventory;
    const what = `${keys.map(({ id, name }) => `${id} ${name}`).join()} ${this.order.column} ${this.order.down} ${this.inventory.busy}`;
    if (what !== this.#placedFor) {
      this.#placedFor = what;
      this.#placed = new Map(sorted(keys, this.order).map(({ id }, place) => [id, place]));
    }
    return this.#placed;
  });
  #placedFor = '';
  #placed = new Map<string, number>();

  readonly shown: readonly KeyRow[] = $derived.by(() => {
    const places = this.#places;
    const { keys } = this.inventory;
    const found = this.search.trim() === '' ? [...keys] : keys.filter((key) => matches(this.search, rowTexts(key)));
    return found.sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
  });

  constructor(readonly inventory: Inventory) {}

  sortBy(column: Column): void {
    this.order = { column, down: this.order.column === column && !this.order.down };
  }
}
