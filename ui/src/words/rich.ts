// Sentences that hold names: written whole, in one piece, with the names marked inside.

/** A person's or Apple's own words inside a sentence: shown apart, spoken in their language. */
export interface Name {
  readonly name: string;
  /** BCP 47, where it is known. */
  readonly lang?: string | null | undefined;
}

/** Something to be typed or copied exactly: an ID, a file name. */
export interface Code {
  readonly code: string;
}

export type Part = string | Name | Code;
export type Rich = readonly Part[];

export function name(text: string, lang?: string | null): Name {
  return { name: text, lang };
}

export function code(text: string): Code {
  return { code: text };
}

/** A sentence with names in it. */
export function say(texts: TemplateStringsArray, ...parts: Part[]): Rich {
  return texts.flatMap((text, index) => [text, parts[index] ?? '']).filter((part) => part !== '');
}

/** The sentence as plain text. */
export function plain(rich: Rich): string {
  return rich.map(textOf).join('');
}

function textOf(part: Part): string {
  if (typeof part === 'string') return part;
  return 'name' in part ? part.name : part.code;
}

/** How much of a name a sentence shows, in characters: no honest one is longer. */
const longest = 400;

/** The name, or as much of it as leaves the sentence around it in sight. */
export function inSight(text: string): string {
  if (text.length <= longest) return text;
  return `${[...text.slice(0, longest * 2)].slice(0, longest).join('')}…`;
}
