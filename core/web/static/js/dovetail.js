// The pages' behaviour. Every page works without it; what is here makes the same things quicker. Bundled by assets/build.mjs.
import { startActions } from "./actions.js";
import { startBoard } from "./board.js";
import { startCharts } from "./charts.js";
import { startColumns } from "./columns.js";
import { startFilters } from "./filters.js";
import { startKeyboard } from "./keyboard.js";
import { startLayers } from "./layers.js";
import { startLines } from "./lines.js";
import { startListing } from "./listing.js";
import { startLive } from "./live.js";
import { startPalette } from "./palette.js";
import { startPassing } from "./passing.js";
import { startPicker } from "./picker.js";
import { startPreferences } from "./preferences.js";
import { startRecord } from "./record.js";
import { startTimeline } from "./timeline.js";
import { startTokens } from "./tokens.js";
import { startUpdates } from "./updates.js";

// Order matters for keys alone: what is closer to the hand is asked first.
startLayers();
startListing();
startBoard();
startTokens();
startFilters();
startColumns();
startPicker();
startLines();
startLive();
startRecord();
startTimeline();
startActions();
startPalette();
startPassing();
startCharts();
startPreferences();
startKeyboard();
startUpdates();
