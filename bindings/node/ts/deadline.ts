// The limits of functions that run.
//
// Most promises are settled by the time that JavaScript gives the thread back. A timer is made for those alone that are
// not: making and taking back one costs as much as many a function.

/** What has to end within a limit. */
export interface Deadline {
  /** Milliseconds. */
  readonly limit: number;
  /** Whether it has ended. */
  readonly isOver: boolean;
  timer: NodeJS.Timeout | undefined;
  /** It has not ended in time. */
  expire(): void;
}

let armed: Deadline[] = [];

/** Has `expire` called unless it ends within its limit. Whoever ends it clears its timer, if there is one. */
export function arm(deadline: Deadline): void {
  if (armed.push(deadline) === 1) setImmediate(makeTimers);
}

function makeTimers(): void {
  const due = armed;
  armed = [];
  for (const deadline of due) {
    if (deadline.isOver) continue;
    deadline.timer = setTimeout(() => deadline.expire(), deadline.limit);
  }
}
