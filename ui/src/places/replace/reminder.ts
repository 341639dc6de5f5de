// What somebody is asked for, so that a replacement goes on.

import type { Work } from '../../bindings/Work';
import { groupsOf } from '../../fingerprint';
import { words } from '../../words';
import type { Switching } from '../../words/en/messages';

export function switchServer(work: Work): Switching {
  return {
    app: work.app,
    account: work.account.name,
    oldId: work.old.id,
    newId: work.new?.id ?? '',
    fingerprint: work.newFingerprint === null ? null : groupsOf(work.newFingerprint).join(' '),
    oldRemoved: work.oldRemoved !== null,
  };
}

/** `null`: nobody else has to do anything. */
export function reminderOf(work: Work): string | null {
  switch (work.step) {
    case 'addNew':
      return words.messages.askForKeyFile;
    case 'handOver':
    case 'switch':
      return words.messages.switchServer(switchServer(work));
    case 'removeOld':
      return work.new === null ? null : words.messages.oldKeyGoes(work.old.id, work.new.id);
    case 'done':
    case 'stopped':
      return null;
  }
}
