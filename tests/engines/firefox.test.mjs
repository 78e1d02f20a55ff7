// Logins, first logins and the manager in Firefox.
import * as firefox from "./support/firefox.mjs";
import { flows } from "./support/flows.mjs";

flows(firefox);
