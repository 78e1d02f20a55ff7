// Logins, first logins and the manager in WebKit.
import { test } from "node:test";
import { flows } from "./support/flows.mjs";
import * as webkit from "./support/webkit.mjs";

if (process.platform === "linux") flows(webkit);
else test("webkit", { skip: "its driver is for Linux" });
