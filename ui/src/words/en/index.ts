// English. One file a place; nothing here knows where its sentence is shown.

import type { Format } from '../format';
import { accounts } from './accounts';
import { add } from './add';
import { common } from './common';
import { connect } from './connect';
import { keys } from './keys';
import { messages } from './messages';
import { problems } from './problems';
import { welcome } from './welcome';

export function english(format: Format) {
  return {
    language: 'en',
    accounts,
    add: add(format),
    common: common(format),
    connect: connect(format),
    keys: keys(format),
    messages: messages(format),
    problems: problems(format),
    welcome,
  };
}
