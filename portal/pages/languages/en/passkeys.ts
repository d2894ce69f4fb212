/** Text of the page of passkeys, in English. */
export const passkeys = {
  passkeys: {
    title: "Passkeys",
    says: "A passkey signs you in without a password: by your device's fingerprint, face or PIN, or by a security key. It never leaves the device, or what keeps your passkeys.",
    there: "Your passkeys",
    none: "You have none.",
    used: "Used last on {{at}}.",
    unused: "Not used yet.",
    remove: "Remove",
    removeSays: "Nobody signs in by it any more. Your device keeps it until you remove it there.",
    new: "Add a passkey",
    name: "Name",
    nameHint: "Which device it is on: you will know it by that.",
    add: "Add it",
    unknown: "This browser knows no passkeys.",
    signIn: "Sign in with a passkey",
  },
};
