// What a problem means for the person, by what they were doing when it came.

import type { SavedFile } from '../../bindings/SavedFile';
import { name, say, type Rich } from '../rich';
import { savedAs } from './files';

/** What the person was doing, which decides what a problem means for them. */
export type Where =
  | { is: 'starting' }
  | { is: 'openingSample' }
  | { is: 'choosingApiKey' }
  | { is: 'connecting' }
  | { is: 'disconnecting' }
  | { is: 'reading'; what: 'keys' | 'apps'; account: string; remembered: boolean }
  | { is: 'partly' }
  | { is: 'choosingKey' }
  | { is: 'confirming' }
  | { is: 'unlocking' }
  | { is: 'identifying' }
  | { is: 'gettingPair' }
  | { is: 'savingPrivateKey' }
  /** `saved`: where the private key lies that was saved here for it. */
  | { is: 'preparing'; saved?: SavedFile | null }
  /** `replacing`: it is to take the place of another. */
  | { is: 'adding'; saved?: SavedFile | null; replacing?: boolean }
  | { is: 'lost' }
  | { is: 'looking' }
  | { is: 'readingBack' }
  | { is: 'readingKey' }
  | { is: 'describing' }
  | { is: 'confirmingKey' }
  | { is: 'checkingPrivateKey' }
  | { is: 'savingPublicKey' }
  | { is: 'checkingToken' }
  | { is: 'knowing' }
  | { is: 'preparingRemoval' }
  | { is: 'removing' }
  | { is: 'lostRemoval' }
  | { is: 'lookingForRemoval' }
  | { is: 'readingBackRemoval' }
  | { is: 'replacing' }
  | { is: 'renaming' }
  | { is: 'checkingAccount' }
  | { is: 'tryingApiKey' }
  | { is: 'usingNewApiKey' }
  | { is: 'searchingEverywhere' }
  | { is: 'lookingEverywhere' }
  | { is: 'readingActivity' }
  | { is: 'savingFile' }
  | { is: 'choosingCopy' }
  | { is: 'bringingIn' }
  | { is: 'readingConnection' }
  | { is: 'savingProxy' }
  | { is: 'usingSystemProxy' }
  | { is: 'diagnosing' }
  | { is: 'stoppingDiagnosis' }
  | { is: 'listingEverything' }
  | { is: 'removingEverything' }
  | { is: 'knowingSetAside' }
  | { is: 'quitting' }
  | { is: 'copying' }
  | { is: 'openingLink' };

/** What is at stake, and what is not touched. */
export function stake(where: Where): Rich {
  switch (where.is) {
    case 'starting':
      return ['Latchkey can’t show your accounts. Nothing was changed, neither here nor at Apple.'];
    case 'openingSample':
      return ['The sample account did not open. Nothing else is touched by this.'];
    case 'choosingApiKey':
      return ['Nothing was sent and nothing was stored.'];
    case 'connecting':
      return ['Nothing was stored. Everything you entered is still here.'];
    case 'disconnecting':
      return ['The account may still be on this computer. Your distribution keys at Apple are not touched by this.'];
    case 'reading':
      return where.remembered
        ? say`You see the ${where.what} of ${name(where.account)} as Latchkey last saw them. Nothing at Apple was changed.`
        : say`Latchkey can’t show the ${where.what} of ${name(where.account)} for now. Nothing at Apple was changed.`;
    case 'partly':
      return ['Some of what you see is missing or old; the rest is right. Nothing at Apple was changed.'];
    case 'choosingKey':
      return ['Nothing was sent to Apple, and Latchkey kept nothing of it.'];
    case 'confirming':
      return ['Nothing was sent to Apple. The key you chose is still here.'];
    case 'unlocking':
      return ['The file is still locked. Nothing was sent, and Latchkey kept nothing of it.'];
    case 'identifying':
      return ['Nothing was sent and nothing was stored.'];
    case 'gettingPair':
      return ['Nothing was made or saved, and nothing was sent.'];
    case 'savingPrivateKey':
      return ['The private key was not saved; Latchkey still holds it. Nothing was sent to Apple.'];
    case 'preparing':
      return where.saved
        ? ['Nothing was registered. The private key is saved as ', ...savedAs(where.saved), '.']
        : ['Nothing was changed at Apple. What you chose is still here.'];
    case 'adding':
      return where.saved
        ? ['Nothing was registered. The private key is saved as ', ...savedAs(where.saved), ', and you can go on with it.']
        : ['Nothing was registered. What you chose is still here.'];
    case 'lost':
      return ['So the key may be registered, or not. Latchkey sent it once and doesn’t send it again: there can’t be two.'];
    case 'looking':
      return ['Whether the key is registered is still unknown. Latchkey doesn’t send it again: there can’t be two.'];
    case 'readingBack':
      return ['The key is registered: Apple said so. Only the second look at it is missing.'];
    case 'readingKey':
      return ['You see the key as Latchkey last saw it. Nothing at Apple was changed.'];
    case 'describing':
      return ['What you wrote was not saved; it is still here. Nothing at Apple is touched by this.'];
    case 'confirmingKey':
      return ['The key is not confirmed. Nothing at Apple was changed.'];
    case 'checkingPrivateKey':
      return ['Nothing was noted and nothing was sent.'];
    case 'savingPublicKey':
      return ['The public key was not saved. Nothing at Apple is touched by this.'];
    case 'checkingToken':
      return ['Nothing of it was stored or sent.'];
    case 'knowing':
      return ['Latchkey tells you of these keys again next time. Nothing at Apple was changed.'];
    case 'preparingRemoval':
      return ['Nothing was sent, and nothing was removed.'];
    case 'removing':
      return ['Nothing was removed. The key is still registered.'];
    case 'lostRemoval':
      return ['So the key may be removed, or not. Latchkey sent it once and doesn’t send it again by itself.'];
    case 'lookingForRemoval':
      return ['Whether the key is removed is still unknown. Latchkey doesn’t send it again by itself.'];
    case 'readingBackRemoval':
      return ['The key is removed: Apple said so. Only the second look is missing.'];
    case 'replacing':
      return ['This step was not recorded. Nothing at Apple was changed.'];
    case 'renaming':
      return ['The account keeps its name. What you typed is still here.'];
    case 'checkingAccount':
      return ['Nothing was changed, neither here nor at Apple.'];
    case 'tryingApiKey':
      return ['Nothing was stored: the account still uses the API key it had. Everything you entered is still here.'];
    case 'usingNewApiKey':
      return ['The account may still use the API key it had. Your distribution keys at Apple are not touched by this.'];
    case 'searchingEverywhere':
      return ['Nothing could be searched. Nothing at Apple was changed.'];
    case 'lookingEverywhere':
      return ['Whether keys came or went in this account is not known. Nothing at Apple was changed.'];
    case 'readingActivity':
      return ['Latchkey can’t show what was done. Nothing of it is lost by this.'];
    case 'savingFile':
      return ['No file was saved. Nothing else is touched by this.'];
    case 'choosingCopy':
      return ['Nothing was brought in. Names, notes and history are as they were.'];
    case 'bringingIn':
      return ['Nothing was brought in: all of it comes, or none. Names, notes and history are as they were.'];
    case 'readingConnection':
      return ['Latchkey can’t say which proxy it uses. Nothing was changed.'];
    case 'savingProxy':
      return ['Requests to Apple go the way they went before. What you typed is still here.'];
    case 'usingSystemProxy':
      return ['Requests to Apple go the way they went before.'];
    case 'diagnosing':
      return ['The connection was not checked to the end. Nothing was changed, neither here nor at Apple.'];
    case 'stoppingDiagnosis':
      return ['The check goes on. Nothing was changed, neither here nor at Apple.'];
    case 'listingEverything':
      return ['Nothing was removed.'];
    case 'removingEverything':
      return ['Some of it may be removed already; the rest is still on this computer. Nothing at Apple was changed.'];
    case 'knowingSetAside':
      return ['Latchkey tells you of the damaged records again next time. Nothing else is touched by this.'];
    case 'quitting':
      return ['Latchkey stays open. Nothing else is touched by this.'];
    case 'copying':
      return ['Nothing was copied. What was in the clipboard before may still be there.'];
    case 'openingLink':
      return ['No page was opened. Nothing else is touched by this.'];
  }
}

/** The key may have been sent when this happened. */
export function afterSending(where: Where): Rich {
  switch (where.is) {
    case 'adding':
      return [
        'Latchkey can’t say whether the key was registered. Close this and refresh the keys: if it is there, it arrived.',
        ...(where.saved ? [' The private key is saved as ', ...savedAs(where.saved), '.'] : []),
      ];
    case 'removing':
      return ['Latchkey can’t say whether the key was removed. Close this and refresh the keys: if it is gone, it was.'];
    default:
      return stake(where);
  }
}

export const looksByItself = ({ is }: Where) => is === 'lost' || is === 'looking' || is === 'lostRemoval' || is === 'lookingForRemoval';

/** Looking goes on by itself, so nobody has to try again. */
export function laterOrAgain(where: Where): Rich {
  return looksByItself(where) ? ['You need not do anything. Latchkey looks for the key in Apple’s list, again and again.'] : ['Try again.'];
}

/** The person has just filled the API key in. */
export const entering = ({ is }: Where) => is === 'connecting' || is === 'tryingApiKey';
