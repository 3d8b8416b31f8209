// Package training is the lectures of the hall (政务服务大讲堂) and the courses in which the hotline trains the staff of the
// units (12345业务培训): plan, enrolment, sign-in, quiz, archive.
//
//	计划 plan ─approve→ 报名 open ─start→ 签到 held ─archive→ 已归档 archived
//	   └──────────cancel──────────┴─→ 取消 cancelled
//
// A quiz is drawn from the bank for each person once, sealed in his enrolment with the right answers, scored by a pure
// function, and taken once. People and courses are counted by year and unit for the archive and for indicators.
package training

import (
	"embed"

	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations make the tables training_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the use cases of training.
type Module struct {
	db  *store.DB
	org *org.Module
}

// New makes the module.
func New(db *store.DB, o *org.Module) *Module { return &Module{db: db, org: o} }
