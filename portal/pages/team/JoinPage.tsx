import { Alert, Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import type { ApiError, Schemas } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { askLogin, useMe, useOtherUser, useSignOut } from "../login/me.ts";
import { SignIn } from "../login/SignIn.tsx";
import { Failure } from "../parts/Failure.tsx";
import { useHash } from "../parts/useHash.ts";
import { useMoments } from "../parts/useMoments.ts";
import { Waiting } from "../parts/Waiting.tsx";

/** What a code invites to. */
interface Offer {
  readonly team: string;
  readonly inviter: string;
  readonly email: string;
  readonly role: Schemas["Member"]["role"];
  readonly until: string;
}

/** Where an invitation's link leads. Reading it changes nothing: it is accepted by its button, by who is signed in with its address. */
export function JoinPage() {
  const { t } = useTranslation();
  const code = useCode();
  return (
    <Page title={t("join.title")}>
      {code !== undefined ? <Invitation key={code} code={code} /> : <Refused text={t("join.missing")} />}
    </Page>
  );
}

/** Where a tab keeps the code of an invitation while somebody signs in elsewhere: on the page for that, or at another service. */
const kept = "portal-invitation";

/** The code of the link, or of the one that this tab followed last. */
function useCode(): string | undefined {
  const hash = useHash();
  const code = /^[\w-]{43}$/.test(hash) ? hash : undefined;
  useEffect(() => {
    if (code !== undefined) {
      sessionStorage.setItem(kept, code);
    }
  }, [code]);
  return hash === "" ? (sessionStorage.getItem(kept) ?? undefined) : code;
}

function Invitation({ code }: { readonly code: string }) {
  const { t } = useTranslation();
  const at = useMoments();
  const me = useMe();
  const { data, error, refetch } = useQuery<Offer, ApiError>({
    queryKey: ["invitation", code],
    queryFn: () => askLogin("POST", "/invitations/offers", { code }),
  });
  if (error) {
    return error.kind === "code" ? (
      <Refused text={t("join.spent")} />
    ) : (
      <Failure error={error} retry={() => void refetch()} />
    );
  }
  if (!data || !me.data) {
    return me.error ? <Failure error={me.error} retry={() => void me.refetch()} /> : <Waiting height={200} />;
  }
  const { team, inviter, email, role, until } = data;
  return (
    <Stack>
      <Text>{t("join.text", { inviter, team })}</Text>
      <Text>
        <b>{t("join.as", { role: t(`team.roles.${role}`) })}</b>. {t(`team.rolesSay.${role}`)}
      </Text>
      <Text>{t("join.until", { email, at: at(until) })}</Text>
      {me.data.email === email ? (
        <Accept code={code} />
      ) : me.data.email === null ? (
        <>
          <Text>{t("join.signIn", { email })}</Text>
          <SignIn first={email} next={pagePaths.join} />
          {/* On a page beside this one, which keeps the code. */}
          <Anchor href={pagePaths.password} target="_blank">
            {t("join.noPassword")}
          </Anchor>
        </>
      ) : (
        <Other email={me.data.email} />
      )}
    </Stack>
  );
}

function Accept({ code }: { readonly code: string }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const changed = useOtherUser();
  const accepting = useMutation<unknown, ApiError>({
    mutationFn: () => askLogin("POST", "/invitations", { code }),
    onSuccess: async () => {
      sessionStorage.removeItem(kept);
      await changed();
      go(pagePaths.instances, { replace: true });
    },
  });
  return (
    <>
      <Group>
        <Button onClick={() => accepting.mutate()} loading={accepting.isPending}>
          {t("join.accept")}
        </Button>
      </Group>
      {accepting.error &&
        (accepting.error.kind === "code" ? <Refused text={t("join.spent")} /> : <Failure error={accepting.error} />)}
    </>
  );
}

/** For who is signed in with another address. */
function Other({ email }: { readonly email: string }) {
  const { t } = useTranslation();
  const signingOut = useSignOut();
  return (
    <>
      <Text>{t("join.other", { email })}</Text>
      <Group>
        <Button variant="default" loading={signingOut.isPending} onClick={() => signingOut.mutate()}>
          {t("frame.signOut")}
        </Button>
      </Group>
    </>
  );
}

function Refused({ text }: { readonly text: string }) {
  return (
    <Alert color="red" variant="outline" role="alert">
      {text}
    </Alert>
  );
}
