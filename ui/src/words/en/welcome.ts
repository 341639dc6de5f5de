export const welcome = {
  title: 'Welcome to Latchkey',
  lead: 'It looks after the alternative distribution keys that let people install your apps outside the App Store.',
  connect: 'Connect your App Store Connect account',
  connectMore: 'Its keys and apps, as Apple has them.',
  sample: 'Try the sample account',
  sampleMore: 'Made-up apps and keys. Nothing reaches Apple.',
  sampleOnly: 'Latchkey was started for the sample account alone. Start it as usual to connect your own.',
  stored:
    'The API key stays in this computer’s keychain. The names you give and what Latchkey saw stay in files on this computer. There is no server of ours, and no telemetry.',
  starting: 'Opening your accounts…',
  needs: {
    title: 'What you need',
    without: 'Don’t have it?',
    copy: 'Copy a message',
    apiKey: {
      title: 'An API key',
      what: 'The file AuthKey_….p8 and two IDs, from App Store Connect.',
      who: 'An Admin of your App Store Connect team makes it. Before the first one, the Account Holder asks Apple for API access once, which Apple reviews. Which role the API key needs, Apple doesn’t say: App Manager first, Admin if Apple refuses.',
    },
    keyFile: {
      title: 'The key file from your engineer',
      what: 'A public key, often called public_key.pem.',
      who: 'The engineer who runs your install server makes a pair of keys. Only the public key comes to you; the private key stays there.',
    },
    app: {
      title: 'Your app’s name',
      what: 'Or its Apple ID or bundle ID.',
      who: 'Ask whoever asked you for the key.',
    },
  },
};
