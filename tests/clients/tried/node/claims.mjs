// One line a claim on standard output: "ok CLAIM" or "FAILED CLAIM: why". What a client was seen to do is said by these.
let failed = 0;

export async function claim(what, check) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("nothing within 40 s")), 40000); });
  try {
    await Promise.race([check(), late]);
    console.log(`ok ${what}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${what}: ${String(error?.stack ?? error).slice(0, 600).replaceAll("\n", " | ")}`);
  } finally {
    clearTimeout(timer);
  }
}

export function end() {
  process.exit(failed === 0 ? 0 : 1);
}
