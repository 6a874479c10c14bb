/** `<nabij-sign-in>`: as a made-up customer, or with Firebase where that is configured. */

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { orUnreachable } from "../api/service.ts";
import { NabijElement } from "../elements/base.ts";
import { type Session, signInAs, signInWith } from "./session.ts";

type Firebase = Extract<Session["sign_in"], { kind: "firebase" }>;

/** Event: `nabij-signed-in` once the session is there. */
@customElement("nabij-sign-in")
export class NabijSignIn extends NabijElement {
  @property({ attribute: false }) way: Session["sign_in"] = null;

  @state() private wrong = false;
  @state() private busy = false;
  @query("#email") private email!: HTMLInputElement;
  @query("#password") private password!: HTMLInputElement;

  protected override render(): TemplateResult {
    return html`
      <section class="card">
        <h1 tabindex="-1">${this.say("in.title")}</h1>
        <p>${this.say("in.why")} ${this.say("in.without")}</p>
        ${this.failed(() => this.requestUpdate())} ${this.#ways()}
      </section>
    `;
  }

  #ways(): TemplateResult {
    if (this.way === null) return html`<p>${this.say("in.none")}</p>`;
    if (this.way.kind === "firebase") return this.#firebase(this.way);
    return html`
      <p class="quiet small">${this.say("in.local")}</p>
      <div class="actions">
        ${this.way.customers.map(
          (each) => html`
            <button aria-disabled=${this.busy} @click=${() => this.#enter(() => signInAs(each.id))}>
              ${this.say("in.as", { name: each.name })}
            </button>
          `,
        )}
      </div>
    `;
  }

  #firebase(way: Firebase): TemplateResult {
    return html`
      <form class="stack" @submit=${(event: Event) => this.#submit(event, way)}>
        <div class="stack tight">
          <label for="email">${this.say("in.email")}</label>
          <input id="email" type="email" autocomplete="username" required />
        </div>
        <div class="stack tight">
          <label for="password">${this.say("in.password")}</label>
          <input id="password" type="password" autocomplete="current-password" required />
        </div>
        ${this.wrong ? html`<p role="alert">${this.say("in.wrong")}</p>` : nothing}
        <div><button aria-disabled=${this.busy}>${this.say("signin")}</button></div>
      </form>
    `;
  }

  #submit(event: Event, way: Firebase): void {
    event.preventDefault();
    void this.#enter(async () => {
      const { firebaseToken, WrongPassword } = await orUnreachable(import("./firebase.ts"));
      try {
        await signInWith(await firebaseToken(way.api_key, this.email.value, this.password.value));
        this.wrong = false;
      } catch (error) {
        if (!(error instanceof WrongPassword)) throw error;
        this.wrong = true;
      }
    });
  }

  async #enter(signIn: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    await this.attempt(async () => {
      await signIn();
      if (!this.wrong) this.emit("nabij-signed-in");
    });
    this.busy = false;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-sign-in": NabijSignIn;
  }
}
