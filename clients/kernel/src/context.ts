// One context as a typed function that reads its bundles; what generated code calls.
import { type CallOptions, watchStop } from "./call-options.js";
import type { Client, Link } from "./client.js";
import { deskOf, type Flight, invalidate } from "./desk.js";
import { failure, MizanError, type ProtocolError } from "./error.js";
import type { Decoder, InputParameters } from "./function.js";
import { platform } from "./platform.js";
import { bundleParams, isSameBundle, overlaps } from "./target.js";
import type { BundleName, ErrorBody, Values } from "./wire.js";

/** A context: called, it reads a bundle. */
export interface MizanContext<Params, Bundle, Failure extends MizanError = ProtocolError> {
  /**
   * Reads the bundle for these params. An answer that began before a change of the bundle is dropped and read anew, or
   * replaced by the data that came with the change. Rejects with `Failure`, or with a `URIError` where a param has half of
   * a surrogate pair.
   */
  (...parameters: InputParameters<Params>): Promise<Bundle>;
  readonly client: Client;
  /** The context's name on the wire. */
  readonly context: string;
  /** Turns a bundle as it is on the wire, and as caches hold it, into the bundle that readers get. */
  readonly decode: Decoder<Bundle> | undefined;
  /** The params that have no default. */
  readonly required: readonly string[];
  /** Never there at run time: it carries the type of the errors. */
  readonly "~failure"?: Failure;
}

/**
 * Makes a context readable.
 *
 * @param required the params that have no default, so that a hook without them can say so; default none
 * @param decode needed only where a `bigint` is reachable in the bundle
 */
export function defineContext<Params, Bundle, Failure extends MizanError = ProtocolError>(
  client: Client,
  context: string,
  required: readonly string[] = [],
  decode?: Decoder<Bundle>,
): MizanContext<Params, Bundle, Failure> {
  deskOf(client);
  const read = (params?: Params, options?: CallOptions) => {
    const data = readBundle(client, { context, params: bundleParams(params as Values) }, options);
    return (
      decode ? data.then(decode as Decoder as (wire: unknown) => unknown) : data
    ) as Promise<Bundle>;
  };
  return Object.assign(read as (...parameters: InputParameters<Params>) => Promise<Bundle>, {
    client,
    context,
    decode,
    required,
  });
}

/** The URL of a bundle. Where it is not the one of CACHE-4 (a param equals its default), the server redirects. */
function bundleUrl(base: string, { context, params }: BundleName): string {
  const query = Object.entries(params)
    .flatMap(([name, value]) =>
      ([value].flat() as string[]).map((one) => `${name}=${encodeURIComponent(one)}`),
    )
    .join("&");
  return `${base}/ctx/${context}/${query && `?${query}`}`;
}

/** Reads a bundle, as it is on the wire. The params have to be `bundleParams`. */
export function readBundle(
  client: Client,
  bundle: BundleName,
  options?: CallOptions,
): Promise<Values> {
  const { flights } = deskOf(client);
  return new Promise((resolve, reject) => {
    const url = bundleUrl(client.base, bundle);
    let controller: InstanceType<typeof platform.AbortController> | undefined;
    let isOver: boolean | undefined;
    let isOutdated: boolean | undefined;

    const settle = (outcome: MizanError | Values) => {
      isOver = true;
      release();
      if (outcome instanceof MizanError) reject(outcome);
      else resolve(outcome);
      // The reader takes the data up some microtasks from now. A change until then would find it neither here nor there.
      platform.setTimeout(() => {
        flights.delete(flight);
        if (isOutdated) invalidate(client, [bundle]);
      }, 0);
    };

    const read = async () => {
      controller?.abort();
      controller = new platform.AbortController();
      const { signal } = controller;
      const answer = await (client as Link).send(url, signal);
      // Aborted: another read took its place, or nobody waits.
      if (signal.aborted) return;
      const body = answer.body as (Values & { error?: ErrorBody }) | undefined;
      settle(answer.status === 200 && body ? body : failure(body?.error, answer));
    };

    const flight: Flight = ({ bundles, merges, targets }) => {
      const renewed = bundles.find((other) => isSameBundle(other, bundle));
      if (!(renewed || [...targets, ...merges].some((target) => overlaps(target, bundle)))) return;
      if (isOver) isOutdated = true;
      else if (renewed) {
        controller?.abort();
        settle(renewed.data);
      } else read();
    };

    flights.add(flight);
    const release = watchStop(options, (error) => {
      isOver = true;
      controller?.abort();
      flights.delete(flight);
      reject(error);
    });
    if (!isOver) read();
  });
}
