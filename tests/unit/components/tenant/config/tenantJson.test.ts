import { renderTenantJson } from "../../../../../components/tenant/config/tenantJson";

const rendered = (workers: number, uploadMiB: number) => {
  const tenant = { name: "acme", company: "Acme", url: "http://host:20010" };
  return JSON.parse(renderTenantJson({ ...tenant, sizing: { odoo: { workers }, nginx: { uploadMiB } } })) as {
    parameters: Record<string, string>;
  };
};

describe("renderTenantJson", () => {
  it.each([0, 2, 8])(
    "lets the report generator of %i workers ask Odoo's HTTP port, in its own container",
    (workers) => {
      expect(rendered(workers, 64).parameters["report.url"]).toBe("http://127.0.0.1:8069");
    },
  );

  it("lets that of a single worker, which waits for it, ask the process for websockets", () => {
    expect(rendered(1, 64).parameters["report.url"]).toBe("http://127.0.0.1:8072");
  });

  it("tells Odoo the plan's largest upload in bytes", () => {
    expect(rendered(0, 256).parameters["web.max_file_upload_size"]).toBe("268435456");
  });
});
