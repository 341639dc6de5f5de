// Checking a token that a server issued.

import { Asking } from '../../asking.svelte';
import type { Account } from '../../bindings/Account';
import type { TokenCheck } from '../../bindings/TokenCheck';
import type { Work } from '../../bindings/Work';
import type { Session } from '../../session.svelte';

/** What the check means for a replacement. */
export type Meaning = 'switched' | 'stillOld' | 'notProof' | null;

export class CheckingToken {
  readonly asking = new Asking<'checking'>();
  token = $state.raw<TokenCheck | null>(null);

  constructor(
    readonly session: Session,
    readonly account: Account,
    /** The replacement it may be proof for. */
    readonly work: Work | null,
    readonly proof: (token: TokenCheck) => void,
  ) {}

  readonly meaning = $derived.by<Meaning>(() => {
    const { token, work } = this;
    if (token === null || work === null) return null;
    if (token.work !== null) return 'switched';
    if (token.signedBy?.id === work.old.id) return 'stillOld';
    return token.signedBy !== null && token.signedBy.id === work.new?.id ? 'notProof' : null;
  });

  paste(): Promise<void> {
    return this.asking.ask('checking', { is: 'checkingToken' }, () => void this.paste(), async () => {
      this.token = null;
      const token = await this.session.backend.checkPastedToken(this.account.id, this.work?.id ?? null);
      // What was recorded stays recorded, whoever waits for it.
      if (token.work !== null) this.proof(token);
      return () => (this.token = token);
    });
  }
}
