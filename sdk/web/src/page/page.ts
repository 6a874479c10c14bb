/** `<nabij-page>`: the frame around everything: tabs, language, sign-in. */

import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Notice } from "../api/notice.ts";
import { get, type Schemas } from "../api/service.ts";
import { NabijElement } from "../elements/base.ts";
import { tokens } from "../elements/styles.ts";
import "../nearby/nearby.ts";
import "../elements/consent.ts";
import "../elements/privacy.ts";
import { type Locale, loadTexts } from "../texts/texts.ts";
import "./choices.ts";
import "./erased.ts";
import { keepForOffline } from "./keeping.ts";
import { currentLocale, currentPath, go, NEED_SIGN_IN, type Path, ROUTES } from "./routes.ts";
import { onSignedOutElsewhere, type Session, session, signInAs, signOut } from "./session.ts";
import "./sign_in.ts";
import { accessibilityPage, cookiesPage, statementPage } from "./statement.ts";

const TABS = [
  ["/", "tab.nearby"],
  ["/sources", "tab.sources"],
  ["/privacy", "tab.privacy"],
] as const;

const FOOT = [
  ["/statement", "foot.statement"],
  ["/cookies", "foot.cookies"],
  ["/accessibility", "foot.accessibility"],
] as const;

/** Customer service's address, as the service wrote it into the page; empty where it has no notice. */
const CONTACT =
  document.querySelector<HTMLMetaElement>('meta[name="nabij-contact"]')?.content ?? "";

@customElement("nabij-page")
export class NabijPage extends NabijElement {
  static override styles = [
    tokens,
    ...NabijElement.styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        grid-template-rows: auto 1fr auto;
        min-height: 100vh;
        background: var(--nabij-paper);
      }
      .skip {
        position: absolute;
        left: -99rem;
      }
      .skip:focus {
        position: static;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 calc(3 * var(--nabij-space));
        padding: calc(1.5 * var(--nabij-space)) calc(3 * var(--nabij-space));
        border-bottom: 1px solid var(--nabij-line);
        background: var(--nabij-card);
      }
      .mark {
        display: flex;
        align-items: center;
        gap: var(--nabij-space);
        color: var(--nabij-brand);
        font-size: 1.25rem;
        font-weight: 700;
      }
      .mark i {
        width: 1rem;
        height: 1rem;
        border: 1px solid var(--nabij-square-edge);
        border-radius: 3px;
        background: var(--nabij-square);
        forced-color-adjust: none;
      }
      nav ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem;
      }
      nav.tabs {
        flex: 1;
      }
      nav a {
        display: inline-flex;
        align-items: center;
        min-height: var(--nabij-target);
        padding: var(--nabij-space) calc(1.75 * var(--nabij-space));
        border-radius: var(--nabij-radius);
        color: var(--nabij-ink);
        text-decoration: none;
      }
      nav a:hover {
        text-decoration: underline;
      }
      nav a[aria-current] {
        background: var(--nabij-brand-soft);
        box-shadow: inset 0 -3px var(--nabij-brand);
        color: var(--nabij-brand);
        font-weight: 600;
      }
      .who {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 calc(2 * var(--nabij-space));
      }
      main {
        width: 100%;
        max-width: 46rem;
        margin-inline: auto;
        padding: calc(4 * var(--nabij-space)) calc(3 * var(--nabij-space)) calc(6 * var(--nabij-space));
      }
      main.wide {
        max-width: 76rem;
      }
      .bottom {
        padding: calc(1.5 * var(--nabij-space)) calc(3 * var(--nabij-space));
        border-top: 1px solid var(--nabij-line);
        font-size: var(--nabij-small);
      }
      @media (max-width: 45rem) {
        .top {
          padding: var(--nabij-space) calc(2 * var(--nabij-space));
        }
        .who {
          margin-inline-start: auto;
        }
        nav.tabs {
          order: 3;
          flex-basis: 100%;
        }
        nav.tabs ul {
          gap: 0;
        }
        nav a {
          padding-inline: calc(1.25 * var(--nabij-space));
        }
        main {
          padding: calc(2 * var(--nabij-space)) calc(2 * var(--nabij-space)) calc(4 * var(--nabij-space));
        }
      }
      @media print {
        .top,
        .bottom,
        .skip {
          display: none;
        }
        main {
          padding: 0;
        }
      }
    `,
  ];

  @state() private path: Path = currentPath();
  @state() private session: Session | null = null;
  @state() private notice: Notice | null = null;
  @state() private signedOut = false;
  @state() private erased: Schemas["AccountErased"] | null = null;
  #stopListening: () => void = () => {};
  #titleHadFocus = false;

  constructor() {
    super();
    this.locale = currentLocale();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("popstate", this.#arrive);
    this.#stopListening = onSignedOutElsewhere(() => this.#hearSignedOut());
    this.addEventListener("nabij-open", (event) => this.#go((event as CustomEvent).detail.path));
    this.addEventListener("nabij-signed-in", () => void this.#enter());
    this.addEventListener("nabij-signed-out", () => this.#hearSignedOut());
    this.addEventListener("nabij-nothing-to-ask", () => this.#go("/"));
    this.addEventListener(
      "nabij-erased",
      (event) => void this.#leave((event as CustomEvent).detail),
    );
    addEventListener("online", this.#beginAnew);
    void this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("online", this.#beginAnew);
    removeEventListener("popstate", this.#arrive);
    this.#stopListening();
  }

  #beginAnew = (): void => {
    if (this.session === null) void this.#begin();
  };

  /** Look who is signed in. The demo's address names its customer after the #, which is never sent. */
  async #begin(): Promise<void> {
    await this.attempt(async () => {
      let found = await session();
      const customers = found.sign_in?.kind === "local" ? found.sign_in.customers : [];
      const named = customers.find((each) => `#${each.name}` === location.hash);
      if (named !== undefined) {
        history.replaceState(null, "", location.pathname + location.search);
        if (found.customer !== named.name) {
          await signInAs(named.id);
          found = await session();
        }
      }
      this.session = found;
      // Who is signed in has nothing to do there.
      if (found.signed_in && this.path === "/signin") this.#go("/");
    });
    await this.#readNotice();
    await keepForOffline();
    // The other language is at hand when the network is gone.
    await loadTexts(this.locale === "nl" ? "en" : "nl").catch(() => null);
  }

  async #readNotice(): Promise<void> {
    if (this.path !== "/statement" || this.notice !== null) return;
    await this.attempt(async () => {
      const served = await get<Schemas["ServedNotice"]>(`/v1/notice?locale=${this.locale}`);
      this.notice = served.notice as unknown as Notice;
    });
  }

  async #enter(): Promise<void> {
    await this.attempt(async () => {
      this.session = await session();
      this.signedOut = false;
      this.erased = null;
      if (this.path === "/signin") this.#go((await this.#hasQuestion()) ? "/consent" : "/");
    });
  }

  async #hasQuestion(): Promise<boolean> {
    const { permissions } = await get<Schemas["Consents"]>("/v1/consents");
    return permissions.some((each) => each.reasons.includes("never-answered"));
  }

  #hearSignedOut(): void {
    if (this.session === null || !this.session.signed_in) return;
    this.session = { ...this.session, signed_in: false, customer: null };
    this.signedOut = true;
  }

  async #leave(erased: Schemas["AccountErased"]): Promise<void> {
    await this.attempt(signOut);
    this.erased = erased;
    if (this.session !== null) {
      this.session = { ...this.session, signed_in: false, customer: null };
    }
    await this.#focusTitle();
  }

  #signOut = async (): Promise<void> => {
    await this.attempt(async () => {
      await signOut();
      this.session = await session();
      this.#go("/");
    });
  };

  #go(path: string): void {
    if (!(path in ROUTES)) return;
    go(path as Path, this.locale);
    this.#arrive();
  }

  #arrive = (): void => {
    this.path = currentPath();
    this.locale = currentLocale();
    this.erased = null;
    this.signedOut = false;
    scrollTo(0, 0);
    void this.#readNotice();
    void this.#focusTitle();
  };

  /** Tell a screen reader where it is: on the heading of what was opened, once that is there. */
  async #focusTitle(): Promise<void> {
    await this.updateComplete;
    const main = this.renderRoot.querySelector("main");
    const element = main?.querySelector<NabijElement>(
      ":is(nabij-nearby, nabij-choices, nabij-privacy, nabij-consent, nabij-sign-in, nabij-erased)",
    );
    await element?.updateComplete;
    const inside = element?.shadowRoot?.querySelector<HTMLElement>("h1");
    (inside ?? main?.querySelector<HTMLElement>("h1") ?? main)?.focus();
  }

  protected override willUpdate(): void {
    this.#titleHadFocus = this.shadowRoot?.activeElement?.localName === "h1";
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    // What was awaited took the place of a heading that had the focus.
    if (this.#titleHadFocus && this.shadowRoot?.activeElement === null) void this.#focusTitle();
    const title = this.erased === null ? ROUTES[this.path] : "erase.done";
    document.title = this.say("title.page", { title: this.say(title) });
    document.documentElement.lang = this.locale;
  }

  protected override render(): TemplateResult {
    const wide = this.path === "/" || (this.path === "/privacy" && this.session?.signed_in);
    return html`
      <header class="top">
        <button class="skip" @click=${this.#skip}>${this.say("skip")}</button>
        <span class="mark"><i></i>nabij</span>
        <nav class="tabs" aria-label=${this.say("tabs")}>
          <ul>
            ${TABS.map(([path, key]) => html`<li>${this.#link(path, this.say(key))}</li>`)}
          </ul>
        </nav>
        <div class="who small">${this.#who()} ${this.#otherLanguage()}</div>
      </header>
      <main id="main" tabindex="-1" class=${wide ? "wide" : ""}>${this.#content()}</main>
      <footer class="bottom">
        <nav aria-label=${this.say("foot.contact")}>
          <ul>
            ${FOOT.map(([path, key]) => html`<li>${this.#link(path, this.say(key))}</li>`)}
            ${
              CONTACT === ""
                ? nothing
                : html`
                    <li>
                      <a href="mailto:${CONTACT}">${this.say("foot.contact")}</a>
                    </li>
                  `
            }
          </ul>
        </nav>
      </footer>
    `;
  }

  #link(path: Path, text: string): TemplateResult {
    return html`
      <a
        href="${path}?lang=${this.locale}"
        aria-current=${this.path === path ? "page" : nothing}
        @click=${(event: MouseEvent) => this.#follow(event, path)}
        >${text}</a
      >
    `;
  }

  #follow(event: MouseEvent, path: Path): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#go(path);
  }

  #skip = (): void => {
    this.renderRoot.querySelector<HTMLElement>("main")?.focus();
  };

  #who(): TemplateResult | typeof nothing {
    if (this.session === null) return nothing;
    if (!this.session.signed_in) {
      return this.path === "/signin" ? nothing : this.#link("/signin", this.say("signin"));
    }
    const { customer } = this.session;
    return html`
      ${customer === null ? nothing : html`<span class="quiet">${customer}</span>`}
      <button class="link" @click=${this.#signOut}>${this.say("signout")}</button>
    `;
  }

  #otherLanguage(): TemplateResult {
    const other: Locale = this.locale === "nl" ? "en" : "nl";
    return html`
      <a class="block" lang=${other} href="${this.path}?lang=${other}" @click=${(event: MouseEvent) => this.#switch(event, other)}
        >${this.say("lang.switch")}</a
      >
    `;
  }

  #switch(event: MouseEvent, other: Locale): void {
    event.preventDefault();
    const query = new URLSearchParams(location.search);
    query.set("lang", other);
    history.replaceState(null, "", `?${query}${location.hash}`);
    this.locale = currentLocale();
  }

  #content(): TemplateResult {
    if (this.erased !== null) {
      return html`<nabij-erased .locale=${this.locale} .erased=${this.erased}></nabij-erased>`;
    }
    if (this.session === null && this.path === "/" && this.failure === "unreachable") {
      return html`<nabij-nearby permalinks .offline=${true} .locale=${this.locale}></nabij-nearby>`;
    }
    if (this.session === null) {
      const title = this.say(ROUTES[this.path]);
      return this.titled(
        title,
        this.awaited(() => this.#begin()),
      );
    }
    const signedIn = this.session.signed_in;
    const signIn = html`
      <nabij-sign-in .locale=${this.locale} .way=${this.session.sign_in}></nabij-sign-in>
    `;
    const out = this.signedOut ? html`<p role="alert">${this.say("st.signedout")}</p>` : nothing;
    if (!signedIn && (NEED_SIGN_IN.includes(this.path) || this.path === "/signin")) {
      return html`<div class="stack">${out}${signIn}</div>`;
    }
    switch (this.path) {
      case "/sources":
        return html`<nabij-choices .locale=${this.locale}></nabij-choices>`;
      case "/privacy":
        return html`<nabij-privacy .locale=${this.locale}></nabij-privacy>`;
      case "/consent":
        return html`<nabij-consent .locale=${this.locale}></nabij-consent>`;
      case "/statement":
        return this.notice === null
          ? this.titled(
              this.say("foot.statement"),
              this.awaited(() => this.#readNotice()),
            )
          : statementPage(this.notice, this.texts);
      case "/cookies":
        return cookiesPage(this.texts);
      case "/accessibility":
        return accessibilityPage(this.texts, CONTACT);
      default:
        return html`
          <div class="stack">
            ${out}
            <nabij-nearby permalinks .locale=${this.locale} ?signed-in=${signedIn} ?streets=${this.session.dutch_map}></nabij-nearby>
          </div>
        `;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-page": NabijPage;
  }
}
