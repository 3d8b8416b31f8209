package org_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/datatest"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

func TestImportDivisions(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, _ *store.DB, _ *clock.Manual) {
		ctx := orgtest.System(orgtest.Centre(t, m))
		file := "\ufeffcode,name,level,parent\n62,甘肃省,province,\n6229,临夏回族自治州,prefecture,62\n622901,临夏市,county,6229\n622901103,\"折桥镇\",town,622901\n"
		n, err := m.ImportDivisions(ctx, strings.NewReader(file))
		ok(t, err)
		if n != (org.DivisionImport{Added: 4}) {
			t.Errorf("first import %+v", n)
		}
		n, err = m.ImportDivisions(ctx, strings.NewReader(strings.Replace(file, "折桥镇", "折桥街道", 1)))
		ok(t, err)
		if n != (org.DivisionImport{Changed: 1, Unchanged: 3}) {
			t.Errorf("second import %+v", n)
		}
		if name, err := m.DivisionName(ctx, "622901103"); name != "甘肃省临夏回族自治州临夏市折桥街道" || err != nil {
			t.Errorf("name %q %v", name, err)
		}
		under, err := m.DivisionsUnder(ctx, "6229")
		ok(t, err)
		if len(under) != 1 || under[0].Level != "county" {
			t.Errorf("under the prefecture %+v", under)
		}
		_, err = m.ImportDivisions(ctx, strings.NewReader("code,name\n63,青海省\n6x,错\n63,重复\n64,\n65\n"))
		mustFail(t, "file with faults", err, org.ErrDivisionFile)
		if fields := errs.As(err).Fields; len(fields) != 4 || fields[0].Name != "line.3" {
			t.Errorf("faults %+v", fields)
		}
		_, err = m.Division(ctx, "63")
		mustFail(t, "good row of a bad file", err, org.ErrDivisionMissing)
		_, err = m.ImportDivisions(ctx, strings.NewReader("a,b\n1,2\n"))
		mustFail(t, "foreign file", err, org.ErrDivisionFile)
		agent := orgtest.User(t, m, orgtest.Centre(t, m), orgtest.Where{}, org.RoleAgent)
		_, err = m.ImportDivisions(agent.Ctx, strings.NewReader(file))
		mustFail(t, "agent", err, actor.ErrForbidden)
	})
}

// TestImportRealDivisions reads the statistical codes of 2023, which are not part of the project.
func TestImportRealDivisions(t *testing.T) {
	dir := datatest.Path(t, "divisions")
	each(t, func(t *testing.T, m *org.Module, _ *store.DB, _ *clock.Manual) {
		ctx := orgtest.System(orgtest.Centre(t, m))
		for _, f := range []struct {
			name string
			rows int
		}{{"provinces.csv", 31}, {"cities.csv", 342}, {"areas.csv", 2978}, {"streets.csv", 41352}} {
			in, err := os.Open(filepath.Join(dir, f.name))
			ok(t, err)
			defer in.Close()
			n, err := m.ImportDivisions(ctx, in)
			ok(t, err)
			if n.Added != f.rows {
				t.Errorf("%s: %+v, want %d", f.name, n, f.rows)
			}
		}
		in, err := os.Open(filepath.Join(dir, "linxia_6229.csv"))
		ok(t, err)
		defer in.Close()
		if n, err := m.ImportDivisions(ctx, in); err != nil || n.Unchanged != 140 {
			t.Errorf("the prefecture's own file: %+v %v", n, err)
		}
	})
}

func FuzzReadDivisions(f *testing.F) {
	f.Add("code,name\n62,甘肃省\n")
	f.Add("\ufeffcode,name\n\"62")
	f.Add("name,code\n,\n")
	f.Fuzz(func(t *testing.T, text string) {
		org.CheckDivisionFile(t, text)
	})
}
