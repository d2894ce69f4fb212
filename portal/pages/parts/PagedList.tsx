import { Button, Group, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "./Failure.tsx";
import { Waiting } from "./Waiting.tsx";

/** Of a query that is read page by page, what its list needs. */
interface PagedQuery {
  readonly error: Error | null;
  readonly refetch: () => unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
}

interface PagedListProps<Item> {
  readonly query: PagedQuery;
  /** What was read so far; undefined: nothing yet. */
  readonly items: readonly Item[] | undefined;
  readonly gap: number | "xs";
  /** Of what comes, in pixels. */
  readonly height: number;
  /** What is said where there is none. */
  readonly none?: ReactNode;
  /** Shows one of them, as an item of a list. */
  readonly children: (item: Item) => ReactNode;
}

/** A list that is read page by page, with what is said while it is read, when it fails, and when there is more. */
export function PagedList<Item>({ query, items, gap, height, none, children }: PagedListProps<Item>) {
  const { t } = useTranslation();
  const { error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  return (
    <>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {items ? (
        <Stack component="ul" gap={gap} p={0} m={0}>
          {items.map(children)}
        </Stack>
      ) : (
        !error && <Waiting height={height} />
      )}
      {items?.length === 0 && none}
      {hasNextPage && (
        <Group>
          <Button variant="default" size="xs" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("instances.more")}
          </Button>
        </Group>
      )}
    </>
  );
}
