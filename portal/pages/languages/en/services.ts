/** Text of signing in by other services, in English. */
export const services = {
  services: {
    signIn: "Sign in with {{title}}",
    there: "Accounts that you sign in by",
    used: "Used {{at}}",
    remove: "Remove this account",
    removeSays:
      "Nobody signs in by this account any more, until it is used to sign in again with a proven e-mail address.",
    faults: {
      away: "The service to sign in by doesn't answer. Try again later, or sign in otherwise.",
      failed: "Nobody was signed in: the service refused, or it took too long. Try again.",
      unverified: "That service doesn't vouch for your e-mail address. Have it verified there, or sign in otherwise.",
      other:
        "Another account of that service signs in with this e-mail address already. Sign in with that one, or otherwise.",
    },
  },
};
