// Why a copy of names and history can't be brought in, and what to do about it.

import type { CopyTrouble } from '../../bindings/CopyTrouble';
import { code, say, type Rich } from '../rich';

const doNow: Record<CopyTrouble, string> = {
  unreadable: 'Look whether it can be opened at all, then choose it again.',
  notACopy: 'Choose a file that was made with “Save a copy of names and history…”.',
  newer: 'Update Latchkey on this computer, then bring the copy in.',
  tooLarge: 'Choose a file that was made with “Save a copy of names and history…”.',
  otherServer: 'Bring it in where Latchkey is connected to the same server.',
};

function happened(file: string, why: CopyTrouble): Rich {
  switch (why) {
    case 'unreadable':
      return say`${code(file)} could not be read.`;
    case 'notACopy':
      return say`${code(file)} is no copy of names and history.`;
    case 'newer':
      return say`${code(file)} was made by a newer Latchkey.`;
    case 'tooLarge':
      return say`${code(file)} is far larger than any copy of names and history.`;
    case 'otherServer':
      return say`${code(file)} comes from a Latchkey that was connected to another server than Apple’s.`;
  }
}

export function copyNotRead(file: string, why: CopyTrouble): { happened: Rich; doNow: Rich } {
  return { happened: happened(file, why), doNow: [doNow[why]] };
}
