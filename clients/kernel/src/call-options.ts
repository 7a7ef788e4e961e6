// The caller's own say over one call or read: its signal and its time limit.
import { MizanError } from "./error.js";
import { platform, type Signal } from "./platform.js";

/** What a caller may say about one call or one read. */
export interface CallOptions {
  /** Ends the wait with `ABORTED`. A mutation that was already sent may still take effect. */
  readonly signal?: Signal | undefined;
  /** Milliseconds to wait before giving up with `TIMEOUT` (status 0), at most 2^31 - 1. Default: no limit of the client's own. */
  readonly timeout?: number | undefined;
}

/** Calls `stop` with the error once the caller aborts or the time is up; the result ends that watch. */
export function watchStop(
  { signal, timeout }: CallOptions | undefined = {},
  stop: (error: MizanError) => void,
): () => void {
  const end = () => {
    platform.clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  };
  const give = (error: MizanError) => {
    end();
    stop(error);
  };
  const abort = () => give(new MizanError("ABORTED", "Aborted.", { cause: signal?.reason }));
  const timer =
    timeout &&
    platform.setTimeout(
      () => give(new MizanError("TIMEOUT", `No answer in ${timeout} ms.`)),
      timeout,
    );
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  return end;
}
