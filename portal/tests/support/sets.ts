/** Sets of modules, as settings have them. */
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
