import type { Job } from "./contract";

/** What tells of a container that was killed for want of memory. */
export const oomMetric = "odoo_fleet_container_oom_kill_timestamp_seconds";

/** 1 or 0: whether a container of a tenant in a stack of its own runs and its healthcheck succeeds; tenant, service, name. */
export const containerHealthy = "odoo_fleet_container_healthy";

/** Unix time at which the host's exporter asked last what tenants in stacks of their own there are. */
export const tenantsSeen = "odoo_fleet_tenants_seen_timestamp_seconds";

/** Unix time up to which a host knows when a tenant stops and starts by itself; tenant. Absent where nothing changes. */
export const scheduleUntil = "odoo_fleet_schedule_until_timestamp_seconds";

/** 1: the host has stopped or started a tenant by its schedule, since what applies its stack was away; tenant, state. */
export const keptByHost = "odoo_fleet_tenant_kept_by_host";

/** Figures of a tenant's database and backups that its helper tells, where the exporter of databases doesn't reach it; tenant. */
export const toldFigures = [
  "odoo_cron_oldest_overdue_seconds",
  "odoo_fleet_backup_last_success_timestamp_seconds",
  "odoo_fleet_drill_duration_seconds",
  "odoo_fleet_drill_failed",
  "odoo_fleet_drill_last_success_timestamp_seconds",
  "odoo_fleet_wal_waiting_seconds",
  "pg_database_size_bytes",
  "pg_settings_max_connections",
  "pg_settings_superuser_reserved_connections",
  "pg_stat_activity_count",
] as const;

/** Figures that what copies the backups of a tenant in a stack of its own tells; tenant, and place: `host` or `target`. */
export const shipperFigures = [
  "odoo_fleet_offsite_last_success_timestamp_seconds",
  "odoo_fleet_repository_free_ratio",
] as const;

/**
 * Every metric that rules and dashboards may use, by the job that it comes from. Prometheus drops the others when it scrapes: a
 * tenant costs 300 series at most. Names are those of node-exporter 1.9, cAdvisor 0.38 to 0.5x, blackbox-exporter 0.26,
 * postgres_exporter 0.17, nginxlog-exporter 1.11, Prometheus 2.53 and Alertmanager 0.28.
 */
export const metrics: Readonly<Record<Job, readonly string[]>> = {
  node: [
    "node_boot_time_seconds",
    "node_cpu_seconds_total",
    "node_filesystem_avail_bytes",
    "node_filesystem_files",
    "node_filesystem_files_free",
    "node_filesystem_readonly",
    "node_filesystem_size_bytes",
    "node_load1",
    "node_memory_MemAvailable_bytes",
    "node_memory_MemTotal_bytes",
    "node_timex_maxerror_seconds",
    "node_timex_offset_seconds",
    "node_timex_sync_status",
    "node_uname_info",
    // Kills of the whole host, also those that hit a container.
    "node_vmstat_oom_kill",
    // Unix time of a container's last kill for want of memory; name. From the engine's events, by the exporter's own watch.
    oomMetric,
    // Of what copies a host's backups to the target: tenant; and place, `host` or `target`.
    ...shipperFigures,
    // Of what takes snapshots of what the host's own services keep.
    "odoo_fleet_snapshots_last_success_timestamp_seconds",
    "odoo_fleet_snapshots_proof_failed",
    "odoo_fleet_snapshots_proof_timestamp_seconds",
    // Of tenants in stacks of their own, by the exporter's own watch: what is declared of them is among `declaredMetrics`.
    containerHealthy,
    tenantsSeen,
    // Of tenants with schedules, likewise.
    scheduleUntil,
    keptByHost,
    ...toldFigures,
  ],
  cadvisor: [
    "container_cpu_cfs_periods_total",
    "container_cpu_cfs_throttled_periods_total",
    "container_cpu_usage_seconds_total",
    "container_fs_reads_bytes_total",
    "container_fs_writes_bytes_total",
    // From 0.56 on: 1 healthy, 0 not (yet), -1 without a healthcheck. 0.53 to 0.55 never renew it (pull request 3760).
    "container_health_state",
    "container_last_seen",
    "container_memory_rss",
    "container_memory_working_set_bytes",
    "container_network_receive_bytes_total",
    "container_network_transmit_bytes_total",
    "container_processes",
    "container_spec_cpu_period",
    "container_spec_cpu_quota",
    "container_spec_memory_limit_bytes",
    "container_start_time_seconds",
    "cadvisor_version_info",
    "machine_cpu_cores",
    "machine_memory_bytes",
  ],
  blackbox: [
    "probe_duration_seconds",
    "probe_http_duration_seconds",
    "probe_http_status_code",
    // Of probes by HTTPS.
    "probe_ssl_earliest_cert_expiry",
    "probe_success",
  ],
  "blackbox-exporter": ["blackbox_exporter_build_info", "blackbox_exporter_config_last_reload_successful"],
  postgres: [
    "pg_up",
    "pg_database_size_bytes",
    "pg_exporter_last_scrape_error",
    "pg_settings_max_connections",
    "pg_settings_superuser_reserved_connections",
    "pg_stat_activity_count",
    "pg_stat_activity_max_tx_duration",
    "pg_stat_database_blks_hit",
    "pg_stat_database_blks_read",
    "pg_stat_database_deadlocks",
    "pg_stat_database_temp_bytes",
    "pg_stat_database_xact_commit",
    "pg_stat_database_xact_rollback",
    // From `queries.yml`: seconds that the oldest active scheduled action is overdue, 0 when none is.
    "odoo_cron_oldest_overdue_seconds",
    // Likewise: Unix time of the last success; kind: `database`, `files`. And seconds that the oldest write which isn't archived has
    // waited, 0 when all is.
    "odoo_fleet_backup_last_success_timestamp_seconds",
    "odoo_fleet_wal_waiting_seconds",
    // Likewise, of drills: Unix time of the last proof, how long it took, and whether the last try failed (1); copy: `local`,
    // or `offsite` of what was made from the copies, by itself or by an operator.
    "odoo_fleet_drill_last_success_timestamp_seconds",
    "odoo_fleet_drill_duration_seconds",
    "odoo_fleet_drill_failed",
  ],
  "postgres-exporter": ["postgres_exporter_build_info"],
  nginxlog: [
    // `status` is a class: 2xx, 3xx, 4xx, 5xx. Buckets: `latencyBuckets`.
    "nginx_http_response_count_total",
    "nginx_http_response_time_seconds_hist_bucket",
    "nginx_http_response_time_seconds_hist_count",
    "nginx_http_response_time_seconds_hist_sum",
    "nginx_parse_errors_total",
  ],
  prometheus: [
    "prometheus_build_info",
    "prometheus_config_last_reload_successful",
    "prometheus_engine_query_duration_seconds",
    "prometheus_notifications_dropped_total",
    "prometheus_notifications_errors_total",
    "prometheus_notifications_sent_total",
    "prometheus_rule_evaluation_failures_total",
    "prometheus_rule_group_interval_seconds",
    "prometheus_rule_group_last_duration_seconds",
    "prometheus_target_scrapes_exceeded_sample_limit_total",
    "prometheus_tsdb_compactions_failed_total",
    "prometheus_tsdb_head_samples_appended_total",
    "prometheus_tsdb_head_series",
    "prometheus_tsdb_retention_limit_bytes",
    "prometheus_tsdb_storage_blocks_bytes",
    "prometheus_tsdb_wal_writes_failed_total",
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
  ],
  alertmanager: [
    "alertmanager_alerts",
    "alertmanager_build_info",
    "alertmanager_config_last_reload_successful",
    "alertmanager_notifications_failed_total",
    "alertmanager_notifications_total",
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
  ],
  grafana: ["grafana_build_info", "process_resident_memory_bytes", "process_cpu_seconds_total"],
};

/** Metrics that Prometheus itself adds to each target. */
export const scrapeMetrics = [
  "up",
  "scrape_duration_seconds",
  "scrape_samples_scraped",
  "scrape_samples_post_metric_relabeling",
  "scrape_series_added",
] as const;

/** Upper ends of the buckets of response times, seconds. Few, since each is a series for each tenant and class of status. */
export const latencyBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** What the declaration itself says, as rules with constant labels: no exporter can lose it. All have `environment`. */
export const declaredMetrics = {
  /** 1; host, tenant, plan, state, odoo_version, postgres_version. Also of tenants that don't run. */
  tenantInfo: "odoo_fleet_tenant_info",
  /** When its time or its trial is over, where it has an end: seconds since 1970. */
  tenantEnds: "odoo_fleet_tenant_ends_timestamp_seconds",
  /** 1; host, service, name (the container's), and tenant where it has one. Only what is to run. */
  containerDeclared: "odoo_fleet_container_declared",
  /** 1; host, tenant, service, name. A container of a suspended tenant that a visit starts: it runs or doesn't. */
  containerWakeable: "odoo_fleet_container_wakeable",
  /** 1; host, tenant, hostname. A name at which the edge serves a running tenant by HTTPS. */
  edgeName: "odoo_fleet_edge_name_declared",
  /** Bytes that the containers of a running tenant may use together; host, tenant, plan. */
  tenantMemoryLimit: "odoo_fleet_tenant_memory_limit_bytes",
  /** CPUs, likewise. */
  tenantCpuLimit: "odoo_fleet_tenant_cpu_limit_cores",
  /** Odoo's workers, at least 1; host, tenant, plan. */
  tenantWorkers: "odoo_fleet_tenant_workers",
  /** Seconds that a request of a running tenant may take; host, tenant, plan. */
  requestSeconds: "odoo_fleet_tenant_request_seconds",
  /** Seconds between two backups of a running tenant; host, tenant, kind: `database`, `files`. */
  backupEvery: "odoo_fleet_tenant_backup_every_seconds",
  /** Longest seconds between two proofs that a running tenant can be restored; host, tenant. */
  drillEvery: "odoo_fleet_tenant_drill_every_seconds",
  /** Seconds within which what a running tenant has backed up is on the target; host, tenant. Absent where there is none. */
  offsiteWithin: "odoo_fleet_tenant_offsite_within_seconds",
  /** Seconds between two snapshots of what a host's own services keep; host. Absent where it has none that keep something. */
  snapshotsEvery: "odoo_fleet_host_snapshots_every_seconds",
  /** Bytes that a tenant on a plan takes; plan, and host, since every host could take one. */
  planMemory: "odoo_fleet_plan_memory_bytes",
  /** CPUs, likewise. */
  planCpu: "odoo_fleet_plan_cpu_cores",
  /** Bytes that a host gives to tenants at most; host. Absent where the declaration sets no limit. */
  hostMemoryLimit: "odoo_fleet_host_memory_limit_bytes",
  /** CPUs, likewise. */
  hostCpuLimit: "odoo_fleet_host_cpu_limit_cores",
  /** Slots of a host that neither a tenant has nor are reserved; host. */
  hostSlotsLeft: "odoo_fleet_host_slots_left",
  /** Share of good answers that tenants are promised; no other label. */
  objective: "odoo_fleet_objective_ratio",
} as const;

/** Those of a tenant. */
export const tenantMetrics = [
  declaredMetrics.tenantInfo,
  declaredMetrics.tenantEnds,
  declaredMetrics.containerDeclared,
  declaredMetrics.containerWakeable,
  declaredMetrics.edgeName,
  declaredMetrics.tenantMemoryLimit,
  declaredMetrics.tenantCpuLimit,
  declaredMetrics.tenantWorkers,
  declaredMetrics.requestSeconds,
  declaredMetrics.backupEvery,
  declaredMetrics.drillEvery,
  declaredMetrics.offsiteWithin,
] as const;

/** What recording rules compute; `level:metric:operation` as is Prometheus's custom. Dashboards and `make capacity` read these. */
export const recordedMetrics = {
  /** 0 to 1: the worse of failed probes and of 5xx answers, over 5 minutes; environment, host, tenant. */
  errorRatio: "tenant:odoo_errors:ratio5m",
  /** 0 to 1: share of good answers over the retention's last 3 days. */
  availability3d: "tenant:odoo_availability:ratio3d",
  /** 0 to 1: what is left of the error budget over 3 days; negative when it is overdrawn. */
  budgetLeft3d: "tenant:odoo_error_budget_left:ratio3d",
  /** Requests a second. */
  requestRate: "tenant:nginx_requests:rate5m",
  /** Seconds within which 95 of 100 requests were answered. */
  latency95: "tenant:nginx_latency_seconds:p95_5m",
  /** Bytes in use by the tenant's containers together, and as a share of its plan's. */
  tenantMemory: "tenant:container_memory:bytes",
  tenantMemoryUse: "tenant:container_memory:ratio",
  /** CPUs in use over 5 minutes, and as a share of its plan's. */
  tenantCpu: "tenant:container_cpu:cores5m",
  tenantCpuUse: "tenant:container_cpu:ratio5m",
  /** Bytes of the tenant's database, and bytes that it grew a day over the last 6 hours. */
  databaseBytes: "tenant:postgres_database:bytes",
  databaseGrowth: "tenant:postgres_database_growth:bytes_per_day",
  /** Connections in use as a share of those that may be used. */
  connectionUse: "tenant:postgres_connections:ratio",
  /** By plan: largest memory and CPU use of its tenants, as a share of the plan's. */
  planMemoryUse: "plan:container_memory:ratio_max",
  planCpuUse: "plan:container_cpu:ratio5m_max",
  /** 0 to 1, of the host. */
  hostCpuUse: "host:node_cpu:ratio5m",
  hostMemoryUse: "host:node_memory:ratio",
  /** By mountpoint: 0 to 1, and seconds until it is full at the pace of the last 6 hours (absent when it isn't filling). */
  diskUse: "host:node_filesystem:ratio",
  diskSecondsLeft: "host:node_filesystem_full:seconds",
  /** Bytes and CPUs that the running tenants of a host are promised, what there is for tenants, and what is left of it. */
  hostMemoryPromised: "host:tenant_memory_promised:bytes",
  hostCpuPromised: "host:tenant_cpu_promised:cores",
  hostMemoryForTenants: "host:tenant_memory_capacity:bytes",
  hostMemoryLeft: "host:tenant_memory_left:bytes",
  hostCpuLeft: "host:tenant_cpu_left:cores",
  /** By plan: how many more tenants fit on the host. */
  tenantsLeft: "host:tenants_left:count",
} as const;
