/**
 * Firebase's sign-in with e-mail and password, loaded only where it is configured.
 *
 * By its REST API: Firebase's own library keeps a database in the browser, and this page keeps nothing.
 * Source: https://firebase.google.com/docs/reference/rest/auth#section-sign-in-email-password
 */

import { Unreachable } from "../api/service.ts";

const ADDRESS = "https://identitytoolkit.googleapis.com/v1/accounts:signInWithPassword";

/** E-mail address and password do not belong together, or there is no such account. */
export class WrongPassword extends Error {
  override name = "WrongPassword";
}

/** Return the ID token of an account; throw `WrongPassword` or `Unreachable`. */
export async function firebaseToken(
  apiKey: string,
  email: string,
  password: string,
): Promise<string> {
  let answer: Response;
  let document: { readonly idToken?: unknown };
  try {
    answer = await fetch(`${ADDRESS}?key=${encodeURIComponent(apiKey)}`, {
      method: "POST",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email, password, returnSecureToken: true }),
    });
    document = await answer.json();
  } catch {
    throw new Unreachable("No answer came.");
  }
  if (answer.status === 400) throw new WrongPassword();
  if (typeof document.idToken !== "string") throw new Unreachable("No token came.");
  return document.idToken;
}
