import { expect, test } from 'vitest';
import { digitsIn, groupsOf } from './fingerprint';

test('a fingerprint has sixteen groups of four', () => {
  const groups = groupsOf('0123456789abcdef'.repeat(4));
  expect(groups).toHaveLength(16);
  expect(groups.slice(0, 5)).toEqual(['0123', '4567', '89ab', 'cdef', '0123']);
});

test('what is typed while listening may have blanks, hyphens and capitals', () => {
  expect(digitsIn(' C4EB-626c 06 d7 ')).toBe('c4eb626c06d7');
});
