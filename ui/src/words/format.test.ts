import { expect, test } from 'vitest';
import { formatIn, localeFor, stamp } from './format';

test('the first of the system’s languages that fits is taken, with its region', () => {
  expect(localeFor('en', ['de-DE', 'en-US', 'en-GB'], 'en-GB')).toBe('en-US');
});

test('a system set to C or POSIX, which Intl doesn’t know, falls back', () => {
  expect(localeFor('en', ['C'], 'en-GB')).toBe('en-GB');
  expect(localeFor('en', ['C.UTF-8', 'POSIX', ''], 'en-GB')).toBe('en-GB');
  expect(localeFor('en', [], 'en-GB')).toBe('en-GB');
});

test('today and yesterday end at midnight, not after 24 hours', () => {
  const now = new Date(2026, 10, 23, 0, 30).getTime();
  const { day } = formatIn('en-GB', () => now);
  expect(day(now - 20 * 60_000)).toBe('today');
  expect(day(now - 40 * 60_000)).toBe('yesterday');
  expect(day(now - 25 * 3_600_000)).toBe('earlier');
});

test('numbers, dates and lists are written as the system does', () => {
  const at = new Date(2026, 10, 23, 14, 5).getTime();
  const british = formatIn('en-GB');
  expect(british.number(12345)).toBe('12,345');
  expect(british.date(at)).toBe('23 Nov 2026');
  expect(british.time(at)).toBe('14:05');
  expect(british.list(['Foo', 'Bar', 'Baz'])).toBe('Foo, Bar and Baz');
  expect(formatIn('en-US').time(at)).toMatch(/^2:05\sPM$/u);
});

test('the time for support has the zone', () => {
  expect(stamp(new Date(2026, 10, 3, 4, 5, 6).getTime())).toMatch(/^2026-11-03 04:05:06 [+-]\d\d:\d\d$/);
});
