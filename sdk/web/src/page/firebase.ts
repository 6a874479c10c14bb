/** Firebase's sign-in, loaded only where it is configured. It keeps nothing in the browser. */

import { FirebaseError, initializeApp } from "@firebase/app";
import { initializeAuth, inMemoryPersistence, signInWithEmailAndPassword } from "@firebase/auth";
import { Unreachable } from "../api/service.ts";

/** E-mail address and password do not belong together, or there is no such account. */
export class WrongPassword extends Error {
  override name = "WrongPassword";
}

const WRONG: readonly string[] = [
  "auth/invalid-credential",
  "auth/invalid-email",
  "auth/user-disabled",
  "auth/user-not-found",
  "auth/wrong-password",
];

/** Return the ID token of an account; throw `WrongPassword` or `Unreachable`. */
export async function firebaseToken(
  project: { readonly api_key: string; readonly auth_domain: string; readonly project_id: string },
  email: string,
  password: string,
): Promise<string> {
  const app = initializeApp(
    { apiKey: project.api_key, authDomain: project.auth_domain, projectId: project.project_id },
    crypto.randomUUID(),
  );
  const auth = initializeAuth(app, { persistence: inMemoryPersistence });
  try {
    const { user } = await signInWithEmailAndPassword(auth, email, password);
    return await user.getIdToken();
  } catch (error) {
    if (!(error instanceof FirebaseError)) throw error;
    throw WRONG.includes(error.code) ? new WrongPassword() : new Unreachable("No answer came.");
  }
}
