/** Sets of modules, as settings have them. */
export const testSets = {
  sales: {
    modules: ["crm", "sale_management"],
    title: { en: "Sales", fr: "Ventes" },
    summary: { en: "Customers and quotations", fr: "Clients et devis" },
    picture: "shop",
  },
  projects: {
    modules: ["crm", "project"],
    title: { en: "Projects", fr: "Projets" },
    summary: { en: "Tasks of a team", fr: "Les tâches d'une équipe" },
    picture: "people",
  },
} as const;
