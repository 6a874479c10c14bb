/** The notice as the service writes it: `nabij_consent.documents` describes every member. */

import type { Locale } from "../texts/texts.ts";
import type { Signal } from "./acts.ts";

/** A text in each language. */
export type Both = Readonly<Record<Locale, string>>;

export interface NoticeSignal {
  readonly signal: Signal;
  readonly resolution_m: number | null;
  readonly retention_days: number;
  readonly reads: Both;
  readonly why: Both;
  readonly precision?: Both;
  readonly often?: Both;
  readonly kept?: Both;
}

export interface Notice {
  readonly version: number;
  readonly controller: {
    readonly name: string;
    readonly address: string;
    readonly email: string;
    readonly privacy_officer_email: string;
  };
  readonly recipients: readonly {
    readonly name: string;
    readonly country: string;
    readonly role: Both;
    readonly safeguard?: Both;
  }[];
  readonly grant_days: number;
  readonly title: Both;
  readonly body: Both;
  readonly withdrawal: Both;
  readonly purposes: readonly {
    readonly purpose: string;
    readonly title: Both;
    readonly signals: readonly NoticeSignal[];
  }[];
  readonly retention: readonly { readonly what: Both }[];
  /** Absent in notices of format 1. */
  readonly statement?: Readonly<Record<StatementPart, Both>> & {
    readonly remains: readonly { readonly records: string; readonly what: Both }[];
  };
}

export type StatementPart =
  | "basis"
  | "recipients"
  | "lasts"
  | "rights"
  | "complaint"
  | "obligation"
  | "decisions"
  | "origin"
  | "age"
  | "on_device";

/** What is told beside each choice: what it is called, and the member that says it. */
export const ROWS = [
  ["what", "reads"],
  ["why", "why"],
  ["precision", "precision"],
  ["often", "often"],
  ["long", "kept"],
] as const;

/** What a notice asks for: each signal with its purpose. */
export function requestedSignals(notice: Notice): { purpose: string; terms: NoticeSignal }[] {
  return notice.purposes.flatMap(({ purpose, signals }) =>
    signals.map((terms) => ({ purpose, terms })),
  );
}
