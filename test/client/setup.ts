/**
 * A client of a fake server, fresh for each test.
 */
import { afterEach, beforeEach } from "vitest";
import { Forerun, type ForerunOptions } from "../../client/index.ts";
import { FakeServer } from "./fakeServer.ts";

/** Retries without noticeable pauses. */
export const QUICK = { baseSeconds: 0.001 };

export interface Fixture {
  server: FakeServer;
  endpoint: string;
  forerun: Forerun;
}

export function useFakeServer(options: ForerunOptions = {}): Fixture {
  const fixture = {} as Fixture;
  beforeEach(async () => {
    fixture.server = new FakeServer();
    fixture.endpoint = await fixture.server.start();
    fixture.forerun = new Forerun({ endpoint: fixture.endpoint, retry: QUICK, ...options });
  });
  afterEach(() => fixture.server.stop());
  return fixture;
}
