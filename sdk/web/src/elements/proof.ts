/** `<nabij-proof>`: what a withdrawal did, each line ticked as it becomes true. */

import { css, html, nothing, svg, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { encode } from "uqr";
import { get, getPublic, Problem, type Schemas } from "../api/service.ts";
import {
  checkInclusion,
  checkReceipt,
  type InclusionProof,
  InvalidProof,
  type Keys,
  type Receipt,
  readKeys,
  signedAt,
} from "../proof/index.ts";
import { capital } from "../texts/texts.ts";
import { NabijElement } from "./base.ts";
import { saveJson } from "./saving.ts";

type Device = Schemas["Device"];
type Signal = Schemas["Signal"];
type Tick = "done" | "busy" | "bad";

const LOOKS = 20;
const BETWEEN_LOOKS_MS = 500;

/** A withdrawal that the service has recorded. */
export interface Withdrawal {
  readonly signals: readonly Signal[];
  readonly recorded: Schemas["Receipted"];
}

/** Shows and checks one withdrawal. Event: `nabij-close` where the customer has seen it. */
@customElement("nabij-proof")
export class NabijProof extends NabijElement {
  static override styles = [
    ...NabijElement.styles,
    css`
      .card {
        border: 2px solid var(--nabij-brand);
      }
      .sides {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 9rem;
        gap: calc(2.5 * var(--nabij-space));
      }
      @media (max-width: 40rem) {
        .sides {
          grid-template-columns: minmax(0, 1fr);
        }
      }
      li {
        display: grid;
        grid-template-columns: 1.75rem minmax(0, 1fr);
        margin-bottom: var(--nabij-space);
      }
      .tick {
        color: var(--nabij-brand);
        font-weight: 700;
      }
      figure {
        align-content: start;
      }
      .qr {
        width: 9rem;
        border: 8px solid #fff;
        border-radius: 8px;
        background: #fff;
        forced-color-adjust: none;
      }
      .qr path {
        fill: #1d1f1c;
      }
    `,
  ];

  @property({ attribute: false }) withdrawal!: Withdrawal;

  /** The customer's devices as they are now, each with what it acknowledged. */
  @property({ attribute: false }) devices: readonly Device[] = [];

  @state() private kept: number | null = null;
  @state() private receipt: Receipt | "invalid" | null = null;
  @state() private place: InclusionProof | "unlogged" | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.attempt(() => this.#countAgain());
    void this.attempt(() => this.#check());
  }

  /** Move the focus to the proof. */
  async focusTitle(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("h2")?.focus();
  }

  async #countAgain(): Promise<void> {
    const { devices } = await get<Schemas["OwnStatus"]>("/v1/me/status");
    const held = { gps: "square", gsm: "gsm", wifi: "wifi" } as const;
    const rows = devices.flatMap((each) =>
      this.withdrawal.signals.filter((signal) => each[held[signal]] !== null),
    );
    this.kept = rows.length;
  }

  async #check(): Promise<void> {
    const keys = await readKeys(await getPublic("/.well-known/jwks.json"));
    try {
      const { recorded } = this.withdrawal;
      const receipt = await checkReceipt(recorded.receipt, keys);
      const { act } = receipt.event;
      if (act.kind !== "withdrawn" || act.event_id !== recorded.event_id) {
        throw new InvalidProof("the receipt is of another act");
      }
      this.receipt = receipt;
      this.place = await this.#placed(this.receipt, keys);
    } catch (error) {
      if (!(error instanceof InvalidProof)) throw error;
      this.receipt = "invalid";
    }
  }

  /** An act gets its place within a moment: wait for a head that was signed since. */
  async #placed(receipt: Receipt, keys: Keys): Promise<InclusionProof | "unlogged"> {
    for (let look = 0; look < LOOKS; look++) {
      const { checkpoint } = await getPublic<Schemas["NewestCheckpoint"]>("/v1/log/checkpoint");
      if ((await signedAt(checkpoint, keys)) > new Date(receipt.event.recorded_at)) {
        return await this.#proofOf(receipt, keys);
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
    }
    return "unlogged";
  }

  async #proofOf(receipt: Receipt, keys: Keys): Promise<InclusionProof | "unlogged"> {
    try {
      const path = `/v1/log/proof/inclusion?leaf_hash=${receipt.leafHash}`;
      const proof = await getPublic<InclusionProof>(path);
      await checkInclusion(receipt, proof, keys);
      return proof;
    } catch (error) {
      if (error instanceof Problem && error.slug === "not-in-log") return "unlogged";
      throw error;
    }
  }

  protected override render(): TemplateResult {
    const { recorded, signals } = this.withdrawal;
    const erased = Object.values(recorded.erased).reduce((sum, each) => sum + each, 0);
    const time = this.texts.time(recorded.recorded_at);
    const named = this.texts.list(signals.map((each) => this.texts.value(each)));
    return html`
      <section class="card" aria-labelledby="title">
        <div class="sides">
          <div class="stack">
            <div>
              <h2 id="title" tabindex="-1">${this.say("proof.title")}</h2>
              <p class="quiet small">
                ${this.say("proof.at", {
                  signals: capital(named),
                  moment: this.texts.moment(recorded.recorded_at),
                })}
              </p>
            </div>
            <ul aria-live="polite">
              ${this.#line("done", this.texts.count("proof.erased", erased, { time }))}
              ${this.#zero()} ${this.#stopped()} ${this.#valid()} ${this.#logged()}
            </ul>
            <p class="small quiet">${this.say("proof.lawful")} <slot></slot></p>
            <div class="actions no-print">
              <button @click=${this.#save}>${this.say("proof.save")}</button>
              <button class="link" @click=${() => print()}>${this.say("proof.print")}</button>
              <button class="link" @click=${() => this.emit("nabij-close")}>
                ${this.say("proof.close")}
              </button>
            </div>
          </div>
          ${this.#qr()}
        </div>
      </section>
    `;
  }

  #line(tick: Tick, text: string): TemplateResult {
    const sign = { done: "✓", busy: "◔", bad: "!" }[tick];
    return html`
      <li data-tick=${tick}>
        <span class="tick" aria-hidden="true">${sign}</span>
        <span><span class="hidden">${this.say(`tick.${tick}`)}: </span>${text}</span>
      </li>
    `;
  }

  #zero(): TemplateResult {
    if (this.kept === null)
      return this.#line("busy", this.say(this.failure ? "proof.unread" : "proof.busy"));
    return this.#line(this.kept === 0 ? "done" : "bad", this.say("proof.zero", { n: this.kept }));
  }

  #stopped(): TemplateResult[] {
    if (this.devices.length === 0) return [this.#line("done", this.say("proof.nodevices"))];
    const late = this.devices.filter((each) => each.state === "not-yet-reached");
    const reached = this.devices.length - late.length;
    const text = this.say(`proof.devices.${this.devices.length === 1 ? "one" : "other"}`, {
      n: reached,
      m: this.devices.length,
    });
    const lines = late.map((each) =>
      this.#line(
        "busy",
        this.say("proof.late", { device: capital(this.texts.value(each.platform)) }),
      ),
    );
    return [this.#line(late.length === 0 ? "done" : "busy", text), ...lines];
  }

  #valid(): TemplateResult {
    if (this.receipt === "invalid") return this.#line("bad", this.say("proof.invalid"));
    if (this.receipt !== null) return this.#line("done", this.say("proof.valid"));
    return this.#line("busy", this.say(this.failure ? "proof.unread" : "proof.checking"));
  }

  #logged(): TemplateResult | typeof nothing {
    if (this.receipt === "invalid") return nothing;
    if (this.place === null) return this.#line("busy", this.say("proof.logging"));
    if (this.place === "unlogged") return this.#line("busy", this.say("proof.unlogged"));
    const { leaf_index: index, tree_size: size } = this.place;
    const numbers = { n: this.texts.number(index + 1), size: this.texts.number(size) };
    return this.#line("done", this.say("proof.logged", numbers));
  }

  /** Where anybody can see the act in the log. Its leaf is salted: it says nothing by itself. */
  #qr(): TemplateResult | typeof nothing {
    if (this.receipt === null || this.receipt === "invalid") return nothing;
    const path = `/v1/log/proof/inclusion?leaf_hash=${this.receipt.leafHash}`;
    const { data, size } = encode(location.origin + path);
    const dots = data.flatMap((row, y) =>
      row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])),
    );
    return html`
      <figure class="stack tight">
        <svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${this.say("proof.qr.name")}>
          ${svg`<path d=${dots.join("")} shape-rendering="crispEdges"></path>`}
        </svg>
        <figcaption class="quiet small">
          ${this.say("proof.qr")}
          ${
            typeof this.place === "object" && this.place !== null
              ? html`<a class="block" href=${path}>${this.say("proof.look")}</a>`
              : nothing
          }
        </figcaption>
      </figure>
    `;
  }

  #save = async (): Promise<void> => {
    await this.attempt(async () => {
      const { number, receipt } = this.withdrawal.recorded;
      const proof = typeof this.place === "string" ? null : this.place;
      const keys = await getPublic("/.well-known/jwks.json");
      saveJson(`nabij-${this.locale === "nl" ? "bewijs" : "receipt"}-${number}.json`, {
        receipt,
        proof,
        keys,
      });
    });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-proof": NabijProof;
  }
}
