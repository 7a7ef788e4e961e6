// In place of what has not come yet, or will not come.

export function Waiting({ error }: { error: { message: string } | null }) {
  return error === null ? (
    <p className="waiting" aria-busy="true">
      Loading…
    </p>
  ) : (
    <p className="form-problem" role="alert">
      {error.message}
    </p>
  );
}
