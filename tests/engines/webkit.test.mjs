// Logins, first logins and the manager in webkit.
import * as webkit from "./support/webkit.mjs";
import { flows } from "./support/flows.mjs";

flows(webkit);
