import { Text, Textarea, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { Form } from "../parts/Form.tsx";
import { Section } from "../parts/Section.tsx";
import { useWrite } from "../parts/useWrite.ts";
import { Waiting } from "../parts/Waiting.tsx";

/** Who is billed. */
export function Billing() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["billing"],
    queryFn: () => answerOf(api.GET("/api/v1/billing")),
  });
  return (
    <Section title={t("invoices.billing")}>
      <Text>{t("invoices.billingSays")}</Text>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {data ? <BillingForm billing={data.billing} /> : !error && <Waiting height={300} />}
    </Section>
  );
}

function BillingForm({ billing }: { readonly billing: Schemas["Billing"] | null }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(billing?.name ?? "");
  const [address, setAddress] = useState(billing?.address.join("\n") ?? "");
  const [country, setCountry] = useState(billing?.country ?? "");
  const [vatId, setVatId] = useState(billing?.vatId ?? "");
  const setting = useWrite(
    (body: Schemas["BillingRequest"], params) => answerOf(api.PUT("/api/v1/billing", { params, body })),
    (answer) => {
      queries.setQueryData(["billing"], answer);
      setVatId(answer.billing?.vatId ?? "");
      return undefined;
    },
  );
  const lines = address
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const refused = (name: string) =>
    setting.error?.fields.some(({ field }) => field.split(".")[0] === name) && t("refused.invalid");
  const wanted = {
    name: name.trim(),
    address: lines,
    country: country.trim().toUpperCase(),
    vatId: vatId.trim() === "" ? null : vatId.trim(),
  };
  return (
    <Form
      sending={{ ...setting, mutate: () => setting.mutate(wanted) }}
      submit={t("invoices.set")}
      disabled={wanted.name === "" || lines.length === 0 || wanted.country.length !== 2}
    >
      <TextInput
        label={t("invoices.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={refused("name")}
        maxLength={100}
        autoComplete="organization"
        required
      />
      <Textarea
        label={t("invoices.address")}
        description={t("invoices.addressHint")}
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
        error={refused("address")}
        rows={4}
        autoComplete="street-address"
        required
      />
      <TextInput
        label={t("invoices.country")}
        dir="ltr"
        description={t("invoices.countryHint")}
        value={country}
        onChange={(event) => setCountry(event.currentTarget.value)}
        error={refused("country")}
        maxLength={2}
        autoComplete="country"
        required
      />
      <TextInput
        label={t("invoices.vatId")}
        dir="ltr"
        description={t("invoices.vatIdHint")}
        value={vatId}
        onChange={(event) => setVatId(event.currentTarget.value)}
        error={refused("vatId")}
        maxLength={30}
        autoComplete="off"
      />
      {setting.isSuccess && <Text role="status">{t("invoices.isSet")}</Text>}
    </Form>
  );
}
