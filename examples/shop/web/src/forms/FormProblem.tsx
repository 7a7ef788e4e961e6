// What went wrong with a form as a whole, said aloud to a screen reader.

export function FormProblem({ text }: { text: string | undefined }) {
  return (
    <div role="alert" className="form-problem" hidden={text === undefined}>
      {text}
    </div>
  );
}
