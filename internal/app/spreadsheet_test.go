package app_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

// width is how many columns of a fixed font a text takes: two for a Chinese character.
func width(s string) float64 {
	return float64(utf8.RuneCountInString(s) + (len(s)-utf8.RuneCountInString(s))/2)
}

// The lists of supervisions and of the archive as spreadsheets: every row of the page is in them, every cell that is not
// broken into lines is within its column, and what people wrote is whole.
func TestSpreadsheetsShowWhatIsInThem(t *testing.T) {
	a := open(t)
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	centre := addCentre(t, a)
	p := makePrey(t, a, centre)
	r := putAway(t, a, centre)
	unit := signIn(t, srv.URL, orgtest.User(t, a.Org, centre, orgtest.Where{Unit: orgtest.Unit(t, a.Org, centre, "别的单位", "").ID}, org.RoleUnitHead))
	for _, x := range []struct {
		role, path string
		cells      []string
		least      int
	}{
		{org.RoleSupervisor, "/hotline/supervisions/export.xlsx", []string{p.ticket.No + "-督1", "日常督办", "待答复", secretUnit, "逾期未办结", secretTitle}, 4},
		{org.RoleOffice, "/archive/catalogue.xlsx?state=kept", []string{r.No, "一般工单", "定期 10 年", "2036-12-31", r.ContentSM3}, 4},
	} {
		h := signIn(t, srv.URL, orgtest.User(t, a.Org, centre, orgtest.Where{}, x.role))
		f, err := excelize.OpenReader(strings.NewReader(h.get(t, x.path)))
		if err != nil {
			t.Fatalf("%s: %v", x.path, err)
		}
		sheet := f.GetSheetName(0)
		rows, err := f.GetRows(sheet)
		if err != nil || len(rows) < x.least {
			t.Fatalf("%s: %d rows, %v", x.path, len(rows), err)
		}
		all := ""
		for i, row := range rows[2:] { // below title and note
			for j, cell := range row {
				all += cell + "\n"
				name, _ := excelize.CoordinatesToCellName(j+1, i+3)
				column, _ := excelize.ColumnNumberToName(j + 1)
				wide, err := f.GetColWidth(sheet, column)
				if err != nil {
					t.Fatal(err)
				}
				id, _ := f.GetCellStyle(sheet, name)
				style, err := f.GetStyle(id)
				if err != nil {
					t.Fatal(err)
				}
				if wraps := style.Alignment != nil && style.Alignment.WrapText; !wraps && width(cell) > wide {
					t.Errorf("%s, %s: %q takes %.0f, its column has %.0f", x.path, name, cell, width(cell), wide)
				}
			}
		}
		for _, want := range x.cells {
			if !strings.Contains(all, want+"\n") {
				t.Errorf("%s does not have %q", x.path, want)
			}
		}
		f.Close()
	}
	if body := unpacked(unit.get(t, "/hotline/supervisions/export.xlsx")); strings.Contains(body, secretTitle) || strings.Contains(body, p.ticket.No) {
		t.Error("another unit's supervisions are in the export")
	}
}
