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

  chooseFile: (title) => call('choose_file', { title }),
  pasteText: () => call('paste_text'),
  unlock: (file, password, run) => call('unlock', { file, password, run }),
  forgetFiles: () => call('forget_files'),
  takeApiKey: (file) => call('take_api_key', { file }),
  takeKeyFile: (file, account) => call('take_key_file', { file, account }),
  checkPrivateKey: (file, account, key) => call('check_private_key', { file, account, key }),
  identify: (files, account, everywhere) => call('identify', { files, account, everywhere }),

  connect: (form) => call('connect', { form }),
  openSample: () => call('open_sample'),
  disconnect: (account) => call('disconnect', { account }),
  selectAccount: (account) => call('select_account', { account }),
  renameAccount: (account, name) => call('rename_account', { account, name }),
  checkAccount: (account) => call('check_account', { account }),
  prepareApiKey: (account, form) => call('prepare_api_key', { account, form }),
  useNewApiKey: (draft) => call('use_new_api_key', { draft }),

  inventory: (account, run, tell) => call('inventory', { account, run, events: channel(tell) }),
  stop: (run) => call('stop', { run }),
  knowNews: (account, upTo) => call('know_news', { account, upTo }),
  lookEverywhere: (run, tell) => call('look_everywhere', { run, events: channel(tell) }),
  findEverywhere: (search) => call('find_everywhere', { search }),
  readKey: (account, key) => call('read_key', { account, key }),
  describeKey: (account, key, name, note) => call('describe_key', { account, key, name, note }),
  confirmKey: (account, key, typed, by) => call('confirm_key', { account, key, typed, by }),
  savePublicKey: (title, name, account, key) => call('save_public_key', { title, name, account, key }),
  checkPastedToken: (account, work) => call('check_pasted_token', { account, work }),

  newPair: (account) => call('new_pair', { account }),
  keptPair: (account, key) => call('kept_pair', { account, key }),
  showPairPassword: (pair) => call('show_pair_password', { pair }),
  hidePairPassword: (pair) => call('hide_pair_password', { pair }),
  copyPairPassword: (pair) => call('copy_pair_password', { pair }),
  choosePlace: (title, name, pair) => call('choose_place', { title, name, pair }),
  saveNewPair: (pair, account, saving) => call('save_new_pair', { pair, account, saving }),
  savePrivateKey: (pair, saving) => call('save_private_key', { pair, saving }),
  forgetPair: (pair) => call('forget_pair', { pair }),

  confirmByVoice: (key, typed, by) => call('confirm_by_voice', { key, typed, by }),
  goOnWithoutConfirming: (key) => call('go_on_without_confirming', { key }),
  neverLeftThisComputer: (key) => call('never_left_this_computer', { key }),
  addAgain: (account, entry) => call('add_again', { account, entry }),
  prepareAdd: (request) => call('prepare_add', { request }),
  commitAdd: (draft, name) => call('commit_add', { draft, name }),

  prepareRemove: (request) => call('prepare_remove', { request }),
  commitRemove: (draft, typed) => call('commit_remove', { draft, typed }),

  look: (pending, tell) => call('look', { pending, events: channel(tell) }),
  stopLooking: (pending) => call('stop_looking', { pending }),

  beginReplace: (account, key, kind) => call('begin_replace', { account, key, kind }),
  readWork: (work) => call('read_work', { work }),
  changeReplace: (work, kind) => call('change_replace', { work, kind }),
  handOver: (work) => call('hand_over', { work }),
  switchedByWord: (work, by) => call('switched_by_word', { work, by }),
  stopReplace: (work) => call('stop_replace', { work }),

  activity: (request) => call('activity', { request }),
  exportActivity: (title, name, request, form) => call('export_activity', { title, name, request, form }),

  saveCopy: (title, name) => call('save_copy', { title, name }),
  chooseCopy: (title) => call('choose_copy', { title }),
  bringIn: (copy) => call('bring_in', { copy }),

  connection: () => call('connection'),
  useProxy: (typed) => call('use_proxy', { typed }),
  diagnose: (account, run, tell) => call('diagnose', { account, run, events: channel(tell) }),
  quota: (account) => call('quota', { account }),

  knowSetAside: () => call('know_set_aside'),
  everything: () => call('everything'),
  keptPrivateKey: (everything, fingerprint) => call('kept_private_key', { everything, fingerprint }),
  removeEverything: (everything, givenUp) => call('remove_everything', { everything, givenUp }),
  quit: () => call('quit'),

  copy: (text) => call('copy', { text }),
  openLink: (link) => call('open_link', { link }),
};
