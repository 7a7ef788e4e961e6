// The log beside the page: what was called, fetched and invalidated, the latest first.
import { clearActivity, useActivity } from "./activity";

export function ActivityLog() {
  const lines = useActivity();
  return (
    <aside className="activity" aria-labelledby="activity">
      <header>
        <h3 id="activity">What went over the wire</h3>
        {lines.length > 0 && (
          <button type="button" onClick={clearActivity}>
            Clear
          </button>
        )}
      </header>
      {lines.length === 0 ? (
        <p className="waiting">Nothing since you cleared it.</p>
      ) : (
        <ol aria-label="Log">
          {lines.map((line) => (
            <li key={line.id}>
              <span className="kind" data-kind={line.kind}>
                {line.kind}
              </span>
              <code>{line.what}</code>
            </li>
          ))}
        </ol>
      )}
    </aside>
  );
}
