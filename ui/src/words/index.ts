// The words of the window in the person's language. A language is a function of this type: one that
// lacks a sentence doesn't compile.

import { english } from './en';
import { formatIn, localeFor } from './format';

export type Words = ReturnType<typeof english>;

const languages = typeof navigator === 'undefined' ? [] : navigator.languages;

export const words: Words = english(formatIn(localeFor('en', languages, 'en-GB')));
