/** `<nabij-privacy>`: what the customer allows, what is kept, who looked; and taking it all back. */

import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { type Act, object, type Signal, submit, withdrawalAct } from "../api/acts.ts";
import { fetchPlaces } from "../api/catalogue.ts";
import { onChange } from "../api/changes.ts";
import type { Notice } from "../api/notice.ts";
import { get, request, type Schemas, Unreachable } from "../api/service.ts";
import { Cell } from "../geo/index.ts";
import { capital } from "../texts/texts.ts";
import "./account.ts";
import { NabijElement } from "./base.ts";
import { tokens } from "./styles.ts";
import "./reads.ts";
import "./receipts.ts";
import "./proof.ts";
import type { NabijProof, Withdrawal } from "./proof.ts";
import { type NamedPlace, nearestPlace } from "./towns.ts";

type Permission = Schemas["Permission"];
type PastAct = Schemas["ReceiptedAct"];

/** Everything that the centre shows, as of one moment. */
interface Known {
  readonly permissions: readonly Permission[];
  readonly acts: Schemas["ReceiptedActs"];
  readonly reads: Schemas["Reads"];
  readonly devices: readonly Schemas["Device"][];
  readonly statuses: readonly Schemas["DeviceStatus"][];
  readonly objections: readonly Schemas["Objection"][];
  readonly notice: Notice;
}

const OBJECTIONABLE = ["marketing", "analytics"] as const;

/**
 * The privacy centre of a signed-in customer.
 *
 * Events: `nabij-open` {path} to choose again; `nabij-erased` {rows, erased_at, receipt} once the account
 * is gone; `nabij-signed-out`.
 */
@customElement("nabij-privacy")
export class NabijPrivacy extends NabijElement {
  static override styles = [
    tokens,
    ...NabijElement.styles,
    css`
      .row {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--nabij-space) calc(2 * var(--nabij-space));
        align-items: center;
        padding-block: calc(1.5 * var(--nabij-space));
        border-top: 1px solid var(--nabij-line);
      }
      .row:first-of-type {
        border-top: 0;
      }
      .row p.small {
        color: var(--nabij-quiet);
      }
      @media (max-width: 24rem) {
        .row {
          grid-template-columns: minmax(0, 1fr);
        }
      }
      .rows {
        gap: 0;
        padding-block: var(--nabij-space);
      }
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: calc(2.5 * var(--nabij-space));
        align-items: start;
      }
      @media (max-width: 48rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @state() private known: Known | null = null;
  @state() private withdrawal: Withdrawal | null = null;
  @state() private unsure: Act | null = null;
  @state() private busy = false;
  @state() private places: readonly NamedPlace[] = [];
  @query("nabij-proof") private proof!: NabijProof | null;
  #isStale = false;
  #loading: Promise<void> | null = null;
  #stopListening: () => void = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopListening = onChange((change) => {
      if (change === "signed-out") this.emit("nabij-signed-out");
      else void this.#load();
    });
    addEventListener("online", this.#retry);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopListening();
    removeEventListener("online", this.#retry);
  }

  protected override firstUpdated(changed: PropertyValues<this>): void {
    super.firstUpdated(changed);
    void this.#load();
    void this.attempt(async () => {
      this.places = (await fetchPlaces()).places;
    });
  }

  /** Read everything. Called during a read, it makes one more follow, and no more. */
  #load(): Promise<void> {
    this.#isStale = true;
    this.#loading ??= this.#readWhileStale();
    return this.#loading;
  }

  async #readWhileStale(): Promise<void> {
    try {
      while (this.#isStale) {
        this.#isStale = false;
        await this.#read();
      }
    } finally {
      this.#loading = null;
    }
  }

  async #read(): Promise<void> {
    await this.attempt(async () => {
      const [consents, acts, reads, devices, status, served, ...objections] = await Promise.all([
        get<Schemas["Consents"]>("/v1/consents"),
        get<Schemas["ReceiptedActs"]>("/v1/receipts"),
        get<Schemas["Reads"]>("/v1/me/access-log"),
        get<Schemas["Devices"]>("/v1/devices"),
        get<Schemas["OwnStatus"]>("/v1/me/status"),
        get<Schemas["ServedNotice"]>("/v1/notice"),
        ...OBJECTIONABLE.map((each) => get<Schemas["Objection"]>(`/v1/me/objections/${each}`)),
      ]);
      if (this.#isStale && this.known !== null) return;
      this.known = {
        permissions: consents.permissions,
        acts,
        reads,
        devices: devices.devices,
        statuses: status.devices,
        objections,
        notice: served.notice as unknown as Notice,
      };
    });
  }

  protected override render(): TemplateResult {
    const { known } = this;
    const body = known === null ? this.awaited(() => this.#load()) : this.#centre(known);
    return this.titled(this.say("pr.title"), body);
  }

  #centre(known: Known): TemplateResult {
    return html`
        ${this.failed(() => this.#load())} ${this.unsure === null ? nothing : this.unsureWhether(this.#retry)} ${this.#proof(known)}
        ${this.#permissions(known)}
        <div class="columns no-print">
          <div class="stack">
            ${this.#kept(known)} ${this.#devices(known)}
            <nabij-receipts .locale=${this.locale} .newest=${known.acts}></nabij-receipts>
          </div>
          <div class="stack">
            <nabij-reads .locale=${this.locale} .newest=${known.reads}></nabij-reads>
            ${this.#objections(known)}
            <nabij-account .locale=${this.locale} .notice=${known.notice}></nabij-account>
            ${this.#rights(known.notice)}
          </div>
        </div>
    `;
  }

  // What is allowed, and taking it back

  #permissions(known: Known): TemplateResult {
    const live = known.permissions.filter(isLive).map((each) => each.signal);
    return html`
      <section class="card rows no-print" aria-label=${this.say("pr.title")}>
        ${known.permissions.map((each) => this.#permission(each, known.acts.acts))}
        ${
          live.length > 1
            ? html`
                <div class="row">
                  <span></span>
                  <button aria-disabled=${this.busy} @click=${() => this.#withdraw([...new Set(live)])}>
                    ${this.say("pr.withdrawall")}
                  </button>
                </div>
              `
            : nothing
        }
      </section>
    `;
  }

  #permission(permission: Permission, acts: readonly PastAct[]): TemplateResult {
    const signal = this.say(`signal.${permission.signal}`);
    return html`
      <div class="row" data-signal=${permission.signal}>
        <div>
          <h2>${signal}</h2>
          <p class="small">${this.#reason(permission, acts)}</p>
        </div>
        <div class="actions">
          ${permission.allowed ? nothing : this.#chooseAgain(signal)}
          ${
            isLive(permission)
              ? html`
                  <button
                    aria-disabled=${this.busy}
                    aria-label=${this.say("pr.withdraw.name", { signal })}
                    @click=${() => this.#withdraw([permission.signal])}
                  >
                    ${this.say("pr.withdraw")}
                  </button>
                `
              : nothing
          }
        </div>
      </div>
    `;
  }

  #chooseAgain(signal: string): TemplateResult {
    return html`
      <a
        class="button"
        href="/consent"
        aria-label=${this.say("pr.again.name", { signal })}
        @click=${this.followLink}
      >
        ${this.say("pr.again")}
      </a>
    `;
  }

  #reason(permission: Permission, acts: readonly PastAct[]): string {
    const { latest, signal, purpose, reasons } = permission;
    if (permission.allowed && permission.granted_at && permission.expires_at) {
      return this.say("pr.on", {
        date: this.texts.moment(permission.granted_at),
        until: this.texts.date(permission.expires_at),
      });
    }
    if (reasons.includes("notice-changed")) return this.say("pr.changed");
    if (reasons.includes("expired") && permission.expires_at) {
      return this.say("kind.expired", { date: this.texts.moment(permission.expires_at) });
    }
    const act = acts.find(
      (each) =>
        each.kind === latest &&
        each.signals.includes(signal) &&
        (each.purpose === null || each.purpose === purpose),
    );
    if (latest === null || act === undefined) return this.say("pr.never");
    const date = this.texts.moment(act.recorded_at);
    if (latest === "expired" && signal === "gps") return this.say("st.expired", { date });
    return this.say(`kind.${latest}`, { date });
  }

  async #withdraw(signals: readonly Signal[]): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    await this.attempt(() => this.#submit(withdrawalAct(signals)));
    this.busy = false;
  }

  async #submit(act: Act): Promise<void> {
    try {
      const recorded = await submit(act);
      this.unsure = null;
      this.withdrawal = { signals: act.body.signals, recorded };
      const { permissions, devices } = recorded;
      if (this.known !== null) this.known = { ...this.known, permissions, devices };
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.unsure = act;
      return;
    }
    const loaded = this.#load();
    await this.updateComplete;
    await this.proof?.focusTitle();
    await loaded;
  }

  #retry = async (): Promise<void> => {
    const act = this.unsure;
    if (act !== null) await this.attempt(() => this.#submit(act));
  };

  #proof(known: Known): TemplateResult | typeof nothing {
    if (this.withdrawal === null) return nothing;
    const backups = known.notice.statement?.remains.find((each) => each.records === "backups");
    const { recorded } = this.withdrawal;
    // Another withdrawal is another proof, not this one with other figures.
    return html`
      ${keyed(
        recorded.event_id,
        html`
          <nabij-proof .locale=${this.locale} .withdrawal=${this.withdrawal} .devices=${known.devices} @nabij-close=${this.#close}
            >${backups?.what[this.locale] ?? ""}</nabij-proof
          >
        `,
      )}
    `;
  }

  #close = (): void => {
    this.withdrawal = null;
  };

  // What is kept

  #kept(known: Known): TemplateResult {
    const lines = known.statuses.map((each) => this.#status(each));
    // The service tells what may be used. What a grant allowed stays until the grant is swept away.
    const unused = known.permissions.some((each) => isLive(each) && !each.allowed);
    return html`
      <section class="card" aria-labelledby="kept">
        <h2 id="kept">${this.say("kept.title")}</h2>
        ${lines.length === 0 && !unused ? html`<p>${this.say("kept.none")}</p>` : lines}
        ${unused ? html`<p>${this.say("kept.unused")}</p>` : nothing}
        <p class="quiet small">
          ${this.say("exp.scope", { email: known.notice.controller.email })}
        </p>
        <div>
          <a class="block" download href="/v1/me/export?format=html&locale=${this.locale}">
            ${this.say("exp.view")}
          </a>
          <a class="block" download href="/v1/me/export?format=json&locale=${this.locale}">
            ${this.say("exp.json")}
          </a>
        </div>
      </section>
    `;
  }

  #status(status: Schemas["DeviceStatus"]): TemplateResult {
    const networks = (["gsm", "wifi"] as const).flatMap((each) => {
      const network = status[each];
      if (network === null) return [];
      const hour = this.texts.moment(network.hour);
      return [this.say(`network.${each}.${network.connected ? "yes" : "no"}`, { hour })];
    });
    const lines = [...this.#square(status), ...networks];
    const freshness: Readonly<Record<string, string>> = this.texts.shared.freshness;
    const heard = this.texts.moment(status.heard);
    return html`
      <div>
        <h3>${capital(this.texts.value(status.platform))}</h3>
        <ul>
          ${lines.map((each) => html`<li>${each}</li>`)}
        </ul>
        ${
          status.freshness === null
            ? nothing
            : html`<p class="quiet small">
                ${freshness[status.freshness]?.replace("{heard}", heard)}
              </p>`
        }
      </div>
    `;
  }

  #square({ square, cell }: Schemas["DeviceStatus"]): string[] {
    if (square === null || cell === null) return [];
    const hour = this.texts.moment(square);
    const place = nearestPlace(Cell.parse(cell), this.places);
    if (place === null) return [this.say("kept.square.plain", { hour })];
    return [this.say("kept.square", { place: place.name, hour })];
  }

  // Devices

  #devices(known: Known): TemplateResult {
    return html`
      <section class="card" aria-labelledby="devices">
        <h2 id="devices">${this.say("dev.title")}</h2>
        ${
          known.devices.length === 0
            ? html`<p>${this.say("dev.none")}</p>`
            : html`
                <ul class="stack tight">
                  ${known.devices.map((each) => this.#device(each))}
                </ul>
                <p class="quiet small">${this.say("dev.browser")} ${this.say("dev.remove.what")}</p>
              `
        }
      </section>
    `;
  }

  #device(device: Schemas["Device"]): TemplateResult {
    const platform = capital(this.texts.value(device.platform));
    const text = this.say("dev.row", {
      platform,
      date: this.texts.date(device.seen_on),
      state: this.say(`dev.${device.state}`),
    });
    return html`
      <li class="actions">
        <span>${text}</span>
        <button
          class="link"
          aria-label=${this.say("dev.remove.name", { device: platform })}
          @click=${() => this.#remove(device.id)}
        >
          ${this.say("dev.remove")}
        </button>
      </li>
    `;
  }

  async #remove(id: string): Promise<void> {
    await this.attempt(async () => {
      await request("DELETE", `/v1/devices/${id}`);
      await this.#load();
    });
  }

  // Objections

  #objections(known: Known): TemplateResult {
    return html`
      <section class="card" aria-labelledby="objections">
        <h2 id="objections">${this.say("obj.title")}</h2>
        <ul class="stack tight">
          ${known.objections.map((each) => this.#objection(each))}
        </ul>
      </section>
    `;
  }

  #objection({ purpose, objected_at: since }: Schemas["Objection"]): TemplateResult {
    const name = capital(this.texts.value(purpose));
    const [text, action, actionName] =
      since === null
        ? ([this.say("obj.off", { purpose: name }), "obj.do", "obj.do.name"] as const)
        : ([
            this.say("obj.on", { purpose: name, date: this.texts.date(since) }),
            "obj.undo",
            "obj.undo.name",
          ] as const);
    return html`
      <li class="actions">
        <span>${text}</span>
        <button
          class="link"
          aria-label=${this.say(actionName, { purpose: name })}
          @click=${() => this.#object(purpose, since === null)}
        >
          ${this.say(action)}
        </button>
      </li>
    `;
  }

  async #object(purpose: string, objects: boolean): Promise<void> {
    await this.attempt(async () => {
      await object(purpose, objects);
      await this.#load();
    });
  }

  #rights(notice: Notice): TemplateResult | typeof nothing {
    const { statement } = notice;
    if (statement === undefined) return nothing;
    return html`
      <section class="card" aria-labelledby="rights">
        <h2 id="rights">${this.say("rights.title")}</h2>
        <p class="small">${statement.rights[this.locale]}</p>
        <p class="small">${statement.complaint[this.locale]}</p>
        <p class="small">${statement.decisions[this.locale]}</p>
      </section>
    `;
  }
}

/** Whether there is a grant to take back, whether it permits anything just now or not. */
function isLive(permission: Permission): boolean {
  return permission.epoch !== null;
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-privacy": NabijPrivacy;
  }
}
