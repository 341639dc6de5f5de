import { expect, test } from 'vitest';
import { key as keyRow, apps, company } from '../fake/data';
import { handOver } from '../places/add/message';
import { english } from './en';
import { formatIn } from './format';
import { plain } from './rich';

const app = apps[3];
if (!app) throw new Error('no app');
const words = english(formatIn('en-GB'));
const at = new Date(2026, 10, 23).getTime();

test('the engineer is told everything the server needs, and to keep the secrets', () => {
  const key = keyRow(5, { name: 'Papierkram website', usedFor: { is: 'app', app } });
  const message = words.messages.handOver(handOver(key, company, at));
  for (const part of [
    `App: ${app.name}`,
    `Bundle ID: ${app.bundleId}`,
    `Apple ID: ${app.id}`,
    `Distribution key ID (goes into kid): ${key.id}`,
    `Account: ${company.name}`,
    'do not send the .p8',
  ]) {
    expect(message).toContain(part);
  }
  expect(message, 'the fingerprint in groups of four').toMatch(/Fingerprint \(SHA-256\): ([0-9a-f]{4} ){15}[0-9a-f]{4}\n/);
  expect(message).toMatch(/Date: .*2026/);
});

test('a key for all apps says so, and an unreadable one has no fingerprint', () => {
  const key = keyRow(8, { usedFor: { is: 'allApps' }, unreadable: true });
  const message = words.messages.handOver(handOver(key, company, at));
  expect(message).toContain('App: all apps of the account');
  expect(message).not.toContain('Fingerprint');
});

test('the commands for the engineer make and print the kind of key that Apple takes', () => {
  expect(words.messages.askForKeyFile).toContain('openssl ecparam -name prime256v1 -genkey -noout -out private_key.pem');
  expect(words.messages.askForKeyFile).toContain(words.messages.fingerprintCommand);
});

test('the question whether it is the right company counts what it doesn’t name', () => {
  const { sees } = words.connect.right;
  expect(plain(sees(['Foo', 'Bar'], 12))).toBe('This API key sees 12 apps: Foo, Bar and 10 more. Is that the right company?');
  expect(plain(sees(['Foo'], 1))).toBe('This API key sees 1 app: Foo. Is that the right company?');
  expect(plain(sees([], 0))).toBe('This API key sees no apps. Is that the right company?');
});

test('a key that was registered at an unknown time has no date', () => {
  const key = keyRow(5, { name: null, usedFor: { is: 'app', app } });
  expect(words.messages.handOver(handOver(key, company, null))).not.toContain('Date:');
});
