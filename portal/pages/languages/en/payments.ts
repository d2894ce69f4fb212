/** Text of what is paid, in English. */
export const payments = {
  payments: {
    opening: "The page of the payment service is being opened…",
    late: "The payment service doesn't answer right now. Nothing was lost: it is asked again, and you can come back later.",
    refused: "The payment service doesn't take this. Ask your provider how to pay.",
    over: "That page is gone. Ask for another one.",
    pay: "Pay {{number}} by card",
    paid: "Paid on {{day}}.",
    refunding: "What you paid goes back to you.",
    refunded: "What you paid went back to you.",
    returned: "If you have paid or stored a card, it shows here within a minute.",
    cards: "Cards",
    cardsSay:
      "Invoices are charged to your card when they are issued. The payment service keeps its number; it isn't known here.",
    noCard: "No card is stored. Invoices wait until you pay them.",
    card: "{{name}}, ending in {{last4}}",
    until: "Good until {{month}}",
    charged: "Invoices are charged to this one.",
    storeOther: "Store another card",
    remove: "Remove it",
    removeOf: "Remove it: {{card}}",
    removeSays:
      "Nothing is charged to it any more, and the payment service forgets it. Without a card, you pay each invoice on its page, and your next order waits for one.",
    needed: "The order waits for a card, until {{until}}. Nothing is charged now: each invoice is, after its month.",
    store: "Store a card",
    aCard: "A card is stored after the confirmation. Nothing is charged before the first invoice.",
  },
};
