import { servedCertificates } from "../../../../components/monitoring/readCertificates";

test("names that are served without a certificate come first, then the first to end", () => {
  const told = (instance: string, value: string, certificates: string, tenant = "acme"): object => ({
    metric: { certificates, host: "a", instance, tenant },
    value: [1_764_500_000.123, value],
  });
  const output = [
    told("https://acme.example.com", "1770000000", "acme"),
    told("https://globex.localhost:8443", "1764510000.5", "internal", "globex"),
    told("https://www.acme.test", "0", "acme"),
    told("https://down.example.com/", "0", "acme"),
  ];
  const acme = { host: "a", tenant: "acme", authority: "acme" };
  expect(servedCertificates(`${JSON.stringify(output)}\n`)).toEqual([
    { ...acme, name: "down.example.com" },
    { ...acme, name: "www.acme.test" },
    {
      ...{ host: "a", tenant: "globex", authority: "internal", name: "globex.localhost:8443" },
      endsAt: new Date("2025-11-30T13:40:00.500Z"),
    },
    { ...acme, name: "acme.example.com", endsAt: new Date("2026-02-02T02:40:00Z") },
  ]);
  expect(servedCertificates("[]\n")).toEqual([]);
});
