// How far a clock is off.

import type { Format } from '../format';
import { counting } from './counting';

/** In the largest unit of which there are at least one and a half. */
export function howFar(format: Format, seconds: number): string {
  const off = Math.abs(seconds);
  const count = counting(format);
  if (off < 90) return count(Math.round(off), 'second', 'seconds');
  if (off < 90 * 60) return count(Math.round(off / 60), 'minute', 'minutes');
  if (off < 36 * 3600) return count(Math.round(off / 3600), 'hour', 'hours');
  return count(Math.round(off / 86_400), 'day', 'days');
}

/** `11 minutes fast`. */
export function fastOrSlow(format: Format, ahead: number): string {
  return ahead > 0 ? `${howFar(format, ahead)} fast` : `${howFar(format, ahead)} slow`;
}
