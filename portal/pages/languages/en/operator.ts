/** Text of operators' pages, in English. */
export const operator = {
  secondFactor: {
    title: "Second factor",
    code: "Code of your app",
    codeHint: "Six digits; or one of the codes that you kept for when the device is lost.",
    submit: "Go on",
    needed: "Operators need a second factor: an app that shows a new code each half minute. Your password begins it.",
    begin: "Begin",
    app: "Add it to your app",
    appSays: "Type this key into an app for one-time codes (TOTP), on another device if you can.",
    open: "Open the app of this device",
    backup: "Codes for when the device is lost",
    backupSays: "Each works once in place of the app. Keep them where the device isn't: they are shown this once.",
    first: "Show that it works",
  },
  operator: {
    title: "Operation",
    failedJobs: "Failed jobs",
    noFailedJobs: "None failed that nothing followed.",
    byPolicy: "A rule of the policy pack refused it; the worker's log names it at job {{id}}.",
    byFault: "The worker's log says why, at job {{id}}.",
    retry: "Try again",
    retryOf: "Try again: {{tenant}}",
  },
};
