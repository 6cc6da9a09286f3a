/**
 * One-time tokens: whoever has one may settle its promise, without any other right. The record
 * holds the token's hash alone, so that reading the table gives nobody the right.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 bits: nobody guesses one, so that guesses need not be counted. */
const TOKEN_BYTES = 32;

/** How tokens and their hashes look: 32 bytes in base64url. */
export const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** @returns 43 characters of base64url, safe in a URL's fragment */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** SHA-256 of the token's text in base64url. No salt or stretching: a token is random already. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/** Compared with when there is nothing to compare with, so that this takes as long. */
const NOBODY = tokenHash("");

/**
 * Whether the token has the hash; takes the same time however much of it is right.
 * @param hash absent: the answer is no
 */
export function isToken(token: string, hash: string | undefined): boolean {
  const given = Buffer.from(tokenHash(token));
  const wanted = Buffer.from(hash ?? NOBODY);
  const same = given.length === wanted.length && timingSafeEqual(given, wanted);
  return same && hash !== undefined;
}
