/** `<nabij-reads>`: who looked at the customer's data, when and what for. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { get, type Schemas } from "../api/service.ts";
import { NabijElement } from "./base.ts";

type Page = Schemas["Reads"];

@customElement("nabij-reads")
export class NabijReads extends NabijElement {
  /** The newest reads; older ones are read when they are asked for. */
  @property({ attribute: false }) newest!: Page;

  @state() private older: readonly Page[] = [];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("newest")) this.older = [];
  }

  protected override render(): TemplateResult {
    const pages = [this.newest, ...this.older];
    const reads = pages.flatMap((each) => each.reads);
    const before = pages.at(-1)?.before ?? null;
    return html`
      <section class="card" aria-labelledby="reads">
        <h2 id="reads">${this.say("who.title")}</h2>
        ${reads.length === 0 ? html`<p>${this.say("who.none")}</p>` : nothing}
        <ul class="stack tight small">
          ${reads.map((each) => html`<li>${this.#read(each)}</li>`)}
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

  async #showOlder(before: string): Promise<void> {
    await this.attempt(async () => {
      this.older = [...this.older, await get<Page>(`/v1/me/access-log?before=${before}`)];
    });
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
