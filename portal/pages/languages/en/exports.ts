/** Text of an instance's exports, in English. */
export const exports = {
  exports: {
    title: "Export",
    says: "A zip with all of its data, database and files of one moment, which any Odoo can restore. It is made beside what is in use. It has everything in it that your instance has, and its users' passwords as hashes: keep it safe.",
    make: "Make an export",
    busy: "Something is being done to it. Wait until that is over.",
    states: {
      none: "No export was made yet.",
      asked: "Asked for on {{at}}; it is being made.",
      ready: "The export asked for on {{at}} is ready.",
      failed: "The export asked for on {{at}} couldn't be made; nothing was changed. Try again, or ask its provider.",
      ended: "The export of {{at}} is gone. Make another one.",
    },
    download: "Download it ({{size}} MiB)",
    until: "It can be downloaded until {{at}}, or until the next one is ready.",
    checksum: "SHA-256:",
    last: "Last exports of deleted instances",
    lastSays: "Made before they were deleted. They have everything in them that the instance had: keep them safe.",
    lastUntil: "It can be downloaded until {{at}}.",
  },
};
