// Icons offered to templates and addons by name. Names are Tabler's; `own` are drawn here because Tabler has none that fits.
export const tabler = `
activity adjustments-horizontal alert-circle alert-triangle archive arrow-back-up arrow-down arrow-left arrow-right arrow-up arrows-exchange arrows-sort at ban
barcode baseline-density-medium bell bolt book-2 bookmark box briefcase building building-bridge building-factory-2 building-warehouse
calculator calendar calendar-due camera cash category certificate chart-bar chart-donut chart-dots chart-line check chevron-down
chevron-left chevron-right chevron-up circle circle-check circle-x clipboard-check clipboard-list clock clock-exclamation
coins columns-3 copy credit-card database device-desktop device-floppy device-tablet dots download edit external-link
eye eye-off file file-invoice file-text file-upload filter filter-off flag folder forklift git-merge git-pull-request
grip-vertical hash help hierarchy history home id-badge-2 inbox info-circle key layout-dashboard layout-kanban layout-rows
link list list-check list-details lock lock-open logout mail map-pin math-function menu-2 message message-report microscope
moon package package-export packages paperclip pencil percentage phone pin player-pause player-play player-stop plug-connected plus point
printer puzzle qrcode receipt receipt-tax recycle refresh report report-analytics route router ruler-measure scale scan scissors search
selector send settings shield shield-check shopping-cart sitemap speakerphone star stethoscope sum sun table tag target
temperature tool tools trash truck truck-delivery truck-return upload user user-check users versions webhook world x zoom-in zoom-out
`.trim().split(/\s+/);

export const own = { gantt: '<path d="M4 4v16M8 6h7M11 12h8M8 18h5"/>', "star-filled": '<path fill="currentColor" d="M12 17.75l-6.172 3.245 1.179-6.873-5-4.867 6.9-1 3.086-6.253 3.086 6.253 6.9 1-5 4.867 1.179 6.873z"/>' };
