"""What ERP and MES say to each other: typed messages, as canonical JSON and as B2MML."""
