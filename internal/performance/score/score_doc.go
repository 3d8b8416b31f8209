// Package score is the scoring engine of budget performance (绩效自评): a Policy (评分办法), which is versioned data, and a
// Form (绩效自评表) give a Result, always the same one. It is pure and computes with exact fractions; a number is rounded
// where the policy says so and nowhere else.
//
//	Policy (YAML) ─┐
//	Form ──────────┴→ Score → Result → Compare with what a published form prints → findings
//
// Sources: 财预〔2018〕167号 and 财预〔2021〕101号 for the shape of forms and weights; a policy names its own.
package score
