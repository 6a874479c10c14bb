/** `<nabij-choices>`: the sources that the customer picked. */

import { html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { fetchCatalogue, type Published } from "../api/catalogue.ts";
import { get, request, type Schemas } from "../api/service.ts";
import { NabijElement } from "../elements/base.ts";
import { sourceFacts, sourceName } from "../nearby/source_text.ts";

@customElement("nabij-choices")
export class NabijChoices extends NabijElement {
  protected override readonly textPart = "nearby";
  @state() private ids: readonly string[] | null = null;
  @state() private published: Published | null = null;

  protected override firstUpdated(changed: PropertyValues<this>): void {
    super.firstUpdated(changed);
    void this.#load();
  }

  async #load(): Promise<void> {
    await this.attempt(async () => {
      this.published = await fetchCatalogue();
      this.ids = (await get<Schemas["Choices"]>("/v1/me/choices")).source_ids;
    });
  }

  protected override render(): TemplateResult {
    const body = this.ids === null ? this.awaited(() => this.#load()) : this.#chosen(this.ids);
    return this.titled(this.say("tab.sources"), body);
  }

  #chosen(ids: readonly string[]): TemplateResult {
    return html`
        ${this.failed(() => this.#load())}
        <p class="quiet">${this.say(ids.length === 0 ? "choose.none" : "choose.what")}</p>
        ${
          ids.length === 0
            ? html`<div><a class="button" href="/" @click=${this.followLink}>${this.say("ask.done")}</a></div>`
            : ""
        }
        ${ids.map((each) => this.#choice(each))}
    `;
  }

  #choice(id: string): TemplateResult {
    const source = this.published?.catalogue.sources.find((each) => each.id === id);
    const name = source === undefined ? this.say("choose.gone") : sourceName(source, this.texts);
    return html`
      <div class="card">
        <h2>${name}</h2>
        ${source === undefined ? "" : html`<p class="quiet">${sourceFacts(source, this.texts)}</p>`}
        <div>
          <button
            class="link"
            aria-label=${this.say("choose.undo.name", { source: name })}
            @click=${() => this.#remove(id)}
          >
            ${this.say("choose.undo")}
          </button>
        </div>
      </div>
    `;
  }

  async #remove(id: string): Promise<void> {
    await this.attempt(async () => {
      const kept = (this.ids ?? []).filter((each) => each !== id);
      const body = { source_ids: kept };
      this.ids = (await request<Schemas["Choices"]>("PUT", "/v1/me/choices", { body })).source_ids;
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-choices": NabijChoices;
  }
}
