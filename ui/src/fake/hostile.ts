// A backend whose every name and text was written by somebody who means harm.

import type { Backend } from '../backend';

const markup = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script><b>bold</b><style>*{display:none}</style>';
const rightToLeft = '\u202egnp.exe \u2066\u2067 \u202d\u200f\u061c txt';
const control = 'a\u0000b\u0007c\u001b[31md\u0008\u007f\u0085\u2028\u2029\r\n\tz\ufeff\u200b';

export const hostileTexts = {
  markup: `${markup} ${rightToLeft} ${control}`,
  long: 'W'.repeat(5000),
  zalgo: [...'Zalgo comes'].map((letter) => letter + '\u0300\u0316\u0301'.repeat(5)).join(''),
};

export type Hostility = keyof typeof hostileTexts;

/** Fields that hold text which somebody typed, or which came from a server. */
const texts = new Set([
  'account',
  'address',
  'appName',
  'by',
  'bundleId',
  'code',
  'contentType',
  'detail',
  'downloadedFrom',
  'file',
  'host',
  'name',
  'note',
  'pointer',
  'proposedName',
  'report',
  'requestId',
  'signer',
  'sku',
  'title',
  'user',
]);

/** Closed lists of codes and IDs that the core has parsed stand under the same names. */
const parsed = /^(a-[a-z]+|[a-z]+[A-Za-z]*|[a-z-]+-[\d-]+)$/;

function spoil(value: unknown, text: string, field = ''): unknown {
  if (typeof value === 'string') return texts.has(field) && !parsed.test(value) ? text : value;
  if (Array.isArray(value)) return value.map((one) => spoil(one, text, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, spoil(one, text, key === 'accounts' || key === 'apps' ? 'name' : key)]));
}

export function hostile(backend: Backend, is: Hostility): Backend {
  const text = hostileTexts[is];
  return new Proxy(backend, {
    get(target, method) {
      const original = Reflect.get(target, method) as unknown;
      if (typeof original !== 'function') return original;
      return (...given: unknown[]) => {
        const spoiled = given.map((one) => (typeof one === 'function' ? (event: unknown) => one(spoil(event, text)) : one));
        const answer = original.apply(target, spoiled) as Promise<unknown>;
        return answer.then(
          (value) => spoil(value, text),
          (thrown: unknown) => Promise.reject(spoil(thrown, text)),
        );
      };
    },
  });
}
