// Every problem in three parts: what happened, what it means for you, what to do now.

import type { Link } from '../../bindings/Link';
import type { Code, Coded } from '../../problem';
import type { Format } from '../format';
import type { Rich } from '../rich';
import { accountProblems } from './accountProblems';
import { appleProblems } from './appleProblems';
import { changeProblems } from './changeProblems';
import { connectionProblems } from './connectionProblems';
import { everythingProblems } from './everythingProblems';
import { keychainProblems } from './keychainProblems';
import { keyFileProblems } from './keyFileProblems';
import type { WhyLetThrough } from './messages';
import { recordsProblems } from './recordsProblems';
import type { Where } from './stakes';
import { windowProblems } from './windowProblems';

export type { Where } from './stakes';

/** What the window can do about a problem. `again` does what failed once more. */
export type Way =
  | { do: 'again' }
  | { do: 'quit' }
  | { do: 'diagnose' }
  | { do: 'copyForIt'; why: WhyLetThrough }
  | { do: 'link'; link: Link }
  | { do: 'copy'; message: 'acceptAgreement' | 'higherRole' | 'askForApiKey' | 'askForKeyFile' };

/** Something to hold against what App Store Connect shows. */
export interface Compare {
  readonly label: string;
  readonly value: string;
  /** `null`: only the person can tell. */
  readonly right: boolean | null;
}

export interface Told {
  readonly happened: Rich;
  readonly means: readonly Rich[];
  readonly doNow: Rich;
  readonly compare?: readonly Compare[];
  readonly ways: readonly Way[];
}

export type Tellers = { readonly [C in Code]: (problem: Coded<C>, where: Where) => Told };

export function problems(format: Format) {
  const tellers: Tellers = {
    ...accountProblems(format),
    ...appleProblems(format),
    ...changeProblems,
    ...connectionProblems,
    ...everythingProblems(format),
    ...keychainProblems,
    ...keyFileProblems(format),
    ...recordsProblems,
    ...windowProblems,
  };

  return {
    tell<C extends Code>(problem: Coded<C>, where: Where): Told {
      return (tellers[problem.code as C] as (problem: Coded<C>, where: Where) => Told)(problem, where);
    },
    copyMessage: {
      acceptAgreement: 'Copy a message to the Account Holder',
      higherRole: 'Copy a message to an Admin',
      askForApiKey: 'Copy a message to an Admin',
      askForKeyFile: 'Copy a message to the engineer',
    },
    compare: { right: 'in order', wrong: 'not in order' },
  };
}
