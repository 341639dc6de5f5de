import { expect, test } from 'vitest';
import { digitsIn, groupsOf, strayLetter } from './fingerprint';

test('a fingerprint has sixteen groups of four', () => {
  const groups = groupsOf('0123456789abcdef'.repeat(4));
  expect(groups).toHaveLength(16);
  expect(groups.slice(0, 5)).toEqual(['0123', '4567', '89ab', 'cdef', '0123']);
});

test('what is typed while listening may have blanks, hyphens and capitals', () => {
  expect(digitsIn(' C4EB-626c 06 d7 ')).toBe('c4eb626c06d7');
});

test('a letter that no fingerprint has counts, and is named as it was typed', () => {
  expect(digitsIn('c4e\u2013O \u212A')).toBe('c4eo');
  expect(strayLetter('c4 eb 62 OO')).toBe('O');
  expect(strayLetter('C4EB-626c')).toBeNull();
});
