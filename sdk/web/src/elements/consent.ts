/** `<nabij-consent>`: the layered notice, and for each signal a card with two buttons that are alike. */

import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { type Act, type AnswerKind, answerAct, type Signal, submit } from "../api/acts.ts";
import { type Notice, type NoticeSignal, ROWS, requestedSignals } from "../api/notice.ts";
import { get, orUnreachable, Problem, type Schemas, Unreachable } from "../api/service.ts";
import type { Resolution } from "../geo/index.ts";
import { NabijElement } from "./base.ts";
import type { ChangedTerm } from "./changed_terms.ts";
import type { Preview } from "./preview.ts";
import { drawSquare, squareStyles } from "./square.ts";
import { tokens } from "./styles.ts";

type Permission = Schemas["Permission"];

const EXAMPLE_CELL = "CRS3035RES1000mN3237000E4004000";

/**
 * Ask a signed-in customer for consent, signal by signal.
 *
 * Attributes: `locale` (nl or en); `occasion`, which is `settings` where the customer opened it and
 * `prompt` where they did not: then nothing is shown while a no stands.
 *
 * Events: `nabij-answered` {signal, kind} once the service recorded an answer; `nabij-nothing-to-ask`;
 * `nabij-signed-out`; `nabij-open` {path} where a link of the page was chosen.
 */
@customElement("nabij-consent")
export class NabijConsent extends NabijElement {
  static override styles = [
    tokens,
    ...NabijElement.styles,
    squareStyles,
    css`
      .preview {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr));
        gap: calc(2.5 * var(--nabij-space));
        align-items: center;
      }
      del {
        color: var(--nabij-quiet);
      }
      ins {
        background: var(--nabij-brand-soft);
        text-decoration: none;
      }
    `,
  ];

  @property() occasion: "settings" | "prompt" = "settings";

  @state() private shown: Schemas["ServedNotice"] | null = null;
  @state() private permissions: readonly Permission[] = [];
  @state() private objected: ReadonlySet<string> = new Set();
  @state() private changes: readonly ChangedTerm[] = [];
  @state() private saved: Readonly<Partial<Record<Signal, AnswerKind>>> = {};
  @state() private unsure: Act | null = null;
  @state() private busy = false;
  @state() private acted: Signal | null = null;
  @state() private preview: Preview | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("online", this.#retry);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("online", this.#retry);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("locale") || changed.has("occasion")) void this.#load();
  }

  async #load(): Promise<void> {
    await this.attempt(async () => {
      const path = this.occasion === "prompt" ? "/v1/consents/prompt" : "/v1/notice";
      try {
        this.shown = await get(`${path}?locale=${this.locale}`);
      } catch (error) {
        if (!(error instanceof Problem && error.slug === "nothing-to-ask")) throw error;
        this.emit("nabij-nothing-to-ask");
        return;
      }
      this.permissions = (await get<Schemas["Consents"]>("/v1/consents")).permissions;
      if (this.permissions.some((each) => each.reasons.includes("notice-changed"))) {
        const { changedTerms } = await orUnreachable(import("./changed_terms.ts"));
        this.changes = await changedTerms(this.#notice, this.locale);
      }
    });
  }

  get #notice(): Notice {
    return this.shown?.notice as unknown as Notice;
  }

  protected override render(): TemplateResult {
    const body = this.shown === null ? this.awaited(() => this.#load()) : this.#question();
    return this.titled(this.say("ask.title"), body);
  }

  #question(): TemplateResult {
    const notice = this.#notice;
    const { controller, statement, body } = notice;
    const asks = requestedSignals(notice);
    return html`
        <header class="stack tight">
          <p>${this.say("ask.who", { controller: controller.name })}</p>
          <p>${body[this.locale]}</p>
          <p>${statement?.obligation[this.locale]} ${statement?.age[this.locale]}</p>
          <p class="quiet">${this.say("ask.until", { date: this.#until(notice) })}</p>
          ${
            (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl
              ? html`<p class="note small">${this.say("ask.gpc")}</p>`
              : nothing
          }
          ${this.#changed()}
        </header>
        ${asks.map(({ purpose, terms }, index) => this.#card(purpose, terms, index, asks.length))}
        <div class="actions">
          <button aria-disabled=${this.busy} @click=${() => this.#refuseAll(asks)}>
            ${this.say("ask.refuseall")}
          </button>
          ${
            Object.keys(this.saved).length === 0
              ? nothing
              : html`<a class="block" href="/" @click=${this.followLink}>${this.say("ask.done")}</a>`
          }
          <a class="block" href="/statement" @click=${this.followLink}>
            ${this.say("ask.more", { v: notice.version })}
          </a>
        </div>
        <p class="quiet small">${notice.withdrawal[this.locale]}</p>
    `;
  }

  #card(purpose: string, terms: NoticeSignal, index: number, total: number): TemplateResult {
    const signal = this.say(`signal.${terms.signal}`);
    const title = this.say("ask.step", { n: index + 1, total, signal });
    const objected = this.objected.has(purpose);
    return html`
      <section class="card" data-signal=${terms.signal} aria-labelledby="title-${terms.signal}">
        <h2 id="title-${terms.signal}">${title}</h2>
        ${terms.resolution_m === null ? nothing : this.#preview(terms.resolution_m as Resolution)}
        <dl class="facts">
          ${ROWS.map(([label, member]) => {
            const text = terms[member]?.[this.locale];
            return text === undefined
              ? nothing
              : html`<dt>${this.texts.shared.phrases[label]}</dt><dd>${text}</dd>`;
          })}
          <dt>${this.say("ask.who.row")}</dt>
          <dd>${this.#who()}</dd>
        </dl>
        <details>
          <summary>${this.say("ask.payload")}</summary>
          <pre>${this.#payload(purpose, terms)}</pre>
          ${
            terms.signal === "gps"
              ? html`<p class="quiet small">
                  ${this.say(this.#previewedCode === null ? "ask.payload.example" : "ask.payload.yours")}
                </p>`
              : nothing
          }
        </details>
        ${objected ? html`<p>${this.say("st.objected")}</p>` : nothing}
        <p class="small" role="status">${this.#state(purpose, terms.signal)}</p>
        ${this.acted === terms.signal ? this.#submissionFailure() : nothing}
        <div class="two">
          <button
            aria-disabled=${this.busy}
            aria-label=${this.say("ask.refuse.name", { signal })}
            @click=${() => this.#answer("refused", purpose, [terms.signal])}
          >
            ${this.say("ask.refuse")}
          </button>
          <button
            aria-disabled=${this.busy}
            aria-label=${this.say("ask.allow.name", { signal })}
            @click=${() => this.#answer("granted", purpose, [terms.signal])}
          >
            ${this.say("ask.allow")}
          </button>
        </div>
      </section>
    `;
  }

  #state(purpose: string, signal: Signal): string {
    const saved = this.saved[signal];
    if (saved === "granted" || saved === "refused") return this.say(`ask.saved.${saved}`);
    const permission = this.permissions.find(
      (each) => each.purpose === purpose && each.signal === signal,
    );
    if (!permission?.allowed) return "";
    return this.say("pr.on", {
      date: this.texts.date(permission.granted_at ?? ""),
      until: this.texts.date(permission.expires_at ?? ""),
    });
  }

  #who(): string {
    const { controller, statement } = this.#notice;
    const name = controller.name.endsWith(".") ? controller.name : `${controller.name}.`;
    return `${name} ${statement?.recipients[this.locale] ?? ""}`;
  }

  #until(notice: Notice): string {
    const end = new Date();
    end.setDate(end.getDate() + notice.grant_days);
    return this.texts.date(end);
  }

  #preview(resolutionM: Resolution): TemplateResult {
    const km = resolutionM / 1000;
    const { preview } = this;
    const drawn = typeof preview === "object" && preview !== null ? preview : null;
    return html`
      <figure class="preview">
        <div>${drawSquare(drawn?.towns ?? [], `${this.texts.number(km)} km`)}</div>
        <figcaption class="stack tight" aria-live="polite">
          ${
            drawn === null
              ? html`
                  <p>${this.say("ask.example")}</p>
                  ${typeof preview === "string" ? html`<p>${this.say(`ask.preview.${preview}`)}</p>` : nothing}
                  <div>
                    <button @click=${() => this.#show(resolutionM)}>${this.say("ask.show")}</button>
                  </div>
                  <p class="quiet small">${this.say("ask.show.what")}</p>
                `
              : html`
                  <p id="previewed" tabindex="-1">
                    <strong>
                      ${
                        drawn.place === null
                          ? this.say("ask.preview.plain", { km })
                          : this.say("ask.preview.near", { km, place: drawn.place })
                      }
                    </strong>
                  </p>
                  <p class="quiet small">${this.say("ask.preview")}</p>
                `
          }
        </figcaption>
      </figure>
    `;
  }

  async #show(resolutionM: Resolution): Promise<void> {
    await this.attempt(async () => {
      const { previewSquare } = await orUnreachable(import("./preview.ts"));
      this.preview = await previewSquare(resolutionM);
      if (this.#previewedCode !== null) await this.moveFocus("#previewed");
    });
  }

  get #previewedCode(): string | null {
    return typeof this.preview === "object" && this.preview !== null ? this.preview.code : null;
  }

  /** The exact body that a device would send, as `PUT /v1/devices/{id}/status` takes it. */
  #payload(purpose: string, terms: NoticeSignal): string {
    const hour = `${new Date().toISOString().slice(0, 13)}:00:00Z`;
    const cell = this.#previewedCode ?? EXAMPLE_CELL;
    const told = terms.signal === "gps" ? { cell } : { connected: true };
    const common = { id: "11111111-2222-4333-8444-555555555555", purpose, epoch: 1, hour };
    const report = { ...common, signal: terms.signal, ...told };
    return JSON.stringify({ platform: "android", reports: [report] }, null, 2);
  }

  #changed(): TemplateResult | typeof nothing {
    if (!this.permissions.some((each) => each.reasons.includes("notice-changed"))) return nothing;
    return html`
      <div class="note stack tight">
        <p>${this.say("st.changed")}</p>
        ${
          this.changes.length === 0
            ? nothing
            : html`
                <h2>${this.say("st.changed.what")}</h2>
                <ul class="stack tight">
                  ${this.changes.map(
                    ({ signal, row, before, now }) => html`
                      <li>
                        <strong>
                          ${this.say(`signal.${signal}`)} · ${this.texts.shared.phrases[row]}
                        </strong>
                        <p>${this.say("st.changed.before")}: <del>${before}</del></p>
                        <p>${this.say("st.changed.now")}: <ins>${now}</ins></p>
                      </li>
                    `,
                  )}
                </ul>
              `
        }
      </div>
    `;
  }

  /** What went wrong with an answer, in the card where it was given. */
  #submissionFailure(): TemplateResult | typeof nothing {
    return this.unsure === null ? this.failed(() => this.#load()) : this.unsureWhether(this.#retry);
  }

  async #refuseAll(asks: readonly { purpose: string; terms: NoticeSignal }[]): Promise<void> {
    const purposes = [...new Set(asks.map(({ purpose }) => purpose))];
    for (const purpose of purposes) {
      const mine = asks.filter((each) => each.purpose === purpose);
      await this.#answer(
        "refused",
        purpose,
        mine.map(({ terms }) => terms.signal),
      );
    }
  }

  async #answer(kind: AnswerKind, purpose: string, signals: readonly Signal[]): Promise<void> {
    if (this.shown === null || this.busy) return;
    this.busy = true;
    this.acted = signals[0] ?? null;
    await this.attempt(async () => {
      await this.#submit(answerAct(kind, purpose, signals, await this.#showing(kind)), kind);
    });
    this.busy = false;
  }

  /** A showing answers with one yes: the next one needs its own, of the same notice. */
  async #showing(kind: AnswerKind): Promise<Schemas["ServedNotice"]> {
    const shown = this.shown as Schemas["ServedNotice"];
    const isSpent = kind === "granted" && Object.values(this.saved).includes("granted");
    if (!isSpent) return shown;
    const again = await get<Schemas["ServedNotice"]>(`/v1/notice?locale=${this.locale}`);
    return again.digest === shown.digest ? again : shown;
  }

  async #submit(act: Act, kind: AnswerKind): Promise<void> {
    try {
      const recorded = await submit(act);
      this.unsure = null;
      this.permissions = recorded.permissions;
      for (const signal of act.body.signals) {
        this.saved = { ...this.saved, [signal]: kind };
        this.emit("nabij-answered", { signal, kind });
      }
    } catch (error) {
      if (error instanceof Unreachable) {
        this.unsure = act;
        return;
      }
      this.#takeOver(error);
      throw error;
    }
  }

  #takeOver(error: unknown): void {
    if (!(error instanceof Problem)) return;
    if (error.slug === "notice-superseded") {
      this.shown = error.document.current as Schemas["ServedNotice"];
      this.saved = {};
    }
    if (error.slug === "objected") {
      this.objected = new Set([
        ...this.objected,
        ...requestedSignals(this.#notice).map((each) => each.purpose),
      ]);
    }
  }

  #retry = async (): Promise<void> => {
    const act = this.unsure;
    if (act === null) return;
    const { kind = "granted" } = act.body as { kind?: AnswerKind };
    await this.attempt(() => this.#submit(act, kind));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-consent": NabijConsent;
  }
}
