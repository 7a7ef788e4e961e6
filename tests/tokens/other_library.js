// The npm library jose, as a process: a JSON line in, a JSON line out, in order.
//
// {"verify":TOKEN,"secret":HEX,"typ":TYP,"audience":AUD,"now":SECONDS} → {"payload":…} or {"refused":CODE}
// {"sign":CLAIMS,"secret":HEX,"header":HEADER} → {"token":TOKEN}

import { createInterface } from "node:readline";
import { jwtVerify, SignJWT } from "jose";

const answer = async (line) => {
  const asked = JSON.parse(line);
  const key = Buffer.from(asked.secret, "hex");
  if (asked.sign !== undefined) {
    return { token: await new SignJWT(asked.sign).setProtectedHeader(asked.header).sign(key) };
  }
  try {
    const { payload } = await jwtVerify(asked.verify, key, {
      algorithms: ["HS256"],
      audience: asked.audience,
      currentDate: new Date(asked.now * 1000),
      typ: asked.typ,
    });
    return { payload };
  } catch (error) {
    return { refused: error.code };
  }
};

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
