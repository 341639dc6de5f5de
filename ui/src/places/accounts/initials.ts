// Two letters that stand for an account where there is no room for its name.

/** The first letters of the first two words that begin with one; of a script without capitals, one. */
export function initials(name: string): string {
  const letters = name
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => [...word][0])
    .filter((letter) => letter !== undefined);
  const two = letters.slice(0, 2).join('');
  return /\p{Lu}|\p{Ll}|\p{N}/u.test(two) ? two.toUpperCase() : (letters[0] ?? '?');
}
