import type { Schemas } from "../api.ts";

/** Lines in a square of 24, by the name that `odoo-fleet:portal.sets` has. */
const lines: Readonly<Record<Schemas["ModuleSet"]["picture"], string>> = {
  shop: "M4 10v10h16V10M3 10l2-6h14l2 6zM10 20v-6h4v6",
  invoice: "M6 3h9l4 4v14H6zM15 3v4h4M9 11h7M9 14h7M9 17h4",
  people: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 20c0-4 3-6 6-6s6 2 6 6M16 5.5a3 3 0 0 1 0 5.2M17 14.2c3 .6 4 3 4 5.8",
  box: "M3 8l9-4 9 4v9l-9 4-9-4zM3 8l9 4 9-4M12 12v9",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5M8 14h3v3H8z",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c4 4 4 14 0 18M12 3c-4 4-4 14 0 18",
  chart: "M4 4v16h16M9 16v-4M13 16V8M17 16v-6",
  chat: "M4 5h16v11h-9l-5 4v-4H4zM8 9h8M8 12h5",
  factory: "M3 20V10l5 3v-3l5 3v-3l5 3V4h3v16zM7 17h2M11 17h2M15 17h2",
  wrench: "M17.5 3.5a5 5 0 0 0-6.2 6.2L4 17a2.1 2.1 0 0 0 3 3l7.3-7.3a5 5 0 0 0 6.2-6.2L17 10l-3-3z",
};

/** The drawing of a set of modules. Its title stands beside it, so who can't see it misses nothing. */
export function SetPicture({ name }: { readonly name: Schemas["ModuleSet"]["picture"] }) {
  return (
    <svg
      aria-hidden
      width="20"
      height="20"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
      strokeLinecap="round"
      data-picture={name}
    >
      <path d={lines[name]} />
    </svg>
  );
}
