/** Signing in and out. The session is a cookie that no script can read; nothing else is kept. */

import { get, request, type Schemas } from "../api/service.ts";

export type Session = Schemas["Session"];

const CHANNEL = "nabij-session";

export function session(): Promise<Session> {
  return get("/v1/session");
}

/** Be a made-up customer, with local identity only. */
export async function signInAs(customer: string): Promise<void> {
  await request("POST", "/v1/session/local", { body: { customer } });
}

/** Keep an identity provider's token as the session. */
export async function signInWith(token: string): Promise<void> {
  await request("POST", "/v1/session", { headers: { Authorization: `Bearer ${token}` } });
}

export async function signOut(): Promise<void> {
  await request("DELETE", "/v1/session");
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("signed out");
  channel.close();
}

/** Call `listener` when another window of this page signs out, until the returned function is called. */
export function onSignedOutElsewhere(listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", listener);
  return () => channel.close();
}
