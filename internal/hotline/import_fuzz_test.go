package hotline_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"yichuang/internal/audit"
	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/store"
)

// Whatever the mapping file says, reading it gives a mapping that can be used, or a refusal.
func FuzzMapping(f *testing.F) {
	for _, name := range hotline.MappingNames() {
		m, _, err := hotline.BuiltinMapping(name)
		if err != nil || m.Source == "" {
			f.Fatal(name, err)
		}
	}
	f.Add([]byte("source: x\nfields:\n  ref: {column: a}\n  created_at: {column: b, formats: [yyyy-MM-dd]}\n  channel: {const: 电话}\n  kind: {column: c, map: {x: 投诉}, other: 求助}\n  content: {template: '{a}{b'}\n"))
	f.Add([]byte(`{"source": "x", "fields": {"ref": {"column": "a"}}, "limit": "3d"}`))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("fields: [1, 2]"))
	w := hotlinetest.Open(f, store.SQLite)
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := hotline.ReadMapping(data)
		if err != nil {
			if errs.CodeOf(err) != "hotline.mapping" {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		in := "a,b,c\n1,2026-01-02,x\n"
		r, err := w.Hotline.Import(w.System(), m, reader(t, "f.csv", []byte(in)), hotline.ImportOptions{DryRun: true})
		if err != nil && errs.KindOf(err) == errs.Internal || r.Read != r.Taken+r.Existing+r.Refused {
			t.Fatalf("%+v %v", r, err)
		}
	})
}

// Whatever the rows hold, every one is taken whole, refused or there already; a second run adds nothing.
func FuzzImportRows(f *testing.F) {
	f.Add("1,2026-04-08 09:10,APP端,投诉,标题,内容,王五,13900000000,市住建局,答复,已解决,已办结,1\n")
	f.Add("1,2026-04-08,,感谢,,x,,,,,,,\n1,2026-04-08,,感谢,,x,,,,,,,\n")
	f.Add("2,1989-01-01,,投诉,t,c,,,,,,已办结,0\n\"3\n,x\",2026/1/2 3:04,,求助,\"a\nb\",c,,(0930)-6210000,,,,,")
	f.Add("\x00\xff,2026-04-08,,投诉,\x00,\xfe,,,,,,,")
	w := hotlinetest.Open(f, store.SQLite)
	m, err := hotline.ReadMapping(fixture(f, "import_map.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	round := 0
	f.Fuzz(func(t *testing.T, rows string) {
		data := []byte("编号,时间,来源,性质,标题,内容,姓名,电话,单位,答复,结果,状态,按时,办结时间\n" + strings.ReplaceAll(rows, "\r", "\n"))
		round++
		m.Source = fmt.Sprintf("第%d次", round)
		var last hotline.ImportReport
		for run := range 2 {
			file, err := table.Open("f.csv", bytes.NewReader(data), int64(len(data)), table.Options{})
			if err != nil {
				return
			}
			r, err := w.Hotline.Import(w.System(), m, file, hotline.ImportOptions{})
			if err != nil && errs.KindOf(err) == errs.Internal || r.Read != r.Taken+r.Existing+r.Refused {
				t.Fatalf("%+v %v", r, err)
			}
			if run == 1 && (r.Taken != 0 || r.Existing != last.Taken) {
				t.Fatalf("second run %+v after %+v", r, last)
			}
			last = r
		}
		if round%500 != 1 { // the log grows with every round
			return
		}
		if r, err := audit.Verify(w.System(), w.DB, w.Centre, nil); err != nil || len(r.Faults) > 0 {
			t.Fatalf("%v %v", r.Faults, err)
		}
	})
}
