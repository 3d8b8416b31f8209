package reader_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"yichuang/internal/document/pdf"
	"yichuang/internal/finance/check/checktest"
	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/reader"
	"yichuang/internal/money"
	"yichuang/internal/needtest"
)

// What cannot be read is refused with a reason; it is never a document without faults.
func TestWhatCannotBeReadIsRefused(t *testing.T) {
	var empty bytes.Buffer
	z := zip.NewWriter(&empty)
	if _, err := z.Create("readme.txt"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data string
		want error
	}{
		"nothing":            {"", reader.ErrScan},
		"a picture":          {"\x89PNG\r\n\x1a\n0000", reader.ErrScan},
		"numbers only":       {strings.Repeat("12.30 4.50\n", 200), reader.ErrScan},
		"a cut spreadsheet":  {"PK\x03\x04broken", reader.ErrBroken},
		"another archive":    {empty.String(), reader.ErrFormat},
		"an encrypted file":  {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00", reader.ErrEncrypted},
		"an old spreadsheet": {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1old", reader.ErrFormat},
		"a program":          {"\x7fELF" + strings.Repeat("\x00\x01\xff", 400), reader.ErrFormat},
		"PDF without reader": {"%PDF-1.7\n", reader.ErrFormat},
	} {
		if _, err := reader.Bytes(t.Context(), []byte(c.data), reader.Options{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := pdf.NewReader(filepath.Join(os.TempDir(), "yichuang-pdf-code"), pdf.Limits{})
	needtest.Have(t, !errors.Is(r.Start(), pdf.ErrNoReader), "needs the PDF reader of `make assets`")
	defer r.Close()
	if _, err := reader.Bytes(t.Context(), []byte("%PDF-1.7\nbroken"), reader.Options{PDF: r}); !errors.Is(err, pdf.ErrBroken) {
		t.Errorf("a broken PDF: %v", err)
	}
}

func TestTextInGB18030(t *testing.T) {
	l := checktest.NewLedger(3)
	o := checktest.Layout{RowNumbers: true, Unit: money.WanYuan}
	text := checktest.Text(l, o, false, false, false)
	b, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	d, err := reader.Bytes(t.Context(), []byte(b), reader.Options{})
	if err != nil || d.Year != l.Year || d.Org != l.Org || len(d.Tables) != 9 {
		t.Errorf("%v: year %d, organisation %s, %d tables", err, d.Year, d.Org, len(d.Tables))
	}
}

// A blank is not 0, and a number keeps its decimals.
func TestABlankIsNotNothing(t *testing.T) {
	l := checktest.NewLedger(3)
	d, err := reader.Bytes(t.Context(), []byte(checktest.HTML(l, checktest.Layout{Unit: money.WanYuan, BlankZero: true})), reader.Options{})
	if err != nil {
		t.Fatal(err)
	}
	row := d.Table(disclosed.T03).Rows[0]
	if row.Cells[4].Has || !row.Cells[4].Sure || !row.Cells[1].Has || row.Cells[1].Value.Places != 2 {
		t.Errorf("%+v", row.Cells)
	}
}

func FuzzText(f *testing.F) {
	l := checktest.NewLedger(2)
	f.Add([]byte(checktest.Text(l, checktest.Layout{RowNumbers: true, Unit: money.WanYuan}, false, false, true)))
	f.Add([]byte(checktest.HTML(l, checktest.Layout{Unit: money.Yuan, SanGong: "rows", Split: true})))
	f.Add([]byte("附件 4-1\n项目支出绩效自评表\n年度资金总额 1 1 1 10 100 10\n三级指标 完成率\n数量 =5 人 5 6 人 100% 6\n总分 100 90\n" + strings.Repeat("字", 60)))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = reader.Bytes(t.Context(), b, reader.Options{})
	})
}
