// A problem as the backend reports it, and what TypeScript can say about its codes.

import type { Problem } from './bindings/Problem';

/** Every code a problem can have. */
export type Code = Problem['code'];

/** A problem with this very code, and so with its facts. */
export type Coded<C extends Code> = Extract<Problem, { code: C }>;

/** Makes a problem of whatever was thrown: the shell may fail before Rust can name what happened. */
export function problemFrom(thrown: unknown): Problem {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'at' in thrown) {
    return thrown as Problem;
  }
  const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return { code: 'unexpected', facts: { detail }, at: Date.now() };
}
