/** Sets of modules and plans, as settings have them. */

/** Two sets. */
export const testSets = {
  sales: {
    modules: ["crm", "sale_management"],
    title: { en: "Sales", fr: "Ventes", ar: "المبيعات" },
    summary: { en: "Customers and quotations", fr: "Clients et devis", ar: "العملاء وعروض الأسعار" },
    picture: "shop",
  },
  projects: {
    modules: ["crm", "project"],
    title: { en: "Projects", fr: "Projets", ar: "المشاريع" },
    summary: { en: "Tasks of a team", fr: "Les tâches d'une équipe", ar: "مهام فريق" },
    picture: "people",
  },
} as const;

/** As many as a fleet may offer. */
export const manySets = {
  ...testSets,
  accounting: {
    modules: ["account"],
    title: { en: "Invoicing", fr: "Facturation", ar: "الفوترة" },
    summary: { en: "Invoices and payments", fr: "Factures et paiements", ar: "الفواتير والمدفوعات" },
    picture: "invoice",
  },
  stock: {
    modules: ["stock", "purchase"],
    title: { en: "Stock and purchases", fr: "Stock et achats", ar: "المخزون والمشتريات" },
    summary: {
      en: "What is there, and what is bought",
      fr: "Ce qui est là, et ce qui s'achète",
      ar: "الموجود وما يُشترى",
    },
    picture: "box",
  },
  website: {
    modules: ["website", "website_sale"],
    title: { en: "Website and shop", fr: "Site et boutique", ar: "الموقع والمتجر" },
    summary: { en: "Pages and an online shop", fr: "Des pages et une boutique en ligne", ar: "صفحات ومتجر إلكتروني" },
    picture: "globe",
  },
  production: {
    modules: ["mrp"],
    title: { en: "Manufacturing", fr: "Production", ar: "التصنيع" },
    summary: { en: "Orders and bills of materials", fr: "Ordres et nomenclatures", ar: "أوامر التصنيع وقوائم المواد" },
    picture: "factory",
  },
} as const;

/** As many plans; `team` is the fleet's own, the others are built in. */
export const manyPlans = {
  starter: { price: 1900, asleepPrice: 900, currency: "EUR", trialDays: 14 },
  basic: { price: 2900, asleepPrice: 1400, currency: "EUR", trialDays: 14 },
  team: { price: 4900, currency: "EUR" },
  pro: { price: 7900, currency: "EUR" },
  enterprise: { price: 19900, currency: "EUR" },
} as const;
