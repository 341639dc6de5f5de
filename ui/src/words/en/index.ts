// English. One file a place; nothing here knows where its sentence is shown.

import type { Format } from '../format';
import { accounts } from './accounts';
import { activity } from './activity';
import { add } from './add';
import { apps } from './apps';
import { arrivals } from './arrivals';
import { common } from './common';
import { connect } from './connect';
import { connection } from './connection';
import { diagnose } from './diagnose';
import { everything } from './everything';
import { files } from './files';
import { keys } from './keys';
import { lost } from './lost';
import { messages } from './messages';
import { pair } from './pair';
import { problems } from './problems';
import { remove } from './remove';
import { replace } from './replace';
import { settings } from './settings';
import { tokens } from './tokens';
import { welcome } from './welcome';

export function english(format: Format) {
  return {
    language: 'en',
    accounts: accounts(format),
    activity: activity(format),
    add: add(format),
    apps: apps(format),
    arrivals: arrivals(format),
    common: common(format),
    connect: connect(format),
    connection: connection(format),
    diagnose: diagnose(format),
    everything: everything(format),
    files: files(format),
    keys: keys(format),
    lost: lost(format),
    messages: messages(format),
    pair,
    problems: problems(format),
    remove: remove(format),
    replace: replace(format),
    settings: settings(format),
    tokens: tokens(format),
    welcome,
  };
}
