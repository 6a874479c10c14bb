/** `<nabij-erased>`: the account is gone; its receipt is the customer's to keep. */

import { html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { getPublic, type Schemas } from "../api/service.ts";
import { NabijElement } from "../elements/base.ts";
import { saveJson } from "../elements/saving.ts";
import { checkErasure, InvalidProof, readKeys } from "../proof/index.ts";
import type { Key } from "../texts/texts.ts";

@customElement("nabij-erased")
export class NabijErased extends NabijElement {
  @property({ attribute: false }) erased!: Schemas["AccountErased"];
  @state() private verdict: Key = "proof.checking";

  protected override firstUpdated(changed: PropertyValues<this>): void {
    super.firstUpdated(changed);
    void this.attempt(async () => {
      const keys = await readKeys(await getPublic("/.well-known/jwks.json"));
      try {
        await checkErasure(this.erased.receipt, keys);
        this.verdict = "proof.valid";
      } catch (error) {
        if (!(error instanceof InvalidProof)) throw error;
        this.verdict = "proof.invalid";
      }
    });
  }

  protected override render(): TemplateResult {
    const rows = Object.values(this.erased.rows).reduce((sum, each) => sum + each, 0);
    const moment = this.texts.moment(this.erased.erased_at);
    return html`
      <section class="card">
        <h1 tabindex="-1">${this.say("erase.done")}</h1>
        <p>${this.texts.count("erase.rows", rows, { moment })}</p>
        <p role="status">${this.say(this.failure === null ? this.verdict : "proof.unread")}</p>
        <p><strong>${this.say("erase.receipt")}</strong></p>
        <div class="actions">
          <button @click=${this.#save}>${this.say("proof.save")}</button>
          <button class="link no-print" @click=${() => print()}>${this.say("proof.print")}</button>
        </div>
      </section>
    `;
  }

  #save = async (): Promise<void> => {
    await this.attempt(async () => {
      const keys = await getPublic("/.well-known/jwks.json");
      const name = this.locale === "nl" ? "nabij-verwijderd.json" : "nabij-deleted.json";
      saveJson(name, { receipt: this.erased.receipt, keys });
    });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-erased": NabijErased;
  }
}
