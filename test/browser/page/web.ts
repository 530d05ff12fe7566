import * as assay from "assay/web";
import { figures } from "../figures.js";

await assay.init();
Object.assign(globalThis, { answer: figures(assay) });
