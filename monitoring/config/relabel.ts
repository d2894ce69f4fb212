import { cadvisorLabel, containerLabels, type Job, jobs, metrics, tenantMetrics } from "../contract";

interface RelabelConfig {
  readonly source_labels?: readonly string[];
  readonly regex: string;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: "keep" | "drop" | "labeldrop";
}

/** Keeps the metrics of the contract, and names labels as all of the fleet does. */
export function relabelConfigs(job: Job, environment: string): RelabelConfig[] {
  const keep: RelabelConfig = { source_labels: ["__name__"], regex: metrics[job].join("|"), action: "keep" };
  switch (job) {
    case jobs.cadvisor:
      return [keep, ...cadvisorRelabeling(environment)];
    case jobs.postgres:
      // Templates of databases have no figures that anybody needs.
      return [keep, { source_labels: ["datname"], regex: "template[01]", action: "drop" }];
    case jobs.nginxlog:
      return [keep, { source_labels: ["tenant"], regex: ".+", target_label: "service", replacement: "nginx" }];
    case jobs.node:
      return nodeRelabeling();
    default:
      return [keep];
  }
}

/**
 * What is declared of tenants in stacks of their own comes by the host's exporter, and has the labels that a rule gives to what this
 * stack declares: their rules and dashboards are the same.
 */
function nodeRelabeling(): RelabelConfig[] {
  const declared = tenantMetrics.join("|");
  const without = (label: string): RelabelConfig => ({
    source_labels: ["__name__"],
    regex: declared,
    target_label: label,
    replacement: "",
  });
  return [
    { source_labels: ["__name__"], regex: [...metrics.node, declared].join("|"), action: "keep" },
    ...["job", "instance", "service"].map(without),
    // The container's service; the target's own has the label.
    { source_labels: ["exported_service"], regex: "(.+)", target_label: "service" },
    { regex: "exported_service", action: "labeldrop" },
  ];
}

/** What cAdvisor says of a container gets the container's labels; containers of others are not this fleet's business. */
function cadvisorRelabeling(environment: string): RelabelConfig[] {
  const [environmentLabel, , tenantLabel, serviceLabel, stackLabel] = containerLabels.map(cadvisorLabel);
  return [
    // What is said of the machine has no container's labels.
    {
      source_labels: ["__name__", environmentLabel!],
      regex: `(machine|cadvisor)_.*;|[^;]*;${environment}`,
      action: "keep",
    },
    { source_labels: [tenantLabel!], regex: "(.+)", target_label: "tenant" },
    { source_labels: [serviceLabel!], regex: "(.+)", target_label: "service" },
    // Only where it is asked for: whether a container is of the stack that watches it.
    {
      source_labels: ["__name__", stackLabel!],
      regex: "container_last_seen;(.+)",
      target_label: "stack",
    },
    { regex: "container_label_.*|id|image", action: "labeldrop" },
  ];
}
