/**
 * SHA-256 and HMAC by Web Crypto, which Node and browsers have, in the form that the signer takes.
 */

type Data = string | ArrayBuffer | ArrayBufferView;

export class WebSha256 {
  readonly #secret: Data | undefined;
  #data = new Uint8Array();

  /** @param secret makes it an HMAC */
  constructor(secret?: Data) {
    this.#secret = secret;
  }

  update(data: Data): void {
    const more = bytes(data);
    const joined = new Uint8Array(this.#data.length + more.length);
    joined.set(this.#data);
    joined.set(more, this.#data.length);
    this.#data = joined;
  }

  async digest(): Promise<Uint8Array> {
    const { subtle } = globalThis.crypto;
    if (this.#secret === undefined) {
      return new Uint8Array(await subtle.digest("SHA-256", this.#data));
    }
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const key = await subtle.importKey("raw", bytes(this.#secret), algorithm, false, ["sign"]);
    return new Uint8Array(await subtle.sign("HMAC", key, this.#data));
  }

  reset(): void {
    this.#data = new Uint8Array();
  }
}

function bytes(data: Data): Uint8Array<ArrayBuffer> {
  if (typeof data === "string") return new TextEncoder().encode(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}
