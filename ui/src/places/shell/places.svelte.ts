// Which place of the window one is in, and which key is open in Keys.

import type { KeyRow } from '../../bindings/KeyRow';

export const placeNames = ['keys', 'apps', 'activity', 'settings'] as const;
export type PlaceName = (typeof placeNames)[number];

export class Places {
  at = $state<PlaceName>('keys');
  openKey = $state<KeyRow['id'] | null>(null);

  go(place: PlaceName): void {
    this.at = place;
  }

  /** Opens the panel of a key of the account that is shown. */
  showKey(key: KeyRow['id']): void {
    this.openKey = key;
    this.at = 'keys';
  }
}
