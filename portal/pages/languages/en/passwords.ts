/** Text of setting an instance's password, in English. */
export const passwords = {
  passwords: {
    logInTitle: "Log in",
    logInSays:
      "You are signed in to your Odoo as its first user, its administrator, by a link that works once. Odoo asks for your second factor if you have one there.",
    logIn: "Log in to your Odoo",
    logInNotRunning: "To log in, let it run first.",
    title: "Password of your Odoo",
    says: "Your Odoo's first user, its administrator, gets his password from you alone: you choose it on a page of your Odoo, by a link that works once. Who works as him is signed out.",
    set: "Set my password",
    making: "One moment: then you are led there.",
    failed:
      "It didn't work, and nothing was changed. Try again; if that doesn't help, stop your instance and start it, or ask its provider.",
    lost: "A link was made, and was lost on its way here. Make another one.",
    notRunning: "To set it, let it run first.",
  },
};
