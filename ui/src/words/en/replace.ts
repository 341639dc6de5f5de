import type { Moment } from '../../bindings/Moment';
import type { Format } from '../format';
import { code, name, say, type Name, type Rich } from '../rich';

export function replace(format: Format) {
  const when = (at: Moment): string => {
    switch (format.day(at)) {
      case 'today':
        return `today at ${format.time(at)}`;
      case 'yesterday':
        return 'yesterday';
      case 'earlier':
        return `on ${format.date(at)}`;
    }
  };
  const since = (at: Moment): string => {
    switch (format.day(at)) {
      case 'today':
        return `since ${format.time(at)}`;
      case 'yesterday':
        return 'since yesterday';
      case 'earlier':
        return `since ${format.date(at)}`;
    }
  };
  return {
    open: 'Replace…',
    title: (key: string): string => `Replace “${key}”`,
    account: 'Account',
    reading: 'Looking up where it stands…',
    later: 'Continue later',
    take: 'Take your time. You can quit Latchkey; it keeps this step, for weeks if need be.',
    takeRemoved: 'You can quit Latchkey; it keeps this step. New installs fail until your server has the new key.',

    first: {
      legend: 'Why is this key replaced?',
      planned: 'Planned change',
      plannedMore: 'The old key stays until you say so. Installs go on all the time.',
      emergency: 'Someone else may have the private key',
      emergencyMore: 'The old key is removed now. New installs stop until the new key is on your server.',
    },

    steps: {
      addNew: 'Add new',
      handOver: 'Hand over ID',
      switch: 'Server switches',
      removeOld: 'Remove old',
    },

    facts: {
      new: 'New key',
      old: 'Old key',
      app: 'App',
      allApps: 'All apps',
      unknownApp: 'An app Latchkey can’t tell',
      registeredAnd: (at: Moment | null, privateKey: string): string => (at === null ? privateKey : `Registered ${when(at)}. ${privateKey}`),
      privateKey: {
        onThisComputer: 'Private key on this computer.',
        inAFile: 'Private key in a file you showed us.',
        notChecked: 'Private key not checked on this computer.',
      },
      stays: 'Stays registered until the server has switched.',
      staysUntil: 'Still registered.',
      removed: (at: Moment): string => `Removed ${when(at)}.`,
    },

    addNew: {
      lead: 'First, add the new key. The old one stays registered.',
      more: 'Installs go on. Your engineer makes the new pair and sends its public key, or you make one here.',
      leadRemoved: 'The old key is removed. Add the new one next.',
      moreRemoved: (app: Name | null): Rich =>
        app === null ? ['New installs, redownloads and updates fail until the new key is on your server.'] : say`New installs, redownloads and updates of ${app} fail until the new key is on your server.`,
      act: 'Add the new key…',
      askEngineer: 'Copy a message to the engineer',
    },

    handOver: {
      lead: 'The new key is registered. The old one still is, too.',
      more: 'Nothing was removed. Now your server has to sign with the new key.',
      leadRemoved: 'The new key is registered. The old one is removed.',
      moreRemoved: 'Installs go on as soon as your server signs with the new key.',
      id: 'New distribution key ID',
      copyId: 'Copy new distribution key ID',
      message: 'A message for your engineer',
      please: (app: Name, appleId: string, id: string): Rich =>
        say`Please sign install tokens for ${app} (Apple ID ${appleId}) with the new private key, and set their ${code('kid')} to ${code(id)}.`,
      pleaseAll: (account: string, id: string): Rich => say`Please sign the install and marketplace tokens of ${name(account)} with the new private key, and set the ${code('kid')} of the install tokens to ${code(id)}.`,
      token: 'Send me one token when it is live: the old key goes only then.',
      tokenRemoved: 'New installs fail until then. Please tell me as soon as it is live.',
      copyMessage: 'Copy message',
    },

    switch: {
      lead: 'Has your server switched to the new key?',
      more: 'Until it has, installs are signed with the old key, so that one has to stay.',
      byToken: 'Check a token from it',
      byTokenMore: 'The surest way: paste one token that the server issued. Latchkey sees which key signed it.',
      byWord: 'Or take somebody’s word',
      byWordMore: 'Whoever looks after the server says that it signs with the new key.',
      who: 'Who says so',
      whoHint: 'The name is kept in Activity.',
    },

    removeOld: {
      byToken: (at: Moment): string => `A token from the server was checked ${when(at)}: it signs with the new key.`,
      byWord: (by: string, at: Moment): Rich => say`${name(by)} said ${when(at)} that the server signs with the new key.`,
      lead: 'Last, remove the old key.',
      more: 'Before anything is sent, Latchkey shows it once more, as Apple has it then.',
      leadFirst: 'Remove the old key now.',
      moreEmergency: (app: Name | null): Rich =>
        app === null
          ? ['Then whoever has its private key can authorise no more installs. Yours stop, too: new installs, redownloads and updates fail until the new key is on your server.']
          : say`Then whoever has its private key can authorise no more installs. Yours of ${app} stop, too: new installs, redownloads and updates fail until the new key is on your server.`,
      moreFirst: (app: Name | null): Rich =>
        app === null
          ? ['Apple takes no second key beside it. New installs, redownloads and updates fail until the new key is on your server, so have the new pair ready first.']
          : say`Apple takes no second key for ${app}. New installs, redownloads and updates fail until the new key is on your server, so have the new pair ready first.`,
      act: 'Remove the old key…',
    },

    done: {
      lead: (key: Name): Rich => say`${key} is replaced.`,
      more: (id: string): Rich => say`Your server signs with the new key. Its distribution key ID is ${code(id)}.`,
      moreByWord: (by: string, id: string): Rich => say`${name(by)} said that your server signs with the new key. Its distribution key ID is ${code(id)}.`,
      moreHandedOver: (id: string): Rich => say`Once your server signs with the new key, installs go on. Its distribution key ID is ${code(id)}.`,
    },
    stopped: {
      lead: 'This replacement was stopped.',
      more: 'What was registered then stays registered.',
    },

    pending: {
      add: 'The answer about the new key got lost. Latchkey is looking whether it arrived.',
      remove: 'The answer about removing the old key got lost. Latchkey is looking whether it is removed.',
      show: 'Show',
    },

    change: {
      toEmergency: 'Someone else may have the private key? Change the plan: remove the old key first',
      toEmergencyMore: 'Nothing is removed by this click.',
      toPlanned: 'Nobody else has it: keep the old key until the server has switched',
    },

    row: (n: number, of: number): string => `Being replaced: ${format.number(n)} of ${format.number(of)}`,

    notice: {
      text: (key: Name, n: number, of: number): Rich => say`${key} is being replaced, ${format.number(n)} of ${format.number(of)}:`,
      waits: {
        addNew: (at: Moment): string => `the new key is to be added, ${since(at)}.`,
        handOver: (at: Moment): string => `the new ID is to be handed over, ${since(at)}.`,
        switch: (at: Moment): string => `your server is to switch, ${since(at)}.`,
        removeOld: (at: Moment): string => `the old key is to be removed, ${since(at)}.`,
      },
      pending: 'the answer to a change got lost.',
      copy: 'Copy reminder',
      goOn: 'Go on',
      stop: 'Stop…',
    },

    elsewhere: {
      text: (account: Name, n: number): Rich =>
        format.plural(n) === 'one' ? say`In ${account}, 1 replacement waits.` : say`In ${account}, ${format.number(n)} replacements wait.`,
      show: 'Show',
    },

    stop: {
      title: (key: string): string => `Stop replacing “${key}”?`,
      lead: 'Latchkey forgets where this stands. Nothing is changed at Apple.',
      stays: 'What stays registered',
      old: (key: Name): Rich => say`The old key, ${key}`,
      new: (key: Name): Rich => say`The new key, ${key}`,
      oldRemoved: (key: Name): Rich => say`Not the old key, ${key}: it is removed.`,
      none: 'No new key was added.',
      keep: 'Keep replacing',
      act: 'Stop replacing',
      acting: 'Stopping…',
      announced: (key: string): string => `${key} is no longer being replaced`,
    },
  };
}
