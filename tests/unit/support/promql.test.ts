import { parseQuery } from "../../support/promql";

test("finds every selector with its conditions, in whatever it is wrapped", async () => {
  const query = `
    # a comment
    sum by (tenant) (rate(http_requests_total{code=~"5..", tenant!="a\\"b"}[5m] offset 1h))
      / on (tenant) group_left (plan) max_over_time(odoo_fleet_tenant_info{state='running'}[1h:5m])
      unless ({__name__="up", job!~\`a|b\`} == 0)`;
  expect(await parseQuery(query)).toEqual({
    selectors: [
      {
        metric: "http_requests_total",
        matchers: [
          { label: "code", operator: "=~", value: "5.." },
          { label: "tenant", operator: "!=", value: 'a"b' },
        ],
      },
      { metric: "odoo_fleet_tenant_info", matchers: [{ label: "state", operator: "=", value: "running" }] },
      { metric: "up", matchers: [{ label: "job", operator: "!~", value: "a|b" }] },
    ],
    labels: ["tenant", "tenant", "plan"],
  });
});

test.each(["sum(rate(up[5m])", 'up{job="a"', "up[5x]", "sum by tenant (up)", "rate(up[$__rate_interval])"])(
  "refuses %s",
  async (query) => {
    await expect(parseQuery(query)).rejects.toThrow("no PromQL at");
  },
);
