import type { Field } from '../../bindings/Field';
import type { KnownFolder } from '../../bindings/KnownFolder';
import type { Odd } from '../../bindings/Odd';
import type { Format } from '../format';
import { code, name, say, type Rich } from '../rich';

const fields: Record<Field, string> = {
  apiKeyFile: 'API key file',
  apiKeyId: 'API key ID',
  issuerId: 'Issuer ID',
  name: 'Account name',
};

const odd: Record<Odd, (field: Field) => string> = {
  empty: (field) =>
    ({
      apiKeyFile: 'No API key is chosen yet. Nothing was sent.',
      apiKeyId: 'The API key ID is missing. Nothing was sent.',
      issuerId: 'The issuer ID is missing: a team key has one. Nothing was sent.',
      name: 'Give the account a name, so that you can tell it from others.',
    })[field],
  strayCharacters: () =>
    'There are quotation marks or blanks that don’t belong to it. Apple would refuse it, so nothing was sent and nothing was stored.',
  impossible: (field) =>
    field === 'name'
      ? 'This name is far too long, or holds characters that can’t be shown.'
      : 'This holds characters that can’t be sent, or is far too long. Copy it again from App Store Connect.',
  unusualApiKeyId: () =>
    'API key IDs usually have ten capital letters and digits. Apple promises no form, so it may be right all the same. Nothing was sent yet.',
  unusualIssuerId: () =>
    'Issuer IDs usually look like 57246542-96fe-1a63-e053-0824d011072a. Apple promises no form, so it may be right all the same. Nothing was sent yet.',
  swapped: (field) =>
    field === 'apiKeyId' ? 'This looks like the issuer ID. Nothing was sent.' : 'This looks like the API key ID. Nothing was sent.',
  taken: () => 'Another account has this name.',
};

export function connect(format: Format) {
  return {
    title: 'Connect an account',
    fields,
    odd,
    choose: 'Choose API key file…',
    chooseTitle: 'Choose the API key file',
    paste: 'Paste key text',
    orDrop: 'or drop AuthKey_….p8 here',
    pasted: 'Key text from the clipboard',
    chosen: 'A private key (P-256)',
    fileHint: 'Goes into this computer’s keychain. It is never sent to anyone, Apple included.',
    kind: 'Kind of API key',
    team: 'Team key',
    teamMore: 'Sees all apps of the team.',
    individual: 'Individual key',
    individualMore: 'Sees the apps of one person.',
    apiKeyIdHint: '“Key ID” in App Store Connect',
    issuerHint: 'Above the list of keys',
    nameHint: 'Only for you, here in Latchkey.',
    act: 'Connect',
    acting: 'Asking Apple…',
    use: (suggestion: string): string => `Use ${suggestion}`,
    swap: 'Swap the two',
    itIsRight: 'It is right, connect with it',
    before:
      'Latchkey checks these entries and this computer’s clock, then asks Apple, and stores the account only if Apple accepts it. Your computer may then ask whether Latchkey may use the keychain: allow it.',
    help: {
      title: 'Where do I find this?',
      path: 'In App Store Connect, open Users and Access, then Integrations.',
      pathIndividual: 'In App Store Connect, open your own profile, then Individual API Key.',
      sketchIssuer: 'Issuer ID',
      sketchName: 'Name',
      sketchId: 'Key ID',
      sketchDownload: 'Download',
      issuer: 'Above the list, with Copy beside it. Individual keys have none.',
      id: 'In the row of the API key.',
      file: 'Download is there once, right after the API key was made. Apple keeps no copy.',
      individual: 'An individual key is in your own profile, under Individual API Key. It has an API key ID and a file, but no issuer ID.',
      noList: 'No list there? The Account Holder has to ask Apple for API access first. Apple names no role for distribution keys: try App Manager, then Admin.',
    },
    right: {
      title: (account: string): Rich => say`${name(account)} is connected`,
      sees(apps: readonly string[], count: number): Rich {
        if (count === 0) return ['This API key sees no apps. Is that the right company?'];
        const more = count - apps.length;
        const seen = more > 0 ? [...apps, `${format.number(more)} more`] : apps;
        return format.plural(count) === 'one'
          ? [`This API key sees 1 app: ${format.list(seen)}. Is that the right company?`]
          : [`This API key sees ${format.number(count)} apps: ${format.list(seen)}. Is that the right company?`];
      },
      noApps:
        'An individual key sees the apps of one person only. A team key sees every app: if there should be some, this may be another company’s key.',
      stillThere(file: string, folder: KnownFolder | null): Rich {
        switch (folder) {
          case 'downloads':
            return say`${code(file)} is still in Downloads. Move it to your password manager; Latchkey doesn’t need it any more.`;
          case 'desktop':
            return say`${code(file)} is still on the desktop. Move it to your password manager; Latchkey doesn’t need it any more.`;
          case 'documents':
            return say`${code(file)} is still in Documents. Move it to your password manager; Latchkey doesn’t need it any more.`;
          case null:
            return say`${code(file)} is still where you chose it. Move it to your password manager; Latchkey doesn’t need it any more.`;
        }
      },
      clipboard: 'The key text may still be in the clipboard. Copy something else, so that it is gone from there.',
      stored: 'The API key is in this computer’s keychain.',
      yes: 'Yes, show the keys',
      no: 'No, disconnect',
      leaving: 'Disconnecting…',
    },
  };
}
