package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

// From 1 November a centre without next year's notice is named in the log every day, and those who may publish see a
// number beside the calendar on every page.
func TestAMissingYearIsToldFromNovember(t *testing.T) {
	dir := t.TempDir()
	var log bytes.Buffer
	now := clock.NewManual(clock.At(2026, 10, 31, 9, 0))
	cfg := config.Config{Database: config.Secret(filepath.Join(dir, "test.db")), Blobs: filepath.Join(dir, "blobs")}
	cfg.Fill()
	a, err := app.Open(context.Background(), cfg, slog.New(slog.NewTextHandler(&log, nil)), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	centre := addCentre(t, a)
	told := func() int { return strings.Count(log.String(), "calendar is missing") }
	run := func() {
		t.Helper()
		if err := a.Jobs.RunAll(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	run()
	if told() != 0 {
		t.Errorf("told in October: %s", log.String())
	}
	now.Advance(24 * time.Hour)
	run()
	if told() != 2 || !strings.Contains(log.String(), "2027") { // the nation's year, and the prefecture's
		t.Errorf("1 November: %s", log.String())
	}
	run()
	if told() != 2 {
		t.Error("told twice a day")
	}
	now.Advance(24 * time.Hour)
	run()
	if told() != 4 {
		t.Errorf("2 November: %d", told())
	}
	publisher := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleInfo)
	reader := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleLeader)
	if n, err := a.CalendarGaps(publisher.Ctx); err != nil || n != 2 {
		t.Errorf("the publisher sees %d, %v", n, err)
	}
	if n, err := a.CalendarGaps(reader.Ctx); err != nil || n != 0 {
		t.Errorf("a reader sees %d, %v", n, err)
	}
}
