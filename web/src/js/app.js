// Everything here makes a page quicker to use; none of it is needed to use it.
import "htmx.org/dist/htmx.esm.js";
import "./keys.js";
import "./enter.js";
import "./fill.js";
import "./file.js";
import "./draft.js";
import "./live.js";
import "./bulk.js";
import "./chart.js";
import "./progress.js";
import "./speak.js";
import "./board.js";
import "./kiosk.js";
import "./page.js";

document.documentElement.classList.add("js");
