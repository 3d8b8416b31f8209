package org_test

import (
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// BenchmarkAuthenticate measures the read that every request begins with.
func BenchmarkAuthenticate(b *testing.B) {
	for _, kind := range []store.Engine{store.SQLite, store.Postgres} {
		db := storetest.Open(b, kind, orgtest.Migrations())
		m := orgtest.New(b, db)
		d, err := m.SeedDemo(orgtest.System(""))
		if err != nil {
			b.Fatal(err)
		}
		account, _ := d.Account("gaofang")
		u := account.User
		_, token, err := m.CreateTokenFor(orgtest.System(d.Centre.ID), u.ID, org.TokenInput{Name: "测量", Scopes: []actor.Permission{org.PermUnitRead},
			ExpiresAt: db.Clock().Now().Add(time.Hour)})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(string(kind)+"/session", func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := m.Authenticate(b.Context(), u.Subject(), u.EpochText()); err != nil {
						b.Error(err)
					}
				}
			})
		})
		b.Run(string(kind)+"/token", func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := m.AuthenticateToken(b.Context(), token); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
