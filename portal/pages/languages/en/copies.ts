/** Text of an instance's staging copy, in English. */
export const copies = {
  copies: {
    title: "Staging copy",
    says: "A copy of this instance with its data, to try things out. It sends no mail and reaches nobody, its scheduled actions are off, and all passwords are removed. It has the personal data that your instance has, isn't kept like your instance, costs nothing, and is removed after 14 days, unless you put that off.",
    none: "There is none.",
    make: "Make a copy",
    states: {
      making: "It is being made.",
      running: "It runs.",
      suspended: "It is stopped, as the instance was. It starts with the instance.",
      renewing: "It is being brought anew, and serves what it has until then.",
      empty: "It has no data.",
      removing: "It is being removed.",
    },
    failed: "It couldn't be filled. {{why}}",
    copiedAt: "It has what the instance had on {{at}}.",
    until: "It is removed on {{at}}.",
    open: "Open the copy",
    password: "Set the password of its administrator",
    passwordSays: "Only the user admin can sign in at first; the others have no password.",
    renew: "Bring it anew",
    renewSays: "{{address}} gets what the instance has now. All that was done in the copy is removed for good.",
    extend: "Keep it 14 days from now",
    remove: "Remove the copy",
    removeSays: "{{address}} is removed at once, with all that is in it. The instance isn't touched.",
  },
};
