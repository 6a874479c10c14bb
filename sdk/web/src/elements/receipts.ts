/** `<nabij-receipts>`: what the customer chose, with a receipt for each that the browser checks. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { get, getPublic, type Schemas } from "../api/service.ts";
import { checkReceipt, InvalidProof, readKeys } from "../proof/index.ts";
import { capital } from "../texts/texts.ts";
import { NabijElement } from "./base.ts";

type Page = Schemas["ReceiptedActs"];

@customElement("nabij-receipts")
export class NabijReceipts extends NabijElement {
  /** The newest acts; older ones are read when they are asked for. */
  @property({ attribute: false }) newest!: Page;

  @state() private older: readonly Page[] = [];
  @state() private verdicts: Readonly<Record<string, string>> = {};

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("newest")) this.older = [];
  }

  protected override render(): TemplateResult {
    const pages = [this.newest, ...this.older];
    const acts = pages.flatMap((each) => each.acts);
    const before = pages.at(-1)?.before ?? null;
    return html`
      <section class="card" aria-labelledby="receipts">
        <h2 id="receipts">${this.say("rec.title")}</h2>
        <p class="quiet small">${this.say("rec.what")}</p>
        ${acts.length === 0 ? html`<p>${this.say("rec.none")}</p>` : nothing}
        <ul class="stack tight">
          ${acts.map((each) => this.#act(each))}
        </ul>
        ${
          before === null
            ? nothing
            : html`
                <div>
                  <button class="link" @click=${() => this.#showOlder(before)}>${this.say("more")}</button>
                </div>
              `
        }
        ${this.failed()}
      </section>
    `;
  }

  #act(act: Page["acts"][number]): TemplateResult {
    const text = this.say("rec.row", {
      kind: capital(this.texts.value(act.kind)),
      signals: this.texts.list(act.signals.map((each) => this.texts.value(each))),
      date: this.texts.moment(act.recorded_at),
    });
    const verdict = this.verdicts[act.event_id];
    return html`
      <li class="actions">
        <span>${text}</span>
        ${
          verdict === undefined
            ? html`
                <button
                  class="link"
                  aria-label=${this.say("rec.check.name", { receipt: text })}
                  @click=${() => this.#check(act.event_id)}
                >
                  ${this.say("rec.check")}
                </button>
              `
            : html`
                <strong id="verdict-${act.event_id}" class="small" role="status" tabindex="-1">
                  ${verdict}
                </strong>
              `
        }
      </li>
    `;
  }

  async #check(eventId: string): Promise<void> {
    await this.attempt(async () => {
      const keys = await readKeys(await getPublic("/.well-known/jwks.json"));
      const { receipt, witnesses } = await get<Schemas["OneReceipt"]>(`/v1/receipts/${eventId}`);
      const { seen, asked } = witnesses;
      const witnessed = asked === 0 ? "" : this.say("proof.witnessed", { n: seen, m: asked });
      const verdict = await checkReceipt(receipt, keys).then(
        () => `${this.say("proof.valid")} ${witnessed}`,
        (error: unknown) => {
          if (!(error instanceof InvalidProof)) throw error;
          return this.say("proof.invalid");
        },
      );
      this.verdicts = { ...this.verdicts, [eventId]: verdict };
      await this.moveFocus(`#verdict-${CSS.escape(eventId)}`);
    });
  }

  async #showOlder(before: number): Promise<void> {
    await this.attempt(async () => {
      this.older = [...this.older, await get<Page>(`/v1/receipts?before=${before}`)];
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-receipts": NabijReceipts;
  }
}
