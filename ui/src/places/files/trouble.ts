import type { Problem } from '../../bindings/Problem';
import type { Where } from '../../words/en/problems';

/** A problem and what was being done; `again` does that once more. */
export interface Trouble {
  readonly problem: Problem;
  readonly where: Where;
  readonly again: () => void;
}
