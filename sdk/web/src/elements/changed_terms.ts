/** What is different in a notice, since the customer agreed to an earlier one. */

import { type Notice, type NoticeSignal, ROWS, requestedSignals } from "../api/notice.ts";
import { get, type Schemas } from "../api/service.ts";
import { fromBase64Url } from "../proof/bytes.ts";
import type { Locale } from "../texts/texts.ts";

/** One sentence beside the switch: as it was, and as it is. */
export interface ChangedTerm {
  readonly signal: NoticeSignal["signal"];
  readonly row: (typeof ROWS)[number][0];
  readonly before: string;
  readonly now: string;
}

/** Return what changed since the notice of the customer's last yes, which its receipt holds whole. */
export async function changedTerms(notice: Notice, locale: Locale): Promise<ChangedTerm[]> {
  const { acts } = await get<Schemas["ReceiptedActs"]>("/v1/receipts");
  const yes = acts.find((each) => each.kind === "granted");
  if (yes === undefined) return [];
  const { receipt } = await get<Schemas["OneReceipt"]>(`/v1/receipts/${yes.event_id}`);
  return differences(agreedTo(receipt), notice, locale);
}

function agreedTo(receipt: string): Notice {
  const payload = fromBase64Url(receipt.split(".")[1] ?? "");
  return JSON.parse(new TextDecoder().decode(payload))["nabij:notice"];
}

function differences(before: Notice, now: Notice, locale: Locale): ChangedTerm[] {
  const earlier = new Map(requestedSignals(before).map(({ terms }) => [terms.signal, terms]));
  return requestedSignals(now).flatMap(({ terms }) =>
    ROWS.flatMap(([row, member]) => {
      const [was, is] = [earlier.get(terms.signal)?.[member], terms[member]];
      if (was === undefined || is === undefined || was[locale] === is[locale]) return [];
      return [{ signal: terms.signal, row, before: was[locale], now: is[locale] }];
    }),
  );
}
