/** What every element shares: its language, its look, and how a failure is told. */

import { type CSSResultGroup, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { Problem, Unreachable } from "../api/service.ts";
import {
  type Key,
  type Locale,
  loadTexts,
  type Part,
  problemText,
  type Texts,
} from "../texts/texts.ts";
import { shared } from "./styles.ts";

/** Why nothing can be shown or done: a problem's slug, or that no answer came. */
export type Failure = { readonly slug: string } | "unreachable";

export abstract class NabijElement extends LitElement {
  static override styles: CSSResultGroup[] = [shared];

  /** The language of the texts: nl or en. */
  @property({ reflect: true }) locale: Locale = "nl";

  /** Which file of texts the element needs. */
  protected readonly textPart: Part = "base";

  @state() protected failure: Failure | null = null;

  #failureText = "";
  #failedWork: () => Promise<void> = async () => {};

  /** The texts of `locale`; they are there before anything is rendered. */
  protected texts!: Texts;

  protected override async scheduleUpdate(): Promise<void> {
    try {
      this.texts = await loadTexts(this.locale, this.textPart);
    } catch (error) {
      // Without a network the language stays what it was.
      if (this.texts === undefined) throw error;
    }
    this.lang = this.texts.locale;
    if (this.failure !== null) this.#failureText = await failureText(this.failure, this.texts);
    await super.scheduleUpdate();
  }

  protected say(key: Key, values?: Readonly<Record<string, string | number>>): string {
    return this.texts.say(key, values);
  }

  /** Do something, and remember why it failed; signed out is told to the page. */
  protected async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.failure = null;
    } catch (error) {
      this.failure = failureOf(error);
      this.#failedWork = work;
      if (error instanceof Problem && error.slug === "not-signed-in") this.emit("nabij-signed-out");
    }
  }

  /** Tell the element that holds this one. The event does not leave its shadow root: no page hears it. */
  protected tell(name: string, detail: unknown = null): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Tell the page, whichever shadow root it is in. */
  protected emit(name: string, detail: unknown = null): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  /** Focus what took the place of the control that had the focus. */
  protected async moveFocus(selector: string): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  /** Follow a link within the page: the frame goes there, and nothing is loaded anew. */
  protected followLink = (event: MouseEvent): void => {
    event.preventDefault();
    this.emit("nabij-open", { path: (event.currentTarget as HTMLAnchorElement).pathname });
  };

  /** What customers read where nobody knows whether an act arrived. */
  protected unsureWhether(retry: () => void): TemplateResult {
    return html`
      <div class="note stack tight" role="alert">
        <p>${this.say("st.unsure")}</p>
        <div class="actions"><button @click=${retry}>${this.say("st.retry")}</button></div>
      </div>
    `;
  }

  /** What customers read where something failed. By default the button repeats the work that failed. */
  protected failed(
    retry: () => void = () => this.attempt(this.#failedWork),
  ): TemplateResult | typeof nothing {
    if (this.failure === null) return nothing;
    return html`
      <div class="card" role="alert">
        <p>${this.#failureText}</p>
        <div class="actions"><button @click=${retry}>${this.say("st.retry")}</button></div>
      </div>
    `;
  }

  /** A heading and what belongs to it. The heading stays while that changes: it may have the focus. */
  protected titled(title: string, body: unknown): TemplateResult {
    return html`
      <div class="stack">
        <h1 tabindex="-1">${title}</h1>
        ${body}
      </div>
    `;
  }

  /** What is shown while the first answer is awaited, or where none came. */
  protected awaited(retry: () => void): TemplateResult | typeof nothing {
    if (this.failure !== null) return this.failed(retry);
    return html`
      <div class="card" aria-busy="true">
        <p class="hidden" role="status">${this.say("st.loading")}</p>
        <div class="bone"></div>
        <div class="bone"></div>
        <div class="bone"></div>
      </div>
    `;
  }
}

/** Return what a failure was; throw on what is our own mistake. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Problem) return { slug: error.slug };
  if (error instanceof Unreachable) return "unreachable";
  throw error;
}

/** Return what customers read. Without a network only what is here already can be said. */
async function failureText(failure: Failure, texts: Texts): Promise<string> {
  if (failure === "unreachable") {
    return texts.say(navigator.onLine ? "st.error" : "st.offline.first");
  }
  return problemText(failure.slug, texts).catch(() => texts.say("st.error"));
}
