// Package performance is budget performance (预算绩效): what the department and each of its projects promised to reach with
// the year's money, how far they are during the year, and how the year is scored.
//
// A Programme (绩效评价对象) is the whole department or one project in one year. Its Indicators are a tree of three levels; an
// indicator names a fact Source (a metric of the hotline, a figure of the accounts) instead of a typed value wherever there
// is one. Sources are registered by the composition root, so that this package knows no module that measures. When the
// self-evaluation is submitted, every bound value is frozen by package metric with the records that it counted. Scoring is
// package score: a pure function of form and policy. What is locked keeps policy, content and hash for good.
//
//	目标编制 ─确定→ 执行中 ─提交自评→ 股室审核 ─→ 财务审核 ─→ 领导审定 ─→ 已锁定 ─重开→ 执行中
//	             监控 ↺     ↑──────────────── 退回 ───────────┘            抽评: by another person
package performance

import (
	"context"
	"embed"

	"yichuang/internal/actor"
	"yichuang/internal/finance"
	"yichuang/internal/org"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// Migrations make the tables performance_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the use cases of budget performance.
type Module struct {
	db      *store.DB
	org     *org.Module
	finance *finance.Module
	sources []Source
	// policies are those of the place, beside those of the program.
	policies []*score.Policy
}

// New makes the module. Register gives it its sources before the program serves.
func New(db *store.DB, o *org.Module, f *finance.Module) *Module {
	return &Module{db: db, org: o, finance: f}
}

// asSystem acts for the centre itself: facts are what they are, whoever asks for the evaluation.
func asSystem(ctx context.Context) context.Context {
	return actor.With(ctx, actor.SystemFor(actor.From(ctx).CentreID))
}
