// How many there are of something.

import type { Format } from '../format';

/** `1 key`, `1,234 keys`. */
export const counting =
  (format: Format) =>
  (n: number, one: string, many: string): string =>
    format.plural(n) === 'one' ? `1 ${one}` : `${format.number(n)} ${many}`;
