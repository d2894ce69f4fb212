import { Anchor, Button, Checkbox, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { modulesOf } from "../../src/pages/modulesOf.ts";
import { pagePaths } from "../../src/pages/paths.ts";
import { EmailField } from "../parts/EmailField.tsx";
import { Failure } from "../parts/Failure.tsx";
import { AddressField } from "./AddressField.tsx";
import { PlanChoice } from "./PlanChoice.tsx";
import { usePlaceOrder } from "./placeOrder.ts";
import type { Plans } from "./plans.ts";
import { SetChoice } from "./SetChoice.tsx";
import { UsualTime } from "./UsualTime.tsx";

interface OrderFormProps {
  readonly sold: Plans;
  readonly isGuest: boolean;
  /** Of who is signed in. */
  readonly email: string;
}

/** Why fields are refused, by their names. */
type Faults = Readonly<Record<string, string>>;

/** All that is asked of a customer, and what is wrong with it. */
export function OrderForm({ sold, isGuest, email }: OrderFormProps) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState({
    plan: sold.plans[0]!.name,
    address: "",
    company: "",
    odooVersion: sold.odooVersions[0]!,
    sets: [] as readonly string[],
    email: "",
    trial: false,
    terms: false,
  });
  // Why a field can't be had as it is, until it changes.
  const [faults, setFaults] = useState<Faults>({});
  const [, go] = useLocation();
  const placing = usePlaceOrder(email, (placed) => go(pagePaths.order, { state: { placed } }));
  const plan = sold.plans.find(({ name }) => name === wanted.plan);

  const set = (changes: Partial<typeof wanted>) => {
    setWanted({ ...wanted, ...changes });
    setFaults(Object.fromEntries(Object.entries(faults).filter(([field]) => !(field in changes))));
  };
  const fault = (field: keyof typeof wanted): string | undefined => {
    const reason = faults[field];
    const isShape = reason === "invalid" && (field === "address" || field === "email");
    return reason && t([`refused.${isShape ? field : reason}`, "refused.invalid"]);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { email: to, ...order } = wanted;
    const needed = ["address", "company", ...(isGuest ? ["email"] : []), "terms"] as const;
    const empty = needed.filter((field) => !wanted[field as keyof typeof wanted]);
    setFaults(Object.fromEntries(empty.map((field) => [field, field === "terms" ? "notAccepted" : "needed"])));
    if (empty.length === 0) {
      const trial = order.trial && (plan?.trialDays ?? 0) > 0;
      placing.mutate(
        { ...order, sets: [...order.sets], trial, ...(isGuest && { email: to.trim() }) },
        { onError: ({ fields }) => setFaults(Object.fromEntries(fields.map(({ field, reason }) => [field, reason]))) },
      );
    } else {
      // The first field that is missing something gets the focus.
      event.currentTarget.querySelector<HTMLElement>(`[name="${empty[0]}"]`)?.focus();
    }
  };

  // Once what was marked is changed, nothing is left of that.
  const isRefused = placing.error !== null && placing.error.fields.length > 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="xs">
        <PlanChoice plans={sold.plans} value={wanted.plan} onChange={(name) => set({ plan: name })} />
        {sold.sets.length > 0 && (
          <SetChoice sets={sold.sets} value={wanted.sets} onChange={(sets) => set({ sets })} fault={fault("sets")} />
        )}
        <AddressField value={wanted.address} onChange={(address) => set({ address })} fault={fault("address")} />
        <SimpleGrid cols={2} spacing="xs">
          <TextInput
            name="company"
            label={t("order.company")}
            value={wanted.company}
            onChange={(event) => set({ company: event.currentTarget.value })}
            error={fault("company")}
            autoComplete="organization"
            required
          />
          <NativeSelect
            label={t("order.release")}
            data={sold.odooVersions}
            value={wanted.odooVersion}
            onChange={(event) => set({ odooVersion: event.currentTarget.value })}
          />
        </SimpleGrid>
        {isGuest && (
          <EmailField
            name="email"
            label={t("order.email")}
            description={t("order.emailHint")}
            value={wanted.email}
            onChange={(email) => set({ email })}
            error={fault("email")}
            autoComplete="email"
          />
        )}
        {plan && plan.trialDays > 0 && (
          <Checkbox
            name="trial"
            label={t("order.trial", { count: plan.trialDays })}
            checked={wanted.trial}
            onChange={(event) => set({ trial: event.currentTarget.checked })}
            error={fault("trial")}
          />
        )}
        <Group gap="xs" style={{ rowGap: 4 }}>
          <Checkbox
            name="terms"
            label={t("order.terms")}
            checked={wanted.terms}
            onChange={(event) => set({ terms: event.currentTarget.checked })}
            error={fault("terms")}
            required
          />
          {sold.termsUrl !== null && (
            // In a window of its own: what was typed stays.
            <Anchor href={sold.termsUrl} target="_blank" rel="noreferrer" size="sm">
              {t("order.readTerms")}
            </Anchor>
          )}
        </Group>
        {sold.payment === "stripe" && plan && plan.price > 0 && !wanted.trial && (
          <Text size="sm">{t("payments.aCard")}</Text>
        )}
        {placing.error && !(isRefused && Object.keys(faults).length === 0) && <Failure error={placing.error} />}
        <Button type="submit" loading={placing.isPending}>
          {t("order.submit")}
        </Button>
        <UsualTime sold={sold} modules={modulesOf(sold.sets.filter(({ name }) => wanted.sets.includes(name)))} />
      </Stack>
    </form>
  );
}
