/** Acts of consent on the page. A browser collects nothing: it is no device, and has no lasting id. */

import { request, type Schemas } from "./service.ts";

export type Signal = Schemas["Signal"];
export type AnswerKind = "granted" | "refused" | "deferred";

/** An act that is recorded once, however often it is sent. */
export interface Act {
  readonly path: string;
  readonly body: { readonly id: string; readonly signals: readonly Signal[] };
}

const DEVICE_ID = crypto.randomUUID();

/** Return the customer's answer to a notice that they were shown. */
export function answerAct(
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
export function withdrawalAct(signals: readonly Signal[]): Act {
  return { path: "/v1/consents/withdrawals", body: common(signals) };
}

/** Submit an act. Submitted again, it is recorded once. */
export function submit(act: Act): Promise<Schemas["Receipted"]> {
  return request("POST", act.path, { body: act.body });
}

/** Object to a purpose, or stop objecting. */
export function object(purpose: string, objects: boolean): Promise<Schemas["Objection"]> {
  const path = `/v1/me/objections/${purpose}`;
  return objects
    ? request("PUT", path, { body: { device_id: DEVICE_ID } })
    : request("DELETE", path);
}

function common(signals: readonly Signal[]) {
  const now = new Date().toISOString();
  return { id: crypto.randomUUID(), signals, device_id: DEVICE_ID, occurred_at: now };
}
