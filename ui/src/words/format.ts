// Numbers, dates and lists as the person's system writes them.

import type { Moment } from '../bindings/Moment';

export type Day = 'today' | 'yesterday' | 'earlier';

export interface Format {
  /** 1,234 */
  number(value: number): string;
  /** 23 Nov 2026 */
  date(at: Moment): string;
  /** 23 November 2026 */
  longDate(at: Moment): string;
  /** Monday, 23 November 2026 */
  weekday(at: Moment): string;
  /** 14:31 */
  time(at: Moment): string;
  /** 14:31:07 */
  timeWithSeconds(at: Moment): string;
  /** Foo, Bar and Baz */
  list(names: readonly string[]): string;
  plural(count: number): Intl.LDMLPluralRule;
  day(at: Moment): Day;
}

/**
 * The first of the system's languages in which `language` can be shown, for example `en-US` for `en`.
 * A system set to `C` or `POSIX` names none that `Intl` knows: then `otherwise`.
 */
export function localeFor(language: string, wanted: readonly string[], otherwise: string): string {
  const known = wanted.find((tag) => {
    try {
      return new Intl.Locale(tag).language === language && Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
    } catch {
      return false;
    }
  });
  return known ?? otherwise;
}

export function formatIn(locale: string, now: () => Moment = Date.now): Format {
  const numbers = new Intl.NumberFormat(locale);
  const dates = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
  const longDates = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
  const weekdays = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const times = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const seconds = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  const plurals = new Intl.PluralRules(locale);
  return {
    number: (value) => numbers.format(value),
    date: (at) => dates.format(at),
    longDate: (at) => longDates.format(at),
    weekday: (at) => weekdays.format(at),
    time: (at) => times.format(at),
    timeWithSeconds: (at) => seconds.format(at),
    list: (names) => lists.format(names),
    plural: (count) => plurals.select(count),
    day(at) {
      const days = Math.round((midnight(now()) - midnight(at)) / 86_400_000);
      return days === 0 ? 'today' : days === 1 ? 'yesterday' : 'earlier';
    },
  };
}

function midnight(at: Moment): number {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}

/** For support, the same in every language: `2026-11-23 14:41:07 +01:00`. */
export function stamp(at: Moment): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${zone}`;
}
