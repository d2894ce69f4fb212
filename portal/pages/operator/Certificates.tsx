import { Anchor, Paper, Text, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { operatorTenantOf } from "../../src/pages/paths.ts";
import { answerOf, api, type Schemas } from "../api.ts";
import { Apart } from "../parts/Apart.tsx";
import { Joined } from "../parts/Joined.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useSearch } from "../parts/useSearch.ts";

/** Milliseconds after which what a Prometheus told counts as old: it is asked each minute. */
const oldAfter = 300_000;

interface CertificatesProps {
  /** Whose; undefined: of the whole fleet, with a search. */
  readonly tenant?: string;
}

/** What names are served with: those without any first, then the first to end. */
export function Certificates({ tenant }: CertificatesProps) {
  const { t } = useTranslation();
  const { typed, setTyped, search } = useSearch();
  const query = useInfiniteQuery({
    queryKey: ["operator", "certificates", tenant, search],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/operator/certificates", {
          params: {
            query: {
              limit: 5,
              ...(tenant !== undefined && { tenant }),
              ...(search && { search }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  });
  const certificates = query.data?.pages.flatMap((page) => page.certificates);
  return (
    <Section title={t("operator.certificates")}>
      <Text c="dimmed">{t("operator.certificatesSay")}</Text>
      {tenant === undefined && (
        <TextInput
          type="search"
          label={t("operator.certificateSearch")}
          dir="ltr"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      <PagedList
        query={query}
        items={certificates}
        gap="xs"
        height={120}
        none={<Text role="status">{t(search ? "operator.noSuchCertificate" : "operator.noCertificates")}</Text>}
      >
        {(certificate) => (
          <Certificate
            key={`${certificate.host} ${certificate.name}`}
            certificate={certificate}
            isNamed={tenant === undefined}
          />
        )}
      </PagedList>
    </Section>
  );
}

interface CertificateProps {
  readonly certificate: Schemas["Certificate"];
  /** Whether it is said whose it is. */
  readonly isNamed: boolean;
}

function Certificate({ certificate, isNamed }: CertificateProps) {
  const { t } = useTranslation();
  const at = useMoments();
  const { name, host, tenant, isOrdered, authority, endsAt, seenAt } = certificate;
  const now = Date.now();
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Apart>
        <Text fw={700} style={{ overflowWrap: "anywhere" }}>
          <bdi>{name}</bdi>
        </Text>
        {endsAt !== null && (
          <Text>{t(Date.parse(endsAt) > now ? "operator.goodUntil" : "operator.endedAt", { at: at(endsAt) })}</Text>
        )}
      </Apart>
      {endsAt === null && <Text role="alert">{t("operator.noCertificate")}</Text>}
      <Text c="dimmed">
        <Joined parts={[host, ...(isNamed && !isOrdered ? [tenant] : []), t(`operator.authorities.${authority}`)]} />
      </Text>
      {now - Date.parse(seenAt) > oldAfter && <Text c="dimmed">{t("operator.seenAt", { at: at(seenAt) })}</Text>}
      {isNamed && isOrdered && (
        <Anchor component={Link} href={operatorTenantOf(tenant)}>
          {t("operator.certificateOf", { tenant })}
        </Anchor>
      )}
    </Paper>
  );
}
