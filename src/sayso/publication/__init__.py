"""The gate: what may be told of people, whatever page, file, mail or API tells it. Pure; knows no database and no page.

Everything that shows a number of people, or words that few people said, asks here: `counts` for single numbers,
`cells` for numbers that add up to others, `snapshots` for results. Contracts keep other roads closed (ADR "One gate").
"""
