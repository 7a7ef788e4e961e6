// One context as a typed function that reads its bundles; what generated code calls.
import { type CallOptions, watchStop } from "./call-options.js";
import type { Client, Link } from "./client.js";
import { decodeBundle, deskOf, type Flight, invalidate } from "./desk.js";
import { failure, type MizanError, type ProtocolError } from "./error.js";
import type { WireRequest } from "./events.js";
import type { Decoder, InputParameters } from "./function.js";
import { platform } from "./platform.js";
import { isSameBundle, overlaps, writtenParams } from "./target.js";
import type { BundleName, ErrorBody, Values } from "./wire.js";

/** A context: called, it reads a bundle. */
export interface MizanContext<Params, Bundle, Failure extends MizanError = ProtocolError> {
  /**
   * Reads the bundle for these params. An answer that began before a change of the bundle is dropped and read anew, or
   * replaced by the data that came with the change. Rejects with `Failure`.
   */
  (...parameters: InputParameters<Params>): Promise<Bundle>;
  readonly client: Client;
  /** The context's name on the wire. */
  readonly context: string;
  /** The params that have no default. */
  readonly required: readonly string[];
  /** Never there at run time: it carries the type of the errors. */
  readonly "~failure"?: Failure;
}

/**
 * Makes a context readable.
 *
 * @param required the params that have no default, so that a read without them is refused with a clear word; default none
 * @param decoders by member, needed only where a `bigint` is reachable in its output
 */
export function defineContext<Params, Bundle, Failure extends MizanError = ProtocolError>(
  client: Client,
  context: string,
  required: readonly string[] = [],
  decoders: Readonly<Record<string, Decoder>> = {},
): MizanContext<Params, Bundle, Failure> {
  deskOf(client).decoders.set(context, decoders);
  const read = (params?: Params, options?: CallOptions) =>
    readBundle(client as Link, { context, params: writtenParams(params as Values) }, options);
  return Object.assign(read as (...parameters: InputParameters<Params>) => Promise<Bundle>, {
    client,
    context,
    required,
  });
}

/** The one URL of a bundle (CACHE-8, but for params that equal their default, which only the server knows). */
function bundleUrl(base: string, { context, params }: BundleName): string {
  const query = Object.keys(params)
    .sort()
    .flatMap((name) =>
      [params[name]].flat().map((value) => `${name}=${encodeURIComponent(String(value))}`),
    )
    .join("&")
    .replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${base}/ctx/${context}/${query && `?${query}`}`;
}

function readBundle(link: Link, bundle: BundleName, options: CallOptions = {}): Promise<Values> {
  const desk = deskOf(link);
  const request: WireRequest = { bundle, method: "GET", url: bundleUrl(link.base, bundle) };
  return new Promise((resolve, reject) => {
    /** Of the request whose answer counts; undefined once the read is over. */
    let controller: InstanceType<typeof platform.AbortController> | undefined;
    let isOver = false;
    let isOutdated = false;

    const end = () => {
      controller?.abort();
      controller = undefined;
      isOver = true;
    };

    const settle = (give: () => Values) => {
      end();
      release();
      try {
        resolve(give());
      } catch (error) {
        reject(error);
      }
      // The reader takes the data up some microtasks from now. A change until then would find it neither here nor there.
      platform.setTimeout(() => {
        desk.flights.delete(flight);
        if (isOutdated) invalidate(link, [bundle]);
      }, 0);
    };

    const read = async () => {
      controller?.abort();
      const attempt = new platform.AbortController();
      controller = attempt;
      const answer = await link.send(request, attempt.signal);
      if (controller !== attempt) return;
      settle(() => {
        const body = answer.body as (Values & { error?: ErrorBody }) | undefined;
        if (answer.status === 200 && body) return decodeBundle(desk, bundle.context, body);
        throw failure(body?.error, answer);
      });
    };

    const flight: Flight = (targets, fresh) => {
      const renewed = fresh.find((other) => isSameBundle(other, bundle));
      if (!(renewed || targets.some((target) => overlaps(target, bundle)))) return;
      if (isOver) isOutdated = true;
      else if (renewed) settle(() => renewed.data);
      else read();
    };

    desk.flights.add(flight);
    const release = watchStop(options, (error) => {
      end();
      desk.flights.delete(flight);
      reject(error);
    });
    if (!isOver) read();
  });
}
