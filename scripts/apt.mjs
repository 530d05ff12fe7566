// Debian's packages, where the system is Debian and we may install.
import { ask, run, say, which } from "./process.mjs";

export const canInstall = process.platform === "linux" && process.getuid() === 0 && which("apt-get") !== undefined;

// --no-remove: a set-up script has no business taking away what somebody installed.
const options = ["-y", "--no-install-recommends", "--no-remove", "-o", "DPkg::Lock::Timeout=300"];
let updated = false;

export function isInstalled(name) {
  return /^Status: .* installed$/m.test(ask("dpkg", ["--status", name]) ?? "");
}

/** Installs those of the packages that are missing; false if that is impossible, with the reason printed. */
export async function install(packages, purpose) {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return true;
  if (!canInstall) return false;
  say(`setup: installing ${missing.join(" ")} (${purpose})`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  if (!updated) {
    await run("apt-get", ["update", "-q"], { env, show: false });
    updated = true;
  }
  const { code, output } = await run("apt-get", ["install", ...options, ...missing], { env, show: false });
  if (code !== 0) say(output.trimEnd().split("\n").slice(-8).join("\n"));
  return code === 0;
}
