/** The pages that say things: the privacy statement, cookies, accessibility. */

import { html, nothing, type TemplateResult } from "lit";
import { type Notice, ROWS, requestedSignals, type StatementPart } from "../api/notice.ts";
import type { Texts } from "../texts/texts.ts";
import { capital } from "../texts/texts.ts";

type Phrase = keyof Texts["shared"]["phrases"];

const SENTENCES: readonly (readonly [Phrase, StatementPart])[] = [
  ["origin", "origin"],
  ["rights", "rights"],
  ["complaint", "complaint"],
  ["obligation", "obligation"],
  ["lasts", "lasts"],
  ["decisions", "decisions"],
  ["age", "age"],
  ["on_device", "on_device"],
];

/** Everything that the notice says, each thing under a heading of its own. */
export function statementPage(notice: Notice, texts: Texts): TemplateResult {
  const { locale } = texts;
  const { controller, statement } = notice;
  const phrase = (name: Phrase): string => texts.shared.phrases[name];
  const part = (title: string, told: unknown) =>
    told ? html`<section class="stack tight"><h2>${title}</h2>${told}</section>` : nothing;
  const list = (lines: readonly string[]) =>
    html`<ul class="stack tight">${lines.map((each) => html`<li>${each}</li>`)}</ul>`;
  const officer = phrase("officer").replace("{email}", controller.privacy_officer_email);
  return html`
    <article class="card">
      <h1 tabindex="-1">${texts.say("st.title", { v: notice.version })}</h1>
      <p>${notice.body[locale]}</p>
      ${requestedSignals(notice).map(({ terms }) =>
        part(
          capital(texts.value(terms.signal)),
          html`
            <dl class="facts">
              ${ROWS.map(([label, member]) =>
                terms[member] === undefined
                  ? nothing
                  : html`<dt>${phrase(label)}</dt><dd>${terms[member]?.[locale]}</dd>`,
              )}
            </dl>
          `,
        ),
      )}
      ${part(
        phrase("controller"),
        html`<p>${controller.name}, ${controller.address}. ${controller.email}</p><p>${officer}</p>`,
      )}
      ${part(
        phrase("recipients"),
        html`
          <p>${statement?.recipients[locale]}</p>
          ${list(
            notice.recipients.map((each) =>
              [
                `${each.name} (${each.country}): ${each.role[locale]}`,
                each.safeguard?.[locale] ?? "",
              ]
                .join(" ")
                .trim(),
            ),
          )}
        `,
      )}
      ${SENTENCES.map(([title, member]) =>
        part(phrase(title), statement && html`<p>${statement[member][locale]}</p>`),
      )}
      ${part(phrase("withdrawal"), html`<p>${notice.withdrawal[locale]}</p>`)}
      ${part(phrase("lawful"), statement && html`<p>${statement.basis[locale]}</p>`)}
      ${part(phrase("retention"), list(notice.retention.map((each) => each.what[locale])))}
      ${part(
        phrase("remains"),
        statement && list(statement.remains.map((each) => each.what[locale])),
      )}
    </article>
  `;
}

/** What the page keeps in a browser. */
export function cookiesPage(texts: Texts): TemplateResult {
  return html`
    <article class="card">
      <h1 tabindex="-1">${texts.say("cookies.title")}</h1>
      <p>${texts.say("cookies.one")} ${texts.say("cookies.why")}</p>
      <p>${texts.say("cookies.store")}</p>
      <p>${texts.say("cookies.no")}</p>
    </article>
  `;
}

/** What the page promises to everybody, and what it does not know yet. */
export function accessibilityPage(texts: Texts, email: string): TemplateResult {
  return html`
    <article class="card">
      <h1 tabindex="-1">${texts.say("a11y.title")}</h1>
      <p>${texts.say("a11y.aim")}</p>
      <p>${texts.say("a11y.how")}</p>
      <p>${texts.say("a11y.gaps")}</p>
      ${email === "" ? nothing : html`<p>${texts.say("a11y.help", { email })}</p>`}
      <p>${texts.say("a11y.report")}</p>
    </article>
  `;
}
