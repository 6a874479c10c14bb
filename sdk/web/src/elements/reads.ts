/** `<nabij-reads>`: who looked at the customer's data, when and what for. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { get, type Schemas } from "../api/service.ts";
import { NabijElement } from "./base.ts";

@customElement("nabij-reads")
export class NabijReads extends NabijElement {
  @state() private pages: readonly Schemas["Reads"][] = [];

  protected override firstUpdated(changed: PropertyValues<this>): void {
    super.firstUpdated(changed);
    void this.#load("/v1/me/access-log");
  }

  async #load(path: string): Promise<void> {
    await this.attempt(async () => {
      this.pages = [...this.pages, await get<Schemas["Reads"]>(path)];
    });
  }

  protected override render(): TemplateResult {
    const reads = this.pages.flatMap((each) => each.reads);
    const before = this.pages.at(-1)?.before ?? null;
    return html`
      <section class="card" aria-labelledby="reads">
        <h2 id="reads">${this.say("who.title")}</h2>
        ${this.pages.length > 0 && reads.length === 0 ? html`<p>${this.say("who.none")}</p>` : nothing}
        <ul class="stack tight small">
          ${reads.map((each) => html`<li>${this.#read(each)}</li>`)}
        </ul>
        ${
          before === null
            ? nothing
            : html`
                <div>
                  <button
                    class="link"
                    @click=${() => this.#load(`/v1/me/access-log?before=${before}`)}
                  >
                    ${this.say("more")}
                  </button>
                </div>
              `
        }
        ${this.failed(() => this.#load("/v1/me/access-log"))}
      </section>
    `;
  }

  #read(read: Schemas["Read"]): string {
    // What an export was for is a copy; who looked is the customer.
    const reader =
      read.reader === "export"
        ? this.texts.shared.reader_of_an_export
        : this.texts.value(read.reader);
    return this.say("who.row", {
      date: this.texts.moment(read.read_at),
      reader,
      purpose: this.texts.value(read.purpose),
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-reads": NabijReads;
  }
}
