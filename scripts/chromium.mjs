// A Chromium for the browser tests. Only a system's own will do: nothing is downloaded from a browser vendor.
import * as apt from "./apt.mjs";
import { Problem, isExecutable, which } from "./process.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const places = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

function find() {
  return names.map(which).find(Boolean) ?? places.find(isExecutable);
}

/** The path of a Chromium; tests read it from CHROME_PATH. */
export async function setUpChromium() {
  const given = process.env.CHROME_PATH;
  if (given) {
    if (!isExecutable(given)) throw new Problem(`CHROME_PATH is ${given}, which is not an executable file.`);
    return given;
  }
  const file = find() ?? ((await apt.install(["chromium"], "the browser tests")) ? find() : undefined);
  if (!file)
    throw new Problem("The browser tests need Chromium or Chrome: install it, or set CHROME_PATH to its executable.");
  return file;
}
