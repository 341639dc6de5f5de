// A fingerprint as people read it: sixteen groups of four hex digits.

/** How many groups are confirmed by voice. */
export const spokenGroups = 5;

/** 64 hex digits in groups of four. */
export function groupsOf(fingerprint: string): string[] {
  return fingerprint.match(/.{1,4}/g) ?? [];
}

/** What counts of what somebody typed while listening: ASCII letters and digits, in lower case, as in the core. */
export function digitsIn(typed: string): string {
  return typed.replace(/[^0-9A-Za-z]/g, '').toLowerCase();
}

/** The first letter, as typed, that no fingerprint has. */
export function strayLetter(typed: string): string | null {
  return typed.match(/[G-Zg-z]/)?.[0] ?? null;
}
