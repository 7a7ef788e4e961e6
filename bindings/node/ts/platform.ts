// The package that holds the native half for the platform on which this runs, where one is published.

/** Its name, and the C library that it needs, as npm calls it. */
export interface PlatformPackage {
  readonly name: string;
  readonly libc: "glibc" | "musl" | undefined;
}

/** The package of this platform. */
export function platformPackage(): PlatformPackage {
  const { arch, platform } = process;
  const name = `@mizan/server-${platform}-${arch}`;
  if (platform === "win32") return { libc: undefined, name: `${name}-msvc` };
  if (platform !== "linux") return { libc: undefined, name };
  const report = process.report?.getReport() as
    | { header?: { glibcVersionRuntime?: string } }
    | undefined;
  return report?.header?.glibcVersionRuntime
    ? { libc: "glibc", name: `${name}-gnu` }
    : { libc: "musl", name: `${name}-musl` };
}
