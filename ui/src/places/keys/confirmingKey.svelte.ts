// Confirming a registered key by voice: the core compares what was read out.

import { Asking } from '../../asking.svelte';
import { digitsIn, groupsOf, spokenGroups, strayLetter } from '../../fingerprint';
import { words } from '../../words';
import type { OpenKey } from './openKey.svelte';

export class ConfirmingKey {
  readonly asking = new Asking<'comparing'>();
  typed = $state('');
  by = $state('');
  /** The groups that were typed are not this key's. */
  differs = $state(false);
  done = $state(false);

  constructor(readonly opened: OpenKey) {}

  readonly stray = $derived(strayLetter(this.typed));
  readonly typedGroups = $derived(Math.floor(digitsIn(this.typed).length / 4));
  readonly answered = $derived(this.stray === null && this.typedGroups >= spokenGroups && this.by.trim() !== '');

  /** The fingerprint with the groups hidden that are asked for. */
  get groups(): (string | null)[] {
    return groupsOf(this.opened.key.fingerprint ?? '').map((group, index) => (index < spokenGroups ? null : group));
  }

  typedAnew(): void {
    this.differs = false;
  }

  async compare(): Promise<void> {
    if (!this.answered) return;
    const { opened } = this;
    const by = this.by.trim();
    await this.asking.ask('comparing', { is: 'confirmingKey' }, () => void this.compare(), async () => {
      const { key } = await opened.session.backend.confirmKey(opened.account.id, opened.key.id, this.typed, by);
      // It is recorded, whoever waits for it.
      if (key) opened.changed(key);
      return () => {
        this.differs = key === null;
        this.done = key !== null;
        if (key) opened.session.announcer.say(words.keys.confirming.done(key.name ?? words.keys.unnamed, by));
      };
    });
  }
}
