import { parseQuery } from "../../support/promql";
import { Capture } from "../../support/selectors";

const capture = new Capture([
  { __name__: "http_requests_total", tenant: "acme", code: "200" },
  { __name__: "http_requests_total", tenant: "acme", code: "503" },
  { __name__: "container_memory_bytes", service: "prometheus" },
  { __name__: "container_memory_bytes", service: "odoo", tenant: "acme" },
]);

test.each([
  ["http_requests_total"],
  ['http_requests_total{code=~"5..", tenant!="globex"}'],
  ['container_memory_bytes{tenant="", service="prometheus"}'],
  ['sum by (tenant, code) (rate(http_requests_total{tenant="acme"}[5m]))'],
])("%s is there", async (query) => {
  expect(capture.faults(await parseQuery(query))).toEqual([]);
});

test.each([
  ["http_request_total", "no exporter has a metric http_request_total"],
  ['http_requests_total{tennant="acme"}', "http_requests_total has no label tennant"],
  ['http_requests_total{tennant!="globex"}', "http_requests_total has no label tennant"],
  ['http_requests_total{tenant="globex"}', 'no series http_requests_total{tenant="globex"}'],
  ['http_requests_total{code=~"4.."}', 'no series http_requests_total{code=~"4.."}'],
  ['http_requests_total{tenant=~"acm"}', 'no series http_requests_total{tenant=~"acm"}'],
  ['container_memory_bytes{tenant="acme", service="prometheus"}', "no series container_memory_bytes{"],
  ["sum by (tennant) (http_requests_total)", "no series has a label tennant"],
])("%s: %s", async (query, fault) => {
  expect(capture.faults(await parseQuery(query))).toEqual([expect.stringContaining(fault)]);
});

test("metrics that are looked up elsewhere are left out", async () => {
  const query = await parseQuery("recorded:metric / http_request_total");
  expect(capture.faults(query, (metric) => metric === "recorded:metric")).toEqual([
    "no exporter has a metric http_request_total",
  ]);
});
