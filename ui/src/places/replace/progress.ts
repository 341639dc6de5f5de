// How far a replacement is, for a person to read.

import type { Moment } from '../../bindings/Moment';
import type { Step } from '../../bindings/Step';
import type { Work } from '../../bindings/Work';

/** A step that somebody has to take. */
export type Taken = Exclude<Step, 'done' | 'stopped'>;

/** The steps of a replacement, in its order. */
export function stepsOf({ kind }: Pick<Work, 'kind'>): readonly Taken[] {
  return kind === 'planned' ? ['addNew', 'handOver', 'switch', 'removeOld'] : ['removeOld', 'addNew', 'handOver'];
}

/** The number of the step that comes next, from 1. */
export function numberOf(work: Work): number {
  const steps = stepsOf(work);
  const index = steps.findIndex((step) => step === work.step);
  return index < 0 ? steps.length : index + 1;
}

/** Since when the step that comes next waits. */
export function waitsSince(work: Work): Moment {
  const planned = work.kind === 'planned';
  switch (work.step) {
    case 'addNew':
      return work.oldRemoved ?? work.begun;
    case 'handOver':
      return Math.max(work.added ?? work.begun, work.oldRemoved ?? 0);
    case 'switch':
      return work.handedOver ?? work.begun;
    case 'removeOld':
      return planned ? (work.switched?.at ?? work.begun) : work.begun;
    case 'done':
    case 'stopped':
      return work.begun;
  }
}

export const finished = ({ step }: Work): boolean => step === 'done' || step === 'stopped';
