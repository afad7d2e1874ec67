/**
 * What every page gets. Enhancements only: each page reads and submits without them. Handlers are delegated, so
 * parts that htmx swaps in later behave like the rest.
 * @module
 */

import { listenToAnchors } from "./ui/anchors.js";
import { listenToControls } from "./ui/controls.js";
import { listenToMenus } from "./ui/menus.js";
import { listenToTabs } from "./ui/tabs.js";
import { offerThemes } from "./ui/themes.js";
import { tellZone } from "./ui/zone.js";

offerThemes();
listenToMenus();
listenToTabs();
listenToControls();
listenToAnchors();
tellZone();
