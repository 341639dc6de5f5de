// What can be wrong on the way to Apple.

import { name, say, type Rich } from '../rich';
import type { WhyLetThrough } from './messages';
import type { Tellers } from './problems';
import { laterOrAgain, looksByItself, stake } from './stakes';

type Codes = 'noAnswer' | 'notApple' | 'proxyUnusable';

export const connectionProblems: Pick<Tellers, Codes> = {
  noAnswer: ({ facts }, where) => {
    const { signer } = facts;
    const why: WhyLetThrough = signer === null ? { is: 'broken' } : { is: 'stranger', by: signer };
    return {
      happened: {
        name: ['Apple’s server was not found.'],
        connect: ['There is no connection to Apple’s server.'],
        tls: ['The connection to Apple’s server is not secure, so Latchkey didn’t use it.'],
        timeout: ['Apple’s answer didn’t arrive in time.'],
        cut: ['The connection broke before Apple’s answer was complete.'],
        tooLarge: ['The answer was far larger than any of Apple’s.'],
      }[facts.how] satisfies Rich,
      means: [
        ...(signer === null ? [] : [say`Its certificate is signed by ${name(signer)}, whom this computer doesn’t trust. No sign-in token was sent.`]),
        stake(where),
      ],
      doNow: looksByItself(where)
        ? laterOrAgain(where)
        : ({
            name: ['Check the internet connection, then try again.'],
            connect: ['Check the internet connection and, in a company network, its proxy. Then try again.'],
            tls: [
              'In a company network, ask who looks after it whether connections are opened for inspection. In a public network, use another one. Check the date of this computer, too.',
            ],
            timeout: ['Try again.'],
            cut: ['Try again.'],
            tooLarge: ['Try again. If it stays, a proxy may be in between.'],
          }[facts.how] satisfies Rich),
      ways: [{ do: 'again' }, { do: 'diagnose' }, ...(facts.how === 'tls' ? [{ do: 'copyForIt', why } as const] : [])],
    };
  },
  notApple: ({ facts }, where) => ({
    happened: ['Something other than Apple’s server answered.'],
    means: [
      [`The answer, with status ${facts.status}, is no answer of Apple’s. A proxy or the sign-in page of a network is most likely in between.`],
      stake(where),
    ],
    doNow: looksByItself(where) ? laterOrAgain(where) : ['Open any web page in your browser and sign in to the network if it asks. Then try again.'],
    ways: [{ do: 'again' }, { do: 'diagnose' }],
  }),
  proxyUnusable: ({ facts }, where) => ({
    happened: {
      noAddress: ['This is no address of a proxy.'],
      login: ['Latchkey can’t use a proxy that asks for a name and a password.'],
      otherKind: ['Latchkey can’t use this kind of proxy.'],
    }[facts.why] satisfies Rich,
    means: [stake(where)],
    doNow: {
      noAddress: ['Type its name and its port, for example proxy.example.com:8080.'],
      login: ['Ask who looks after the network for a proxy that needs none, or for a way past it to Apple.'],
      otherKind: ['Ask who looks after the network for the address of an HTTP proxy.'],
    }[facts.why] satisfies Rich,
    ways: [{ do: 'copyForIt', why: { is: 'broken' } }],
  }),
};
