/** `<nabij-account>`: erase the account, in two steps. */

import { html, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Notice } from "../api/notice.ts";
import { request, type Schemas } from "../api/service.ts";
import { NabijElement } from "./base.ts";

/** Event: `nabij-erased` {rows, erased_at, receipt} once the account is gone. */
@customElement("nabij-account")
export class NabijAccount extends NabijElement {
  /** It says what remains. */
  @property({ attribute: false }) notice!: Notice;

  @state() private confirming = false;
  @state() private busy = false;

  protected override render(): TemplateResult {
    const remains = this.notice.statement?.remains ?? [];
    return html`
      <section class="card" aria-labelledby="erase">
        <h2 id="erase">${this.say("erase.title")}</h2>
        <p>${this.say("erase.what")}</p>
        ${remains.map((each) => html`<p class="quiet small">${each.what[this.locale]}</p>`)}
        ${this.confirming ? this.#confirmation() : this.#first()}
        ${this.failed(this.#erase)}
      </section>
    `;
  }

  #first(): TemplateResult {
    return html`
      <div>
        <button id="begin" class="link" @click=${() => this.#confirm(true)}>
          ${this.say("erase.title")} …
        </button>
      </div>
    `;
  }

  #confirmation(): TemplateResult {
    return html`
      <p role="alert"><strong>${this.say("erase.sure")}</strong></p>
      <div class="two">
        <button id="keep" @click=${() => this.#confirm(false)}>${this.say("erase.keep")}</button>
        <button aria-disabled=${this.busy} @click=${this.#erase}>${this.say("erase.do")}</button>
      </div>
    `;
  }

  async #confirm(confirming: boolean): Promise<void> {
    this.confirming = confirming;
    await this.moveFocus(confirming ? "#keep" : "#begin");
  }

  #erase = async (): Promise<void> => {
    if (this.busy) return;
    this.busy = true;
    await this.attempt(async () => {
      this.emit("nabij-erased", await request<Schemas["AccountErased"]>("DELETE", "/v1/me"));
    });
    this.busy = false;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-account": NabijAccount;
  }
}
