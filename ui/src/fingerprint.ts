// A fingerprint as people read it: sixteen groups of four hex digits.

/** How many groups are confirmed by voice. */
export const spokenGroups = 5;

/** 64 hex digits in groups of four. */
export function groupsOf(fingerprint: string): string[] {
  return fingerprint.match(/.{1,4}/g) ?? [];
}

/** The hex digits in what somebody typed while listening, in lower case. */
export function digitsIn(typed: string): string {
  return typed.toLowerCase().replace(/[^0-9a-f]/g, '');
}
