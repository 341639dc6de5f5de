// The app's backend: the only file that knows Tauri.

import { Channel, invoke } from '@tauri-apps/api/core';
import type { Backend, Tell } from './backend';
import { problemFrom } from './problem';

async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (thrown) {
    throw problemFrom(thrown);
  }
}

function channel<T>(tell: Tell<T>): Channel<T> {
  return new Channel<T>(tell);
}

export const tauri: Backend = {
  start: () => call('start'),
  watch: (tell) => call('watch', { channel: channel(tell) }),

  chooseApiKeyFile: (title) => call('choose_api_key_file', { title }),
  pasteApiKey: () => call('paste_api_key'),
  takeApiKey: (drop) => call('take_api_key', { drop }),
  connect: (form) => call('connect', { form }),
  openSample: () => call('open_sample'),
  disconnect: (account) => call('disconnect', { account }),
  selectAccount: (account) => call('select_account', { account }),

  inventory: (account, run, tell) => call('inventory', { account, run, events: channel(tell) }),
  stop: (run) => call('stop', { run }),

  chooseKeyFile: (title, account) => call('choose_key_file', { title, account }),
  pasteKeyText: (account) => call('paste_key_text', { account }),
  takeKeyFile: (drop, account) => call('take_key_file', { drop, account }),
  confirmByVoice: (key, typed, by) => call('confirm_by_voice', { key, typed, by }),
  goOnWithoutConfirming: (key) => call('go_on_without_confirming', { key }),
  neverLeftThisComputer: (key) => call('never_left_this_computer', { key }),
  prepareAdd: (request) => call('prepare_add', { request }),
  commitAdd: (draft, name) => call('commit_add', { draft, name }),
  look: (pending, tell) => call('look', { pending, events: channel(tell) }),
  stopLooking: (pending) => call('stop_looking', { pending }),

  copy: (text) => call('copy', { text }),
  openLink: (link) => call('open_link', { link }),
};
