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
    returned: "If you have paid, it shows here within a minute.",
    needed: "The order waits for a card, until {{until}}. Nothing is charged now: each invoice is, after its month.",
    store: "Store a card",
    aCard: "A card is stored after the confirmation. Nothing is charged before the first invoice.",
  },
};
