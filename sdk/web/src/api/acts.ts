/** Acts of consent on the page. A browser collects nothing: it is no device, and has no lasting id. */

import { ask, type Schemas } from "./service.ts";

export type Signal = Schemas["Signal"];
export type AnswerKind = "granted" | "refused" | "deferred";

/** An act that is told once, however often it is sent. */
export interface Act {
  readonly path: string;
  readonly body: { readonly id: string; readonly signals: readonly Signal[] };
}

const DEVICE_ID = crypto.randomUUID();

/** Return the customer's answer to a notice that they were shown. */
export function answering(
  kind: AnswerKind,
  purpose: string,
  signals: readonly Signal[],
  shown: Schemas["ServedNotice"],
): Act {
  const { version } = shown.notice as { version: number };
  return {
    path: `/v1/consents?locale=${shown.locale}`,
    body: {
      ...common(signals),
      ...{ kind, purpose, notice_version: version, nonce: shown.nonce, platform: "browser" },
    },
  };
}

/** Return a withdrawal: of these signals, for every purpose. */
export function withdrawing(signals: readonly Signal[]): Act {
  return { path: "/v1/consents/withdrawals", body: common(signals) };
}

/** Tell the service of an act. Told again, it is recorded once. */
export function tell(act: Act): Promise<Schemas["Receipted"]> {
  return ask("POST", act.path, { body: act.body });
}

/** Object to a purpose, or stop objecting. */
export function object(purpose: string, objects: boolean): Promise<Schemas["Objection"]> {
  const path = `/v1/me/objections/${purpose}`;
  return objects ? ask("PUT", path, { body: { device_id: DEVICE_ID } }) : ask("DELETE", path);
}

function common(signals: readonly Signal[]) {
  const now = new Date().toISOString();
  return { id: crypto.randomUUID(), signals, device_id: DEVICE_ID, occurred_at: now };
}
