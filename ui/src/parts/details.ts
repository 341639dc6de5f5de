// What support needs to know about a problem: Apple's own words first, then Latchkey's.

import type { AppleError } from '../bindings/AppleError';
import type { Problem } from '../bindings/Problem';
import { words } from '../words';
import { stamp } from '../words/format';

export interface Detail {
  readonly label: string;
  readonly value: string;
  /** For people, not for programs. */
  readonly prose?: boolean;
}

export function detailsOf(problem: Problem): Detail[] {
  const say = words.common.details;
  const { apple } = problem;
  const details: Detail[] = [];
  if (apple) {
    for (const error of withAssociated(apple.errors)) {
      const text = [error.title, error.detail].filter((part) => part !== null && part !== '').join(' ');
      if (text !== '') details.push({ label: say.applesWords, value: text, prose: true });
      details.push({ label: say.status, value: `${error.status ?? apple.status} ${error.code}`.trim() });
      const place = error.pointer ?? error.parameter;
      if (place !== null) details.push({ label: say.place, value: place });
      if (error.id !== null) details.push({ label: say.errorId, value: error.id });
    }
    if (apple.errors.length === 0) details.push({ label: say.status, value: String(apple.status) });
    if (apple.requestId !== null) details.push({ label: say.requestId, value: apple.requestId });
  } else if (problem.code === 'noAnswer') {
    details.push({ label: say.applesWords, value: say.noWords, prose: true });
  }
  details.push({ label: say.latchkey, value: problem.code });
  const technical = technicalOf(problem);
  if (technical !== null) details.push({ label: say.technical, value: technical });
  details.push({ label: say.time, value: stamp(problem.at) });
  return details;
}

export function detailsText(problem: Problem): string {
  return detailsOf(problem)
    .map(({ label, value }) => `${label}: ${value}`)
    .join('\n')
    .concat('\n');
}

function withAssociated(errors: readonly AppleError[]): AppleError[] {
  return errors.flatMap((error) => [error, ...withAssociated(Object.values(error.associated).flat())]);
}

function technicalOf(problem: Problem): string | null {
  switch (problem.code) {
    case 'unexpected':
    case 'keychainMissing':
    case 'keychainRefused':
    case 'keychainFailed':
    case 'notCopied':
    case 'notOpened':
    case 'records':
      return problem.facts.detail;
    case 'noAnswer':
      return `${problem.facts.how}: ${problem.facts.detail}`;
    case 'notApple':
      return `${problem.facts.status} ${problem.facts.contentType ?? ''}`.trim();
    default:
      return null;
  }
}
